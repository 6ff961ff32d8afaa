/** The rules for strings: the schemas of fields that requests share, and the canonical forms that keys are made of. */
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import { said } from './fieldFault.ts';
import { isTopLevelDomain } from './topLevelDomains.ts';

/** Longest email address and longest local part in SMTP, in octets (RFC 5321, 4.5.3.1; RFC 3696 erratum 1690). */
const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
/** Longest client id (Cognito: 128), so that it fits a key of 2,048 bytes. Its characters are ASCII (RFC 6749, A.1). */
export const MAX_CLIENT_ID_LENGTH = 255;
/** Longest name of a role on a cloud that its holder grants or revokes. The provider's roles have about 30 characters. */
const MAX_GRANTABLE_ROLE_LENGTH = 100;
/** Fewest and most digits of a telephone number: a service code has 3, E.164 allows 15. */
const MIN_PHONE_DIGITS = 3;
const MAX_PHONE_DIGITS = 15;

/** A dot-string (RFC 5321, 4.1.2): the form of a local part that every mail service accepts. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** A host name of two labels or more (RFC 1123, 2.1). */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Control characters (C0 and C1) other than tab and line breaks. Among them is NUL, at which some stores and mail programs cut a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for control characters
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

export const required = (field: string) => said('REQUIRED', `${field} is required`);
export const tooLong = (field: string, max: number) =>
  said('TOO_LONG', `${field} must have at most ${max} characters`, { max });
const emailNotValid = () => said('EMAIL_NOT_VALID', 'email is not valid');

/** A string. The message says whether the field is missing or has another type. */
const string = (field: string) =>
  z.string({
    error: ({ input }) =>
      input === undefined ? required(field) : said('WRONG_TYPE', `${field} must be a string`, { type: 'string' }),
  });

/** U+FFFD: a conversion puts it in the place of a character that it doesn't know, a gateway in the place of bytes that are not UTF-8. */
const LOST = '\ufffd';

/** A text of any length: well-formed Unicode without control characters and without lost characters. */
export const text = (field: string) =>
  string(field).check(
    z.refine(
      (value) => value.isWellFormed() && !CONTROL.test(value) && !value.includes(LOST),
      said('NOT_TEXT', `${field} has a character that is not text`),
    ),
  );

/** The client id of a service account, which has no @. It is part of keys, which have a limited length. */
export const clientId = () =>
  nonBlank('clientId').check(
    z.maxLength(MAX_CLIENT_ID_LENGTH, tooLong('clientId', MAX_CLIENT_ID_LENGTH)),
    z.regex(/^[ -~]*$/, said('NOT_ASCII', 'clientId must be ASCII')),
    // In a path, an id with @ is a person (`memberId`).
    z.regex(/^[^@]*$/, said('CLIENT_ID_HAS_AT', 'clientId must have no @')),
  );

