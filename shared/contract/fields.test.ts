import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cases from '../../test/data/cases/names.json' with { type: 'json' };
import phones from '../../test/data/cases/phones.json' with { type: 'json' };
import { sized } from '../../test/size.ts';
import {
  canonicalEmail,
  clientId,
  cloudId,
  cloudName,
  cloudRoleId,
  customerName,
  email,
  emailError,
  mailboxOf,
  memberId,
  name,
  namedClientId,
  nonBlank,
  phone,
  text,
  timestamp,
  withoutInvisibleEnds,
} from './fields.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;
/** The message about a value; undefined if the value is valid. */
const errors = (
  schema: { safeParse(value: unknown): { error?: { issues: { message: string }[] } | undefined } },
  value: unknown,
) => schema.safeParse(value).error?.issues.map(({ message }) => message);

describe('an email address', () => {
  test.each([
    'a@b.example',
    "o'hara+tag@sub.b-c.example",
    'info@пример.рф',
    'CONTACT001@YANDEX.RU',
    'a@xn--e1afmkfd.xn--p1ai',
  ])('%s is good', (address) => expect(emailError(address)).toBeUndefined());

  test.each([
    ['', 'email is required'],
    ['not-an-email', 'email is not valid'],
    ['a@b@c.example', 'email is not valid'],
    ['a@b.example@c.example', 'email is not valid'],
    ['a@b.example\r\nBcc: x@evil.example', 'email is not valid'],
    ['a@b.example\n', 'email is not valid'],
    ['a b@c.example', 'email is not valid'],
    ['.a@b.example', 'email is not valid'],
    ['a..b@c.example', 'email is not valid'],
    ['a@localhost', 'email is not valid'],
    ['a@-b.example', 'email is not valid'],
    ['a@b.example.', 'email is not valid'],
    ['a@127.0.0.1', 'email is not valid'],
    ['a@[127.0.0.1]', 'email is not valid'],
    ['"a b"@c.example', 'email is not valid'],
    ['<a@b.example>', 'email is not valid'],
    [`${'a'.repeat(65)}@b.example`, 'email is not valid'],
    [`a@${'b.'.repeat(130)}example`, 'email is not valid'],
    ['контакт@пример.рф', 'the part before @ must be ASCII: the mail service cannot deliver to it'],
    ['a@b.example/c', 'email is not valid'],
    ['a@b.example?c', 'email is not valid'],
    ['a@b.ex%61mple', 'email is not valid'],
    ['a\0@b.example', 'email is not valid'],
    ['a@b\0.example', 'email is not valid'],
    ['\u200e', 'email is required'],
  ])('%j: %s', (address, error) => {
    expect(emailError(address)).toBe(error);
    expect(
      email()
        .safeParse(address)
        .error?.issues.map(({ message }) => message),
    ).toEqual([error]);
  });

  test.each([
    ['name@x.example', 'name@x.example'],
    ['name+tag@x.example', 'name@x.example'],
    ['name+a+b@x.example', 'name@x.example'],
    ['+tag@x.example', '+tag@x.example'],
  ])('the mailbox behind %s is %s', (address, mailbox) => {
    expect(mailboxOf(address)).toBe(mailbox);
  });

  test('has one canonical form, whatever its case and whether or not its domain is in ASCII', () => {
    expect(canonicalEmail('Info@Пример.РФ')).toBe('info@xn--e1afmkfd.xn--p1ai');
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(canonicalEmail(address.toUpperCase())).toBe(canonicalEmail(address));
        expect(canonicalEmail(canonicalEmail(address))).toBe(canonicalEmail(address));
      }),
    );
  });

  test('has at most 64 characters before the @, and 254 in all, both as it is written and in its canonical form', () => {
    const domain = (length: number) => `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(length - 130)}.example`;
    expect(emailError(`${'a'.repeat(64)}@b.example`)).toBeUndefined();
    expect(emailError(`${'a'.repeat(64)}@${domain(189)}`)).toBeUndefined();
    expect(emailError(`${'a'.repeat(64)}@${domain(190)}`)).toBe('email is not valid');
    // Each mathematical letter has two UTF-16 units and is one ASCII letter in the canonical form; the address is also stored as written.
    const fancy = (length: number) => `a@${`${'𝐚'.repeat(length)}.`.repeat(3)}b.example`;
    expect(emailError(fancy(40))).toBeUndefined();
    expect(emailError(fancy(41))).toBe('email is not valid');
    // Short as it is written, but 198 characters in ASCII.
    const cyrillic = `${'абвгдежзиклмнопрстуфхцчшщэюя.'.repeat(5)}рф`;
    expect(emailError(`${'a'.repeat(55)}@${cyrillic}`)).toBeUndefined();
    expect(emailError(`${'a'.repeat(56)}@${cyrillic}`)).toBe('email is not valid');
  });

  test('has a domain of labels with at most 63 characters; the last label begins with a letter', () => {
    for (const good of [`a@${'b'.repeat(63)}.example`, 'a@1.example', 'a@b.xn--p1ai', 'a@b.c', 'a@b-c.d-e'])
      expect(emailError(good)).toBeUndefined();
    for (const bad of [
      `a@${'b'.repeat(64)}.example`,
      'a@b.1a',
      'a@b.c-',
      'a@b-.example',
      'a@b..example',
      'a@b.-c',
      'a@.example',
      'a@b_c.example',
      'a@',
      '@b.example',
      'a.@b.example',
    ])
      expect(emailError(bad)).toBe('email is not valid');
  });

  test('has no invisible character inside; around it, such characters don’t count', () => {
    const invisible = fc.constantFrom(...'\u200b\u200e\u00ad\u2060\ufeff\u202a\u202c\u2800\u3164\ufffc');
    const some = fc.array(invisible, { minLength: 1, maxLength: 3 }).map((characters) => characters.join(''));
    const address = 'Anna@пример.рф';
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: address.length - 1 }), (one, other, at) => {
        expect(email().parse(one + address + other)).toBe('anna@xn--e1afmkfd.xn--p1ai');
        expect(errors(email(), address.slice(0, at) + one + address.slice(at))).toEqual([
          'email has an invisible character: type the address again',
        ]);
      }),
    );
    expect(withoutInvisibleEnds('\u202aAnna@Пример.рф\u202c')).toBe('Anna@Пример.рф');
    // A joiner that the domain's script needs.
    expect(email().parse('info@نامه\u200cای.example')).toBe('info@xn--mgba3gch31f060k.example');
    expect(emailError('in\u200cfo@b.example')).toBe('email has an invisible character: type the address again');
    expect(emailError('\u200d'.repeat(100_000))).toBe('email is required');
    expect(emailError(`a${'\u200d'.repeat(100_000)}b`)).toBe(
      'email has an invisible character: type the address again',
    );
  });

  test('is stored in its canonical form, and has to be a string', () => {
    expect(email().parse('Info@Пример.РФ')).toBe('info@xn--e1afmkfd.xn--p1ai');
    expect(errors(email(), undefined)).toEqual(['email is required']);
    expect(errors(email(), 7)).toEqual(['email must be a string']);
  });

  test('no valid address can break a header', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), fc.stringMatching(/^[\w\r\n @.<>",;]+$/)),
        (value) => {
          const result = email().safeParse(value);
          if (result.success) expect(result.data).toMatch(/^[!-~]+@[a-z0-9.-]+$/);
        },
      ),
      { numRuns: sized(300, 10_000) },
    );
  });
});

