/** What strings must be like: the field schemas that requests share, and the forms that keys are made of. */
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';

/** Longest email address and local part that SMTP carries, in octets (RFC 5321, 4.5.3.1; RFC 3696 erratum 1690). */
const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
/** Longest client id (Cognito: 128); keys have at most 2,048 bytes. Its characters are those of ASCII (RFC 6749, A.1). */
export const MAX_CLIENT_ID_LENGTH = 255;
/** Fewest and most digits of a telephone number: service codes have 3, E.164 allows 15. */
const MIN_PHONE_DIGITS = 3;
const MAX_PHONE_DIGITS = 15;

/** RFC 5321 dot-string, the form of a local part that every mail service delivers to. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** A host name of two labels or more (RFC 1123, 2.1). */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Digits with the usual separators, a leading +; letters where it is a phoneword such as 1-800-FLOWERS. */
const PHONE = /^\+?[0-9A-Za-z ().\-/]+$/;

/** Control characters other than tab and line breaks; NUL is among them, which stores and mail programs cut at. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** A string, or what is wrong with what stands in its place. */
const string = (field: string) =>
  z.string({ error: ({ input }) => `${field} ${input === undefined ? 'is required' : 'must be a string'}` });

/** What a conversion leaves of a character that it doesn't know; a gateway puts it in the place of bytes that are no UTF-8. */
const LOST = '\ufffd';

/** Any text of any length: well-formed Unicode without control characters, of which nothing is lost. */
export const text = (field: string) =>
  string(field).check(
    z.refine(
      (value) => value.isWellFormed() && !CONTROL.test(value) && !value.includes(LOST),
      `${field} has a character that is not text`,
    ),
  );

/** The client id of a service account: it stands in keys, which are short. */
export const clientId = () =>
  nonBlank('clientId').check(
    z.maxLength(MAX_CLIENT_ID_LENGTH, `clientId must have at most ${MAX_CLIENT_ID_LENGTH} characters`),
    z.regex(/^[ -~]*$/, 'clientId must be ASCII'),
  );

/** How a path names a member of a partner: an email address in its canonical form, or a client id, which has no @. */
export const memberId = () =>
  z.pipe(
    z.string().check(
      z.superRefine((value, context) => {
        const message = value.includes('@') ? emailError(value) : clientId().safeParse(value).error?.issues[0]?.message;
        if (message) context.addIssue({ code: 'custom', message, input: value });
      }),
    ),
    z.transform((value: string) => (value.includes('@') ? canonicalEmail(value) : value)),
  );

/** Text in which there is something to read. */
export const nonBlank = (field: string) =>
  text(field).check(z.refine((value) => value.trim() !== '', `${field} is required`));

/** A telephone number or a phoneword (seed 003); it comes back as it was sent. */
export const phone = () => string('phone').check(z.refine(isPhone, 'phone is not valid'));

function isPhone(value: string): boolean {
  const dialled = value.replace(/[^0-9A-Za-z]/g, '');
  return (
    PHONE.test(value) &&
    /[0-9]/.test(dialled) &&
    dialled.length >= MIN_PHONE_DIGITS &&
    dialled.length <= MAX_PHONE_DIGITS
  );
}

/** An email address that the mail service can deliver to, in its canonical form: lower case, the domain in ASCII. */
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

/** The name of a cloud (Billing API, CreateCloud). */
export const cloudName = () =>
  string('name').check(
    z.regex(
      /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
      'name must have 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen',
    ),
  );

/** The id of a cloud: short enough to stand in a page token. */
export const cloudId = () =>
  string('cloudId').check(
    z.regex(/^[\w.-]{1,50}$/, 'cloudId must have 1 to 50 letters, digits, dots, hyphens and underscores'),
  );

/** A role on an existing cloud, as the provider calls it: it is the name of an attribute, for which `__proto__` would not do. */
export const cloudRoleId = () =>
  string('roleId').check(
    z.regex(
      /^[A-Za-z][\w.-]*$/,
      'roleId must begin with a letter and have only letters, digits, dots, hyphens and underscores',
    ),
  );

/** A moment (RFC 3339, any offset) in the one form in which moments compare as strings: UTC with milliseconds. */
export const timestamp = (field: string) =>
  z.pipe(
    z.iso.datetime({ offset: true, error: `${field} must be a time such as 2026-05-03T12:00:00Z` }),
    z.pipe(
      z.transform((value: string) => new Date(value).toISOString()),
      // An offset can lead out of the years of four digits.
      z.string().check(z.regex(/^\d{4}-/, `${field} must be in the years 0000 to 9999 of UTC`)),
    ),
  );

/** What is wrong with an email address, or nothing. */
export function emailError(value: string): string | undefined {
  if (value === '') return 'email is required';
  const [local = '', domain, more] = value.split('@');
  if (domain === undefined || more !== undefined || /[\s\p{Cc}]/u.test(value)) return 'email is not valid';
  // SMTPUTF8 (RFC 6531) is not offered by SES: only the domain may be internationalised.
  if (/[^\0-\x7f]/.test(local)) return 'the part before @ must be ASCII: the mail service cannot deliver to it';
  if (!LOCAL_PART.test(local) || local.length > MAX_LOCAL_PART_LENGTH) return 'email is not valid';
  // `domainToASCII` reads a URL's host: it would leave out a path and decode percent-encodings.
  if (/[^\w.\u0080-\u{10ffff}-]/u.test(domain)) return 'email is not valid';
  // As it is written it may be longer, by characters that the canonical form leaves out: it is stored, too.
  if (value.length > MAX_EMAIL_LENGTH) return 'email is not valid';
  if (!DOMAIN.test(domainToASCII(domain)) || canonicalEmail(value).length > MAX_EMAIL_LENGTH)
    return 'email is not valid';
  return undefined;
}

/** The one form in which an address is compared, stored and mailed to: `Info@Пример.рф` → `info@xn--e1afmkfd.xn--p1ai`. */
export function canonicalEmail(value: string): string {
  const at = value.lastIndexOf('@');
  return `${value.slice(0, at).toLowerCase()}@${domainToASCII(value.slice(at + 1))}`;
}

/** A text as it is searched: on one line, without case and accents (Latin, Cyrillic, Vietnamese). */
export function fold(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s/g, ' ').toLowerCase().replaceAll('đ', 'd');
}