/** The name of a person or a service account in a path, which clients encode. */
const named = (field: string) =>
  z.string().check(
    z.refine((value) => !/%[0-9a-f]{2}/i.test(value), {
      error: ({ input }) =>
        said(
          'ENCODED_TWICE',
          `${field} is encoded twice: it has ${/%[0-9a-f]{2}/i.exec(String(input))} after decoding. Encode it once`,
        ),
      abort: true,
    }),
    z.regex(/^[^?#/]*$/, { error: said('NOT_OF_PATH', `${field} must have no ?, # or /`), abort: true }),
  );

/** The client id of a service account in a path. */
export const namedClientId = () => z.pipe(named('clientId'), clientId());

/** A member in a path: an email address, which becomes canonical, or a client id. */
export const memberId = () =>
  z.pipe(
    named('memberId').check(
      z.superRefine((value, context) => {
        const message = value.includes('@') ? emailError(value) : clientId().safeParse(value).error?.issues[0]?.message;
        if (message) context.addIssue({ code: 'custom', message, input: value });
      }),
    ),
    z.transform((value: string) => (value.includes('@') ? canonicalEmail(value) : value)),
  );

/** A text that shows something: it has a letter, a number, a symbol or punctuation, and not only an accent, for example. */
export const nonBlank = (field: string) => text(field).check(z.refine((value) => VISIBLE.test(value), required(field)));

/** A name that people read. It is stored without blank and invisible characters around it. */
export const name = (field: string) => z.pipe(nonBlank(field), z.transform(withoutBlankEnds));

/** A telephone number or a phoneword (seed 003), with 3 to 15 digits and letters, and perhaps an extension. It is kept as it was sent. */
export const phone = () => {
  const form = phoneForm();
  const extension = extensionForm();
  const isNumber = (value: string) => {
    const dialled = value.replace(/[^0-9A-Za-z]/g, '').length;
    return form.test(value) && dialled >= MIN_PHONE_DIGITS && dialled <= MAX_PHONE_DIGITS;
  };
  return string('phone').check(
    z.refine(
      (value) => {
        const plain = inPlainMarks(value);
        // Letters and digits at the end of a phoneword can look like an extension: `MAX1`.
        return isNumber(plain.replace(extension, '')) || isNumber(plain);
      },
      said('PHONE_NOT_VALID', 'phone is not valid'),
    ),
  );
};

/** A phone with a space for each blank and a hyphen for each dash, without direction marks and other invisible characters. */
const inPlainMarks = (value: string) =>
  normalized(value, 'NFC')
    .replace(new RegExp(`[${INVISIBLE}]`, 'gu'), '')
    .replace(/[\p{Zs}\t]/gu, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-');

/**
 * Groups of digits and letters, perhaps after a +, which may be in the first brackets. Between two groups there is a blank, or one mark
 * (. - /) with at most a blank on either side of it. Some groups may be in brackets: `+7 (495) 123-45-67`, `(+84) 28 3829`, `020 - 7946`.
 * Blanks at the ends don't count.
 *
 * A letter stands for the digit of its key (ITU-T E.161), as in the phonewords 1-800-FLOWERS and FLOWERS.
 */
function phoneForm(): RegExp {
  const group = '[0-9A-Za-z]+';
  const separator = '(?: ?[-./] ?| )';
  // The lookahead says where a group ends, so that there is only one way to read a value.
  const bracketed = `${group}(?:${separator}${group})*\\)`;
  const part = `(?:${group}(?![0-9A-Za-z])|\\(${bracketed})`;
  return new RegExp(`^ *(?:(?:\\+ ?)?${part}|\\(\\+ ?${bracketed})(?:${separator}?${part})* *$`);
}

/**
 * An extension at the end of a phone, in the words of English, Russian and Vietnamese (also without accents), or as URIs have it (RFC 3966):
 * `x12`, `ext. 12`, `(доб. 12)`, `внутр. № 12`, `số máy lẻ 12`, `#12`, `;ext=12`.
 */
function extensionForm(): RegExp {
  const russian = 'доб|добав|добавочный|доп|дополнительный|вн|внут|внутр|внутренний';
  const vietnamese = '(?:số |so )?(?:(?:máy |may )?(?:lẻ|le|nhánh|nhanh)|nội bộ|noi bo)';
  const word = `x|х|ext|extn|extension|${russian}|${vietnamese}|#`;
  const number = `(?:${word})\\.?(?: ?(?:№|номер|number|no\\.?))?[:=]? ?[0-9]{1,${MAX_PHONE_DIGITS}}`;
  return new RegExp(`[,;]? ?(?:${number}|\\(${number}\\)) *$`, 'i');
}

/**
 * Words that have the form of a host name, but are abbreviations: one or two letters that begin upper-case, before two letters which
 * happen to be a country code (`TP.HN`, `TM.DV.SX`, `Q.Ba Đình`, `Co.KG`); initials before a name (`J.Weber`); a short word before the form
 * of a company (`Co.Ltd`); and the word for a city (`г.Москва`). Hardly anybody can get such a host. On some of them anybody can write a
 * page, so no path may follow: `T.me` passes, `T.me/evil` doesn't.
 */
const ABBREVIATION =
  /^(?:(?:\p{Lu}\p{L}?\.)+[A-Za-z]{2}|(?:\p{Lu}\.)+\p{Lu}\p{Ll}{3,}|(?:Co|Corp|Cty|Pte|Pty|Pvt)\.(?:Inc|LLC|LLP|Limited|L[Tt][Dd])|(?:[Гг]|[Гг]ор|[Gg])\.(?:Москва|Moscow))\.?$/u;

/** The parts of a text that mail programs turn into a link wherever they stand. */
const LINKS = [
  /[a-z]:\/\/|(?:^|[^\p{L}\p{N}])www\.[\p{L}\p{N}]|[^\s@]@[\p{L}\p{N}-]+\.[\p{L}\p{N}]/iu,
  // Hosts without a scheme, of the web and of Windows.
  /(?:\/\/|\\\\)\S/,
  // Schemes. In upper case only those that are known: `MST:0101` and `ISO9001:2015` are no links.
  /(?<![\p{L}\p{N}+-])[a-z][a-z+-]*:\S/u,
  /(?<![\p{L}\p{N}])(?:callto|file|mailto|sip|skype|sms|tel|viber|whatsapp):/iu,
  // IPv4 addresses.
  /(?<![\p{L}\p{N}.])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}])/u,
];