describe('a phone', () => {
  test.each([
    '+7 (812) 555-01-02',
    '+7 (495)1234567',
    '+ 84 28 3819 8779',
    '8-(495)-123-45-67',
    '8(800)555-35-35',
    '(04) 38 - 123 456',
    '+44 (0)20 7946 0000',
    '(028-3) 123',
    '1-800-FLOWERS',
    'FLOWERS',
    '1 (800) FLOWERS',
    '112',
    ' 112 ',
    '+84.28.3819.8779',
    '020/7946-0000',
  ])('%s is a number or a phoneword', (value) => expect(accepts(phone(), value)).toBe(true));
  test('has 3 to 15 digits and letters', () => {
    for (const good of ['112', '1'.repeat(15), '(1) 1-2']) expect(accepts(phone(), good)).toBe(true);
    for (const bad of ['1-1', '1'.repeat(16), '1+12', '++112', 'a112\n', '112#', '#112'])
      expect(errors(phone(), bad)).toEqual(['phone is not valid']);
    expect(errors(phone(), undefined)).toEqual(['phone is required']);
  });

  test.each([
    'call me maybe?',
    '',
    '12',
    '+',
    'AB',
    '1'.repeat(16),
    'FLOWERSANDGARDEN',
    '+7 812\n555',
    '٠١٢٣',
    '1-800-ЦВЕТЫ',
    '+7 (495 123-45-67',
    '+7 495) 123-45-67',
    '((495)) 123',
    '() 495 123',
    '(495 (1)) 23',
    '(495-) 123',
    '495--123',
    '495..123',
    '495//123',
    '495-.123',
    '495 - - 123',
    '495  123',
    '-495 123',
    '495 123-',
    '.',
    '---',
  ])('%j is neither', (value) => expect(accepts(phone(), value)).toBe(false));

  const group = fc.stringMatching(/^[0-9A-Z]{1,3}$/);
  const separator = fc.constantFrom(' ', '-', '.', '/', ' - ', ' / ', '- ');
  /** A phone of groups with separators between them, of which one is in brackets or none is. */
  const written = fc
    .tuple(
      fc.constantFrom('', '+'),
      fc.array(group, { minLength: 3, maxLength: 5 }),
      fc.array(separator, { minLength: 5, maxLength: 5 }),
      fc.nat(5),
    )
    .map(([plus, groups, separators, bracketed]) => {
      const parts = groups.map((each, i) => (i === bracketed ? `(${each})` : each));
      return plus + parts.map((part, i) => (i === 0 ? part : `${separators[i]}${part}`)).join('');
    });

  test('is any number of groups with single separators between them; no other separator or bracket can be added', () => {
    fc.assert(
      fc.property(written, (value) => {
        expect(accepts(phone(), value)).toBe(true);
      }),
      { numRuns: sized(200, 10_000) },
    );
    const surplus = fc.tuple(written, fc.constantFrom('-', '.', '/'), fc.nat());
    fc.assert(
      fc.property(surplus, ([value, mark, place]) => {
        const separators = [...value.matchAll(/[-./]/g)].map(({ index }) => index);
        fc.pre(separators.length > 0);
        const at = separators[place % separators.length] ?? 0;
        expect(accepts(phone(), value.slice(0, at) + mark + value.slice(at))).toBe(false);
      }),
      { numRuns: sized(200, 10_000) },
    );
    fc.assert(
      fc.property(fc.tuple(written, fc.constantFrom('(', ')'), fc.nat()), ([value, bracket, place]) => {
        const at = place % (value.length + 1);
        expect(accepts(phone(), value.slice(0, at) + bracket + value.slice(at))).toBe(false);
      }),
      { numRuns: sized(200, 10_000) },
    );
  });

  test.each(phones.good)('the phone %s is accepted unchanged', (value) => {
    expect(phone().parse(value)).toBe(value);
  });

  test.each(phones.refused)('%s is refused', (value) => expect(errors(phone(), value)).toEqual(['phone is not valid']));

  test('is judged alike with other blanks and dashes, and with direction marks anywhere', () => {
    const blank = fc.constantFrom(
      ' ',
      '\t',
      '\u00a0',
      '\u1680',
      '\u2002',
      '\u2007',
      '\u2009',
      '\u202f',
      '\u205f',
      '\u3000',
    );
    const dash = fc.constantFrom(
      '-',
      '\u2010',
      '\u2011',
      '\u2012',
      '\u2013',
      '\u2014',
      '\u2015',
      '\u2212',
      '\ufe58',
      '\uff0d',
    );
    const mark = fc.constantFrom(
      '',
      '',
      '',
      '\u200e',
      '\u200f',
      '\u202a',
      '\u202c',
      '\u2066',
      '\u2069',
      '\u061c',
      '\ufeff',
      '\u00ad',
    );
    const of = (value: string) =>
      fc
        .tuple(...[...value].flatMap((c) => [mark, c === ' ' ? blank : c === '-' ? dash : fc.constant(c)]), mark)
        .map((parts) => parts.join(''));
    const any = fc.oneof(written, fc.string({ unit: fc.constantFrom(...'12A+() -./x#\n') }));
    const pair = any.chain((value) => fc.tuple(fc.constant(value), of(value)));
    fc.assert(
      fc.property(pair, ([value, sent]) => {
        expect(phone().safeParse(sent)).toEqual(
          accepts(phone(), value) ? { success: true, data: sent } : expect.objectContaining({ success: false }),
        );
      }),
      { numRuns: sized(300, 10_000) },
    );
  });

  test.each(['(+84) 28', '(+84 28) 3829', '(+84)28', ' (+7) 495'])('%s has its + in the first brackets', (value) =>
    expect(accepts(phone(), value)).toBe(true),
  );
  test.each(['+(+84) 28', '((+84)) 28', '84 (+28) 1', '(84+) 28', '(+) 284', '(+84 28', '(++84) 28'])(
    '%s has a + elsewhere',
    (value) => expect(accepts(phone(), value)).toBe(false),
  );

  const extension = fc
    .tuple(
      fc.constantFrom('', ' ', ', ', '; ', ',', ';'),
      fc.constantFrom(
        'x',
        'X',
        'х',
        'ext',
        'Ext.',
        'extn',
        'extension ',
        'ext: ',
        'доб',
        'доб. ',
        'Доб.',
        'вн. ',
        '#',
        'внутр. ',
        'внутренний № ',
        'доп. ',
        'добав. ',
        'доб. номер ',
        'ext no. ',
        'ext=',
        'máy lẻ ',
        'máy lẻ '.normalize('NFD'),
        'số máy lẻ ',
        'Số lẻ: ',
        'lẻ ',
        'may le ',
        'nhánh ',
        'nội bộ ',
        'số nội bộ ',
      ),
      fc.stringMatching(/^[0-9]{1,15}$/),
      fc.boolean(),
    )
    .map(([before, word, digits, bracketed]) => before + (bracketed ? `(${word}${digits})` : word + digits));

  test('may have an extension, whose digits do not count', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.constantFrom('1'.repeat(15), '112')), extension, (value, end) => {
        expect(phone().parse(value + end)).toBe(value + end);
      }),
      { numRuns: sized(300, 10_000) },
    );
    for (const bad of ['#12', '112 #', `112 ext ${'1'.repeat(16)}`, '112 (ext 1', '112 ext 1)', '112 ((ext 1))'])
      expect(accepts(phone(), bad), bad).toBe(false);
    // Letters of a phoneword that look like an extension.
    for (const good of ['TEXT12', 'MAX1', 'x12']) expect(accepts(phone(), good), good).toBe(true);
  });

  test('is judged in a moment, however long it is', () => {
    for (const long of ['1 '.repeat(30_000), '1'.repeat(60_000), `(${'1-'.repeat(30_000)}`, `${' '.repeat(60_000)}x`])
      expect(accepts(phone(), `${long}!`)).toBe(false);
  });
});

