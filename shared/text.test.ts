import { describe, expect, test } from 'vitest';
import { fc } from '../test/fastCheck.ts';
import { canonicalEmail, email, emailError, nonBlank, phone, text, timestamp } from './text.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

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
  ])('%j: %s', (address, error) => {
    expect(emailError(address)).toBe(error);
    expect(
      email()
        .safeParse(address)
        .error?.issues.map(({ message }) => message),
    ).toEqual([error]);
  });

  test('has one canonical form, whatever its case and whether its domain is in ASCII', () => {
    expect(canonicalEmail('Info@Пример.РФ')).toBe('info@xn--e1afmkfd.xn--p1ai');
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(canonicalEmail(address.toUpperCase())).toBe(canonicalEmail(address));
        expect(canonicalEmail(canonicalEmail(address))).toBe(canonicalEmail(address));
      }),
    );
  });

  test('no string that passes can break a header', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), fc.stringMatching(/^[\w\r\n @.<>",;]+$/)),
        (value) => {
          const result = email().safeParse(value);
          if (result.success) expect(result.data).toMatch(/^[!-~]+@[a-z0-9.-]+$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a phone', () => {
  test.each(['+7 (812) 555-01-02', '1-800-FLOWERS', '112', '+84.28.3819.8779', '020/7946-0000'])(
    '%s is a number or a phoneword',
    (value) => expect(accepts(phone(), value)).toBe(true),
  );
  test.each(['call me maybe?', 'FLOWERS', '', '12', '+', '1'.repeat(16), '+7 812\n555', '٠١٢٣', '1-800-ЦВЕТЫ'])(
    '%j is neither',
    (value) => expect(accepts(phone(), value)).toBe(false),
  );
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

  test('with nothing to read is missing', () => {
    for (const value of ['', ' ', ' \t']) expect(accepts(nonBlank('name'), value)).toBe(false);
  });
});

test('moments are kept in the one form in which they compare as strings', () => {
  expect(timestamp('at').parse('2026-05-03T15:00:00+03:00')).toBe('2026-05-03T12:00:00.000Z');
  expect(accepts(timestamp('at'), '2026-13-03T15:00:00Z')).toBe(false);
  expect(accepts(timestamp('at'), 'yesterday')).toBe(false);
  expect(accepts(timestamp('at'), '9999-12-31T23:59:59-01:00')).toBe(false);
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