/** Whether a word has an end of a host name after one of its dots, as `example.com`, `пример.рф.` and `evil.ru-x`. */
function isHost(word: string): boolean {
  const labels = word.toLowerCase().split('.');
  return labels.some(
    (label, i) =>
      i > 0 && labels[i - 1] !== '' && (label.startsWith('xn--') || isTopLevelDomain(label.split('-', 1)[0] ?? '')),
  );
}

/**
 * Whether a word begins with a host name for a program that reads no further than the first character beyond ASCII: `evil.comя`. Two
 * letters before a Latin letter or a mark are no country code: many Vietnamese words begin so (`Cty.Việt`).
 */
function beginsWithHost(word: string): boolean {
  return [...word.matchAll(/(?<=[^.])\.([A-Za-z0-9]+)(?=([^\0-\x7f]))/gu)].some(
    ({ index, 0: end, 1: label = '', 2: next = '' }) =>
      isTopLevelDomain(label.toLowerCase()) &&
      !(label.length === 2 && /[\p{Script=Latin}\p{M}]/u.test(next)) &&
      !ABBREVIATION.test(word.slice(0, index + end.length)),
  );
}

/** Whether a mail program may turn a part of a text into a link. */
function hasLink(text: string): boolean {
  const words = [...text.matchAll(/([\p{L}\p{M}\p{N}_.-]+)([/?#]|:\d)?/gu)];
  return (
    LINKS.some((link) => link.test(text)) ||
    words.some(
      ([, word = '', path]) =>
        (isHost(word) && (path !== undefined || !ABBREVIATION.test(word))) || beginsWithHost(word),
    )
  );
}

/**
 * The forms of a text in which a mail program may find a link: as it was written, and in plain letters and dots instead of full-width ones.
 * An invisible character in it counts as nothing, or ends a word.
 */
function readings(text: string): string[] {
  const invisible = new RegExp(`[\\p{Cf}${INVISIBLE}]`, 'gu');
  return [text, normalized(text, 'NFKC')]
    .map((form) => form.replace(/。/g, '.'))
    .flatMap((form) => [form.replace(invisible, ''), form.replace(invisible, ' ')]);
}

/**
 * The name of a customer. Mails show it, and a mail program must not turn it into a link: `https://…`, `www.…`, `tel:…`, an email address,
 * or a host name such as `example.com` and `пример.рф`. `ул.Ленина`, `TP.HCM` and `Node.js` don't end as host names do.
 */
export const customerName = (field: string) =>
  z.pipe(
    nonBlank(field).check(
      z.refine(
        (value) => !readings(value).some(hasLink),
        said(
          'HAS_LINK',
          `${field} must not contain a link or an email address: leave out its dots, colons and slashes, or put a blank after them`,
        ),
      ),
    ),
    z.transform(withoutBlankEnds),
  );

/** An email address that SES can deliver to. The output is its canonical form: lower case, the domain in ASCII. */
export const email = () =>
  z.pipe(
    string('email').check(
      z.superRefine((value, context) => {
        const message = emailError(value);
        if (message) context.addIssue({ code: 'custom', message, input: value });
      }),
    ),
    z.transform(canonicalEmail),
  );

/** A domain of email addresses. The output is its canonical form: lower case, in ASCII. */
export const domain = () =>
  z.pipe(
    string('domain').check(
      z.refine(
        (value) => emailError(`a@${value}`) === undefined,
        said('DOMAIN_NOT_VALID', 'domain must be a domain of email addresses'),
      ),
    ),
    z.transform((value: string) => domainOf(canonicalEmail(`a@${value}`))),
  );

/** The name of a cloud (Billing API, CreateCloud). */
export const cloudName = () =>
  string('name').check(
    z.regex(
      /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
      said(
        'CLOUD_NAME_NOT_VALID',
        'name must have 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen',
      ),
    ),
  );

/** The id of a cloud, short enough for a page token. */
export const cloudId = () =>
  string('cloudId').check(
    z.regex(
      /^[\w.-]{1,50}$/,
      said('CLOUD_ID_NOT_VALID', 'cloudId must have 1 to 50 letters, digits, dots, hyphens and underscores'),
    ),
  );

/**
 * The provider's name of a role on an existing cloud. It becomes the name of an attribute, so `__proto__` must not pass, nor `constructor`,
 * by which the SDK tells maps from other objects.
 */
export const cloudRoleId = () =>
  string('roleId').check(
    z.regex(
      /^[A-Za-z][\w.-]*$/,
      said(
        'ROLE_ID_NOT_VALID',
        'roleId must begin with a letter and have only letters, digits, dots, hyphens and underscores',
      ),
    ),
    z.refine((name) => name !== 'constructor', said('ROLE_ID_NOT_VALID', 'roleId is not a role')),
  );

/** The name of a role that the holder of a cloud grants or revokes: short enough to keep hundreds of them with the cloud. */
export const grantableRoleId = () =>
  cloudRoleId().check(z.maxLength(MAX_GRANTABLE_ROLE_LENGTH, tooLong('roleId', MAX_GRANTABLE_ROLE_LENGTH)));

/** A moment (RFC 3339, any offset). The output is UTC with milliseconds, so that moments compare as strings. */
export const timestamp = (field: string) =>
  z.pipe(
    z.iso.datetime({
      offset: true,
      error: said('TIME_NOT_VALID', `${field} must be a time such as 2026-05-03T12:00:00Z`),
    }),
    z.pipe(
      z.transform((value: string) => new Date(value).toISOString()),
      // With its offset, a moment of the year 9999 or 0000 can be outside these years in UTC.
      z
        .string()
        .check(z.regex(/^\d{4}-/, said('TIME_OUT_OF_RANGE', `${field} must be in the years 0000 to 9999 of UTC`))),
    ),
  );

/** What is wrong with an email address; undefined if it is valid. Invisible characters around it don't count, as around a name. */
export function emailError(written: string): string | undefined {
  const value = withoutInvisibleEnds(written);
  if (value === '') return required('email');
  const [local = '', domain, more] = value.split('@');
  if (INVISIBLE_IN_EMAIL.test(value) || /[\u200c\u200d]/.test(local))
    return said('EMAIL_INVISIBLE', 'email has an invisible character: type the address again');
  // The address as written is stored, too. It can be longer than the canonical form, which leaves out some characters.
  if (value.length > MAX_EMAIL_LENGTH) return emailNotValid();
  if (domain === undefined || more !== undefined || /[\s\p{Cc}]/u.test(value)) return emailNotValid();
  // SES does not support SMTPUTF8 (RFC 6531): only the domain may have other characters than ASCII.
  if (/[^\0-\x7f]/.test(local))
    return said('LOCAL_PART_NOT_ASCII', 'the part before @ must be ASCII: the mail service cannot deliver to it');
  if (!LOCAL_PART.test(local) || local.length > MAX_LOCAL_PART_LENGTH) return emailNotValid();
  // `domainToASCII` parses a URL's host: it would cut off a path and decode percent-encodings.
  if (/[^\w.\u0080-\u{10ffff}-]/u.test(domain)) return emailNotValid();
  if (!DOMAIN.test(domainToASCII(domain)) || canonicalEmail(value).length > MAX_EMAIL_LENGTH) return emailNotValid();
  return undefined;
}

/** The canonical form of an address, for comparing, storing and mailing: `Info@Пример.рф` → `info@xn--e1afmkfd.xn--p1ai`. */
export function canonicalEmail(written: string): string {
  const value = withoutInvisibleEnds(written);
  const at = value.lastIndexOf('@');
  return `${value.slice(0, at).toLowerCase()}@${domainToASCII(value.slice(at + 1))}`;
}

/** The first characters of a text. A slice could end with half a character, which the table refuses. */
export const firstCharacters = (text: string, count: number): string => [...text].slice(0, count).join('');

/** The domain of an address in canonical form. */
export const domainOf = (canonical: string): string => canonical.slice(canonical.lastIndexOf('@') + 1);

/** The address of the mailbox behind an address in canonical form: `name+tag@x.example` → `name@x.example` (RFC 5233, 1). */
export const mailboxOf = (canonical: string): string => canonical.replace(/^([^+@]+)\+[^@]*/, '$1');

/**
 * Characters that show nothing, for a character class: those that programs don't draw (Unicode, Default_Ignorable_Code_Point), an empty
 * Braille cell, the signs around an annotation, the place of an object, blank hieroglyphs, and a note without a head.
 */
export const INVISIBLE = String.raw`\p{DI}\u2800\ufff9-\ufffc\u{13441}\u{13442}\u{1d159}`;
const VISIBLE = new RegExp(String.raw`(?![${INVISIBLE}])[\p{L}\p{N}\p{S}\p{P}]`, 'u');
/** Joiners may be in a domain: some scripts need them (RFC 5892, A.1). The domain's own rules say where. */
const INVISIBLE_IN_EMAIL = new RegExp(String.raw`(?![\u200c\u200d])[${INVISIBLE}]`, 'u');
/** Combining marks, and the characters that become one. */
const MARK = String.raw`[\p{M}\uff9e\uff9f]`;
/** No language has so many marks on a character (Unicode Standard Annex 15, 13, Stream-Safe Text Format). */
const MAX_MARKS = 30;
const TOO_MANY_MARKS = new RegExp(`(${MARK}{${MAX_MARKS}})${MARK}+`, 'gu');
const BLANK = String.raw`[\s${INVISIBLE}]`;
const BLANK_START = new RegExp(`^${BLANK}+`, 'u');
/** Without the lookbehind, a long blank inside a text would be read again from each of its characters. */
const BLANK_END = new RegExp(`(?<!${BLANK})${BLANK}+$`, 'u');
const INVISIBLE_START = new RegExp(`^[${INVISIBLE}]+`, 'u');
const INVISIBLE_END = new RegExp(`(?<![${INVISIBLE}])[${INVISIBLE}]+$`, 'u');
/** The characters that make an emoji of the character before them: its form, and the tags of a flag. */
const OF_EMOJI = /^[\p{VS}\u{e0020}-\u{e007f}]+/u;
/** The characters that begin a part with a direction of its own, and those that end it (Unicode Standard Annex 9, 2). */
const DIRECTION_STARTS = /[\u202a\u202b\u202d\u202e\u2066-\u2068]/g;
const DIRECTION_ENDS = /[\u202c\u2069]/g;

/** A text in a normal form, without the marks that are too many on a character: to sort them takes a time quadratic in their number. */
export const normalized = (text: string, form: 'NFC' | 'NFKC'): string =>
  text.replace(TOO_MANY_MARKS, '$1').normalize(form);
/** A text without the invisible characters around it, which a program puts where an address is copied (U+202A, U+200B). */
export const withoutInvisibleEnds = (value: string): string =>
  value.replace(INVISIBLE_START, '').replace(INVISIBLE_END, '');

/** A text without the blank and invisible characters around it. Those that the visible part needs stay at its end. */
export function withoutBlankEnds(value: string): string {
  const begun = value.replace(BLANK_START, '');
  const [end = ''] = BLANK_END.exec(begun) ?? [];
  const visible = begun.slice(0, begun.length - end.length);
  const [emoji = ''] = OF_EMOJI.exec(end) ?? [];
  const count = (pattern: RegExp) => visible.match(pattern)?.length ?? 0;
  // Without its end, a direction would apply to what follows the name on a page or in a mail.
  const open = Math.max(0, count(DIRECTION_STARTS) - count(DIRECTION_ENDS));
  return visible + emoji + (end.match(DIRECTION_ENDS) ?? []).slice(0, open).join('');
}