describe('a text', () => {
  test('of any script, length and punctuation comes back as it was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        fc.pre(!/\p{Cc}|\ufffd/u.test(value));
        expect(text('name').safeParse(value)).toMatchObject({ success: true, data: value });
      }),
    );
    for (const value of ['‫שלום‬', 'х'.repeat(10_000), '"><script>&\'', 'a\r\nb\tc'])
      expect(accepts(text('name'), value)).toBe(true);
  });

  test.each(['a\0b', 'a\ud800', '\udc00', 'a\x1bb', 'a\ufffdb'])('%j is not text', (value) =>
    expect(accepts(text('name'), value)).toBe(false),
  );

  test.each(['\x01', '\x08', '\x0b', '\x0c', '\x0e', '\x1f', '\x7f', '\0', '\x80', '\x85', '\x9f'])(
    'with %j is refused in words',
    (control) => {
      expect(errors(text('name'), `a${control}b`)).toEqual(['name has a character that is not text']);
    },
  );

  test('without visible characters counts as missing', () => {
    for (const value of ['', ' ', ' \t']) expect(errors(nonBlank('name'), value)).toEqual(['name is required']);
    expect(accepts(nonBlank('name'), ' a ')).toBe(true);
    for (const value of [
      ...cases.invisible,
      '\ufeff\u00a0',
      '\u115f\u1160\uffa0',
      '\u{e0020}',
      '\ufe0f',
      '\u{1d159}',
      '\ufff9',
      '\ufffc',
      '\uffff',
      '\ue000',
      '\u0301',
      '\u00a0\u0323\u200b',
      '\u{13441}',
      '\u{13442}',
      '\u{16fe4}',
    ])
      expect(errors(nonBlank('name'), value), JSON.stringify(value)).toEqual(['name is required']);
  });

  test('shows something if it has one letter, number, symbol or punctuation', () => {
    const unseen = fc.string({ unit: fc.constantFrom('\u0301', '\u200b', ' ', '\ue000', '\u2800', '\u{13441}') });
    fc.assert(
      fc.property(
        unseen,
        fc.constantFrom('a', 'Я', '東', '7', '☃', '🙂', '&', '"', '٣', '\u{13000}'),
        unseen,
        (before, seen, after) => {
          expect(accepts(nonBlank('name'), before + seen + after)).toBe(true);
          expect(errors(nonBlank('name'), before + after)).toEqual(['name is required']);
        },
      ),
    );
  });

  const blank = fc.constantFrom(
    ...cases.invisible,
    ' ',
    '\t',
    '\u00a0',
    '\u2009',
    '\u3000',
    '\ufeff',
    '\u202a',
    '\u2066',
  );

  test('of any blank and invisible characters counts as missing', () => {
    const blanks = fc.string({ unit: fc.oneof(blank, fc.constantFrom('\u202c', '\ufe0f')) });
    fc.assert(
      fc.property(blanks, (value) => {
        expect(errors(nonBlank('name'), value)).toEqual(['name is required']);
      }),
    );
  });

  test('that is a name is stored without the blank and invisible characters around it', () => {
    const blanks = fc.string({ unit: blank });
    const visible = fc.string({ unit: fc.constantFrom(...'aЯ東🙂"-.'), minLength: 1 });
    fc.assert(
      fc.property(blanks, visible, blanks, visible, blanks, (before, one, between, other, after) => {
        // The directions that begin inside have no end here, so none is kept.
        const inside = `${one}${between}${other}`;
        expect(name('name').parse(`${before}${inside}${after}`)).toBe(inside);
      }),
    );
    expect(errors(name('friendlyName'), '\u200b')).toEqual(['friendlyName is required']);
  });

  test.each([
    ['\u202aIvan\u202c', 'Ivan'],
    ['Ltd \u202aIvan\u202c', 'Ltd \u202aIvan\u202c'],
    ['Ltd \u2067\u202aIvan\u202c\u2069\u200b', 'Ltd \u2067\u202aIvan\u202c\u2069'],
    ['Ltd \u202aIvan\u202c A \u202c', 'Ltd \u202aIvan\u202c A'],
    ['Cafe ☕\ufe0f ', 'Cafe ☕\ufe0f'],
    ['🏴\u{e0067}\u{e0062}\u{e007f}', '🏴\u{e0067}\u{e0062}\u{e007f}'],
    ['Wind \ufe0f', 'Wind'],
  ])('%j is stored as %j: what the visible part needs stays', (value, stored) => {
    expect(name('name').parse(value)).toBe(stored);
    expect(name('name').parse(stored)).toBe(stored);
  });
});

describe("a customer's name", () => {
  test.each([
    'ООО «Ветер», г.Москва, ул.Ленина',
    'ООО «Ветер», гор.Москва',
    'Wind, g.Moscow',
    'Công ty TNHH TM.DV Hoàng Anh, TP.HCM',
    'Công ty TNHH TM.SX Gió, TP.HN.',
    'Công ty TNHH TM.DV.SX Gió (Q.Ba Đình)',
    'Wind GmbH & Co.KG',
    'Wind, S.A.de C.V.',
    'T.me',
    'Wind Co.,Ltd',
    'Wind Co.Ltd',
    'Acme. Inc',
    'Wind Pty.LTD.',
    'Node.js Ltd',
    'J.Smith & Co.',
    'St.Petersburg Pipes',
    'A.P.Moller',
    'J.Weber und H.Ford',
    'ООО «Ромашка-Юг»',
    'Cty TNHH A.B.C',
    'Cty TNHH Gió MST:0101234567',
    'Wind (ISO9001:2015)',
    'Tel : 900',
    'Wind // Sea',
    'A\\B, 1/2',
    'Wind 1.2.3',
    '北京网络公司。北京',
    'S.p.A. Vento',
    'S.A.S. Vent d.o.o.',
    'Node.js Partners',
    'J.P.Morgan & St.Petersburg',
    'Wind www Services',
    'Wind 2.0, no. 1.5',
    'A @ B',
    'R&D@Home',
    'wind . com',
    'Wind. In the North',
    'и.о. Иванов А.Б.',
    'Ветер.Россия',
    'TP.Huế',
    'TP.Hue\u0302\u0301',
    'Cty.Việt Á',
    'KCN.Biên Hòa',
    'Cty.Ba\u0300 Rịa',
    'P.Bến Nghé',
    'K.coя',
    'Wind/Sea: 24/7',
    'Wind & <b>Sons</b>"',
  ])('may be %s', (name) => expect(errors(customerName('name'), name)).toBeUndefined());

  test.each([
    'https://evil.example',
    'see HTTP://evil',
    'ftp://x',
    'www.evil.example',
    'Wind (WWW.evil)',
    'mailto:a',
    'a@evil.example',
    'Write to a.b@evil.museum now',
    'evil.com',
    'Evil.COM',
    'Wind, evil.com.',
    'evil.com, Wind',
    'sub.evil.vn',
    'evil.shop/path',
    'evil.ru:80',
    'evil.ru-x',
    '(evil.ru)',
    'Пример.рф',
    'пример.РУС!',
    'evil.москва',
    'Evil.Москва',
    'г.evil.москва',
    'г.Москва/evil',
    'evil.бг',
    'evil.орг',
    'evil.ком',
    'evil.срб',
    'evil.мкд',
    'evil.мон',
    'evil.ею',
    'evil.католик',
    'evil.moscow',
    'evil.tatar',
    'evil.kg',
    'evil.hn',
    'evil.sx',
    'evil.ba',
    'evil.Co.KG',
    'Evil.Co.Uk',
    'T.Co.evil.com',
    'VK.COM',
    'ИП.рф',
    't.me',
    'tp.hn',
    'T.me/evil',
    'VK.ru?evil',
    'TP.HN:80',
    'T.me#evil',
    'évil.fr',
    'evil.xn--p1ai',
    'ｅｖｉｌ．ｃｏｍ',
    'evil。com',
    'evil.\u200bcom',
    'evil.com\ufe0f',
    'evil.com\u034f',
    'evil.\u034fcom',
    'evil.com\u3164x',
    'evil.com\u115f',
    'evil.com\u200bx',
    'evil.c\u2800om',
    'evil.com\u2800x',
    'K.co\ufe0f/evil',
    'evil.comя',
    'evil.ruя',
    'ｅｖｉｌ．ｃｏｍя',
    'evil.com\u0301',
    'evil.comế',
    'e-.io',
    '1.me',
    'login.evil.company',
    'evil.services/login',
    'evil.bank',
    'evil.tokyo',
    'evil.公司',
    'evil。公司',
    'evil.भारत',
    'evil.ltd',
    'Evil.Ltd',
    'Co.Ltd/evil',
    'Evil.Weber',
    'J.Weber/evil',
    '\\\\evil\\share',
    '//evil/login',
    '／／evil',
    'tel:+1900123456',
    'Wind Tel:1900',
    'skype:evil?call',
    'Skype:evil',
    'ms-word:evil',
    'data:text',
    '192.0.2.1',
    'Wind 192.0.2.1/login',
  ])('must not be %s: a mail program would make a link of it', (name) => {
    const end =
      'must not contain a link or an email address: leave out its dots, colons and slashes, or put a blank after them';
    for (const field of ['name', 'friendlyName']) {
      expect(errors(customerName(field), name)).toEqual([`${field} ${end}`]);
    }
  });

  /** Three characters or more: shorter ones may be abbreviations. */
  const label = fc.stringMatching(/^[a-zA-Zа-я0-9]{3,10}$/);
  test('has no host name anywhere; with a blank after the dot, or without the dot, it has none', () => {
    const words = fc.array(fc.stringMatching(/^[A-Za-zА-Яа-я0-9&«»,()-]{1,8}$/), { maxLength: 3 });
    const end = fc.constantFrom('com', 'ru', 'vn', 'RU', 'рф', 'shop', 'io', 'online');
    const after = fc.constantFrom('', '.', ',', '/a', ':', ')', '?q', '#', '-', '»');
    fc.assert(
      fc.property(words, label, end, after, words, (before, host, tld, stuck, rest) => {
        const name = (dot: string) => [...before, `${host}${dot}${tld}${stuck}`, ...rest].join(' ');
        expect(accepts(customerName('name'), name('.'))).toBe(false);
        expect(accepts(customerName('name'), name('. '))).toBe(true);
        expect(accepts(customerName('name'), name(''))).toBe(true);
      }),
      { numRuns: sized(200, 10_000) },
    );
  });

  test('may have any abbreviation of one or two letters before a country code, but not with a path', () => {
    const short = fc.stringMatching(/^([A-ZА-ЯĐ][a-zA-Zа-я]?\.){1,3}$/);
    const end = fc.constantFrom('kg', 'KG', 'HN', 'Ba', 'sx', 'vn');
    fc.assert(
      fc.property(short, end, fc.constantFrom('', '.', ' Đình', ', Wind', ')'), (before, country, after) => {
        expect(accepts(customerName('name'), `Wind ${before}${country}${after}`)).toBe(true);
        for (const path of ['/a', '?a', '#a', ':80'])
          expect(accepts(customerName('name'), `Wind ${before}${country}${path}`)).toBe(false);
      }),
      { numRuns: sized(200, 10_000) },
    );
  });

  test('has no scheme and no email address anywhere', () => {
    const link = fc.oneof(
      label.map((host) => `https://${host}`),
      label.map((host) => `www.${host}`),
      fc.emailAddress(),
    );
    fc.assert(
      fc.property(fc.constantFrom('', 'Wind ', '('), link, fc.constantFrom('', ' Wind', ')'), (before, each, after) => {
        expect(accepts(customerName('name'), before + each + after)).toBe(false);
      }),
      { numRuns: sized(200, 10_000) },
    );
  });

  test('is a text that is not blank', () => {
    expect(errors(customerName('name'), undefined)).toEqual(['name is required']);
    expect(errors(customerName('name'), ' ')).toEqual(['name is required']);
    expect(errors(customerName('name'), 'a\0b')).toEqual(['name has a character that is not text']);
    for (const value of cases.invisible) expect(errors(customerName('name'), value)).toEqual(['name is required']);
    expect(customerName('name').parse('\u200b Wind\u00a0')).toBe('Wind');
  });
});

test('moments are stored in one form, in which they can be compared as strings', () => {
  expect(timestamp('at').parse('2026-05-03T15:00:00+03:00')).toBe('2026-05-03T12:00:00.000Z');
  expect(accepts(timestamp('at'), '2026-13-03T15:00:00Z')).toBe(false);
  expect(accepts(timestamp('at'), 'yesterday')).toBe(false);
  expect(errors(timestamp('at'), 'yesterday')).toEqual(['at must be a time such as 2026-05-03T12:00:00Z']);
  expect(errors(timestamp('at'), '9999-12-31T23:59:59-01:00')).toEqual(['at must be in the years 0000 to 9999 of UTC']);
  expect(errors(timestamp('at'), '0000-01-01T00:00:00+01:00')).toEqual(['at must be in the years 0000 to 9999 of UTC']);
  const moment = fc
    .tuple(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
      fc.constantFrom('Z', '+14:00', '-11:30'),
    )
    .map(([date, offset]) => timestamp('at').parse(date.toISOString().replace('Z', offset)));
  fc.assert(
    fc.property(moment, moment, (one, other) => {
      expect(one < other).toBe(Date.parse(one) < Date.parse(other));
    }),
  );
});

describe('a client id', () => {
  test('is ASCII text of at most 255 characters, without an @', () => {
    for (const good of ['acme-robot', 'a b~!', 'a'.repeat(255)]) expect(clientId().parse(good)).toBe(good);
    expect(errors(clientId(), 'a'.repeat(256))).toEqual(['clientId must have at most 255 characters']);
    for (const bad of ['робот', 'aé', 'éa', 'a\tb'])
      expect(errors(clientId(), bad)).toEqual(['clientId must be ASCII']);
    expect(errors(clientId(), 'robot@acme.example')).toEqual(['clientId must have no @']);
    expect(errors(clientId(), '')).toEqual(['clientId is required']);
    expect(errors(clientId(), undefined)).toEqual(['clientId is required']);
  });
});

describe('the member that a path names', () => {
  test('is an email address, in its canonical form, if it has an @; or else a client id, unchanged', () => {
    expect(memberId().parse('Anna@Пример.рф')).toBe('anna@xn--e1afmkfd.xn--p1ai');
    expect(memberId().parse('Acme-Robot')).toBe('Acme-Robot');
    expect(errors(memberId(), 'anna@')).toEqual(['email is not valid']);
    expect(errors(memberId(), 'робот')).toEqual(['clientId must be ASCII']);
    expect(errors(memberId(), ' ')).toEqual(['clientId is required']);
  });

  test('is encoded once, and is no part of a path or query', () => {
    for (const [encoded, rest] of [
      ['new%40acme.example', '%40'],
      ['new%2540acme.example', '%25'],
      ['new%2btag@acme.example', '%2b'],
      ['acme%20robot', '%20'],
    ] as const) {
      const message = (field: string) => `${field} is encoded twice: it has ${rest} after decoding. Encode it once`;
      expect(errors(memberId(), encoded)).toEqual([message('memberId')]);
      expect(errors(namedClientId(), encoded)).toEqual([message('clientId')]);
    }
    const part = fc.string({ unit: fc.constantFrom(...'abz09.-_~'), minLength: 1 });
    fc.assert(
      fc.property(
        part,
        fc.constantFrom('?', '#', '/'),
        part,
        fc.constantFrom('', '@acme.example'),
        (one, mark, other, domain) => {
          expect(errors(memberId(), `${one}${mark}${other}${domain}`)).toEqual(['memberId must have no ?, # or /']);
          expect(errors(namedClientId(), `${one}${mark}${other}`)).toEqual(['clientId must have no ?, # or /']);
        },
      ),
    );
    for (const good of ['100%', '5%-robot', '%zz']) expect(memberId().parse(good)).toBe(good);
    expect(namedClientId().parse('Acme-Robot')).toBe('Acme-Robot');
    expect(errors(namedClientId(), 'робот')).toEqual(['clientId must be ASCII']);
  });
});

describe('a cloud', () => {
  test('has a name of 1 to 63 lower-case letters, digits and hyphens', () => {
    const message =
      'name must have 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen';
    for (const good of ['a', 'a1', 'my-cloud', `a${'-'.repeat(61)}b`]) expect(cloudName().parse(good)).toBe(good);
    for (const bad of ['', '1a', '-a', 'a-', 'A', 'a_b', 'a b', 'облако', `a${'b'.repeat(63)}`, 'a\n'])
      expect(errors(cloudName(), bad)).toEqual([message]);
    expect(errors(cloudName(), undefined)).toEqual(['name is required']);
  });

  test('has an id of 1 to 50 letters, digits, dots, hyphens and underscores', () => {
    for (const good of ['b1g', 'A.b-c_1', 'a'.repeat(50)]) expect(cloudId().parse(good)).toBe(good);
    for (const bad of ['', 'a'.repeat(51), 'a b', 'a/b', 'a#b', ' a', 'a\n'])
      expect(errors(cloudId(), bad)).toEqual([
        'cloudId must have 1 to 50 letters, digits, dots, hyphens and underscores',
      ]);
    expect(errors(cloudId(), undefined)).toEqual(['cloudId is required']);
  });

  test('has roles that begin with a letter: each is the name of an attribute', () => {
    for (const good of ['a', 'resource-manager.clouds.owner', 'R_1']) expect(cloudRoleId().parse(good)).toBe(good);
    for (const bad of ['', '__proto__', '1a', '.a', 'a b', 'a#', ' a'])
      expect(errors(cloudRoleId(), bad)).toEqual([
        'roleId must begin with a letter and have only letters, digits, dots, hyphens and underscores',
      ]);
    expect(errors(cloudRoleId(), 'constructor')).toEqual(['roleId is not a role']);
    expect(errors(cloudRoleId(), undefined)).toEqual(['roleId is required']);
  });
});
