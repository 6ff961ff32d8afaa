/** On a page in another language than English, every refusal is in that language, with its values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { memberElsewhere, roleNotHeld } from '../../shared/access/member.ts';
import { secondFactorRequired } from '../../shared/access/secondFactor.ts';
import type { ProblemBody } from '../../shared/client/ApiProblem.ts';
import { importCustomers } from '../../shared/contract/contract.ts';
import type { FaultCode, FieldFaults } from '../../shared/contract/fieldFault.ts';
import { PROBLEMS, Problem, type ProblemCode, pageTokenInvalid } from '../../shared/contract/problem.ts';
import { DELIVERY_CAUSES, LANGUAGES, PERSON_FIELDS, STATUSES } from '../../shared/contract/vocabulary.ts';
import type { Customer } from '../../shared/customer/customer.ts';
import { requireEligible } from '../../shared/customer/eligibility.ts';
import { activeOrganization, allowEmail, statusProblem, undeliverable } from '../../shared/customer/refusals.ts';
import { notValid } from '../../shared/http/validate.ts';
import { requireRefusalsLeft, requireReserved } from '../../shared/invitation/dailyLimit.ts';
import { notLeftYet, tooSoon } from '../../shared/partner/cooldown.ts';
import { requirePaid } from '../../shared/partner/partner.ts';
import { vng, yandex } from '../../test/given.ts';
import { translator } from '../../test/translator.ts';
import { deliveryReason } from '../customers/customerStatus.tsx';
import { fieldText, SAID_IN_ALL } from '../shell/fieldText.ts';
import { refusalText } from '../shell/problemText.ts';
import type { RefusalCase, Refusals } from './Refusals.ts';

const now = new Date();
const customer = { status: 'SUSPENDED', email: 'ivan@wind.example' } as Customer;
const account = {
  registered: true,
  customer: false,
  creditBalance: 0,
  usingServices: false,
  discounts: false,
  poc: false,
  billingMode: 'PREPAID',
} as const;
const until = new Date(now.getTime() + 5 * 60_000).toISOString();

/** The refusal that the server's own code throws or returns. */
function by(refuse: () => unknown): Problem {
  try {
    const problem = refuse();
    if (problem instanceof Problem) return problem;
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('nothing was refused');
}
const ineligible = (changes: Partial<Record<keyof typeof account, unknown>>) =>
  by(() => requireEligible({ ...account, ...changes } as Parameters<typeof requireEligible>[0], vng));
const plain = (code: ProblemCode, members: Record<string, unknown> = {}, errors?: Problem['extras']['errors']) =>
  new Problem(code, 'The server’s words.', { members, ...(errors && { errors }) });

/** An example of each refusal and of each case: made by the server's own code if it has values. */
const EXAMPLES: Record<ProblemCode | RefusalCase, Problem> = {
  VALIDATION_FAILED: notValid([{ code: 'unrecognized_keys', keys: ['nmae'], path: [], message: '' }]),
  BODY_NOT_JSON: plain('BODY_NOT_JSON'),
  PAGE_TOKEN_INVALID: pageTokenInvalid(),
  TOKEN_MISSING: plain('TOKEN_MISSING'),
  TOKEN_INVALID: plain('TOKEN_INVALID'),
  TOKEN_EXPIRED: plain('TOKEN_EXPIRED'),
  EMAIL_NOT_VERIFIED: plain('EMAIL_NOT_VERIFIED'),
  DIRECT_REQUEST: plain('DIRECT_REQUEST'),
  NOT_A_PARTNER: plain('NOT_A_PARTNER'),
  NOT_AN_OPERATOR: plain('NOT_AN_OPERATOR'),
  SECOND_FACTOR_REQUIRED: secondFactorRequired(),
  SECOND_FACTOR_OF_PROVIDER: secondFactorRequired(true),
  ROLE_MISSING: plain('ROLE_MISSING'),
  ROLE_NOT_HELD: roleNotHeld('billing.accounts.owner', 'roles'),
  NOT_THE_CONTACT: plain('NOT_THE_CONTACT'),
  CUSTOMER_NOT_FOUND: plain('CUSTOMER_NOT_FOUND'),
  INVITE_LINK_INVALID: plain('INVITE_LINK_INVALID'),
  CLOUD_NOT_FOUND: plain('CLOUD_NOT_FOUND'),
  OPERATION_NOT_FOUND: plain('OPERATION_NOT_FOUND'),
  METHOD_NOT_FOUND: plain('METHOD_NOT_FOUND'),
  MEMBER_NOT_FOUND: plain('MEMBER_NOT_FOUND'),
  MEMBERSHIP_NOT_FOUND: plain('MEMBERSHIP_NOT_FOUND'),
  PARTNER_NOT_FOUND: plain('PARTNER_NOT_FOUND'),
  ACCOUNT_NOT_FOUND: plain('ACCOUNT_NOT_FOUND'),
  CUSTOMER_EXISTS: plain('CUSTOMER_EXISTS'),
  CUSTOMER_DELETED: plain('CUSTOMER_DELETED'),
  CUSTOMER_STATUS: statusProblem(customer, 'confirm', yandex),
  CUSTOMER_NOT_ACTIVE: by(() => activeOrganization(customer, yandex)),
  PARTNER_NOT_PAID: by(() => requirePaid({ name: '7×7', paid: false } as Parameters<typeof requirePaid>[0], 'add')),
  EMAIL_OF_MEMBER: plain('EMAIL_OF_MEMBER'),
  INVITER_IS_OWN: plain('EMAIL_OF_MEMBER', { partnerName: '7×7' }),
  EMAIL_DOMAIN_NOT_ALLOWED: by(() =>
    allowEmail('ivan@wind.example', { ...yandex, allowedEmailDomains: ['sea.example', 'lake.example'] }),
  ),
  RESELLER_SERVED_NOT_ALLOWED: plain('RESELLER_SERVED_NOT_ALLOWED'),
  ACCOUNT_NOT_REGISTERED: by(() => requireEligible(undefined, vng)),
  ACCOUNT_HAS_CREDIT_BALANCE: ineligible({ creditBalance: 1 }),
  ACCOUNT_USES_SERVICES: ineligible({ usingServices: true }),
  ACCOUNT_HAS_DISCOUNTS: ineligible({ discounts: true }),
  ACCOUNT_USES_POC: ineligible({ poc: true }),
  ACCOUNT_NOT_PREPAID: ineligible({ billingMode: 'POSTPAID' }),
  ACCOUNT_NOT_ELIGIBLE: ineligible({ creditBalance: 1, usingServices: true, discounts: true, poc: true }),
  ACCOUNT_NOT_AVAILABLE: plain('ACCOUNT_NOT_AVAILABLE'),
  EMAIL_UNDELIVERABLE: undeliverable(customer, 'The mailbox does not exist.'),
  UNDELIVERABLE_EXPIRED: undeliverable({ ...customer, status: 'EXPIRED' }, 'The mailbox does not exist.'),
  INVITATIONS_DECLINED: plain('INVITATIONS_DECLINED', { noMoreInvitationsUntil: until }),
  CLOUD_NAME_TAKEN: plain('CLOUD_NAME_TAKEN', {}, [
    { path: 'name', message: 'taken', code: 'CLOUD_NAME_TAKEN', values: { name: 'cloud-1' } },
  ]),
  CLOUD_ELSEWHERE: plain('CLOUD_ELSEWHERE'),
  ALREADY_LINKED: plain('ALREADY_LINKED', { customerName: '7×7' }),
  ROLE_INSUFFICIENT: plain('ROLE_INSUFFICIENT', { roleId: 'resource-manager.clouds.owner' }),
  ROLE_TOO_RECENT: plain('ROLE_TOO_RECENT', { linkableAt: until }),
  CLOUD_NOT_LINKED: plain('CLOUD_NOT_LINKED'),
  MEMBER_ELSEWHERE: memberElsewhere('ann@wind.example', 'memberId'),
  SERVICE_ACCOUNT_NOT_RECORDED: plain('SERVICE_ACCOUNT_NOT_RECORDED', {}, [
    { path: 'memberId', message: 'no', code: 'SERVICE_ACCOUNT_NOT_RECORDED', values: { id: 'robot-1' } },
  ]),
  DOMAIN_ELSEWHERE: plain('DOMAIN_ELSEWHERE', {}, [
    { path: 'domains', message: 'no', code: 'DOMAIN_ELSEWHERE', values: { domain: 'wind.example' } },
  ]),
  LAST_OWNER: plain('LAST_OWNER'),
  ROLE_OF_MEMBERSHIP: plain('ROLE_OF_MEMBERSHIP', {}, [
    { path: 'deltas.0.subject', message: 'no', code: 'ROLE_OF_MEMBERSHIP', values: { id: 'ann@wind.example' } },
  ]),
  ROLE_OF_CONTACT: plain('ROLE_OF_CONTACT', {}, [
    { path: 'deltas.0.subject', message: 'no', code: 'ROLE_OF_CONTACT', values: { id: 'ann@wind.example' } },
  ]),
  TOO_MANY_BINDINGS: plain('TOO_MANY_BINDINGS', { max: 500 }),
  IDEMPOTENCY_KEY_REUSED: plain('IDEMPOTENCY_KEY_REUSED'),
  STALE_VERSION: plain('STALE_VERSION', { currentVersion: 3 }),
  BODY_TOO_LARGE: plain('BODY_TOO_LARGE', { max: 65_536 }),
  NOT_JSON_MEDIA_TYPE: plain('NOT_JSON_MEDIA_TYPE'),
  BODY_CODED: plain('BODY_CODED'),
  RESEND_TOO_SOON: tooSoon(until, false, now),
  MAIL_QUEUED: notLeftYet(),
  INVITATION_LIMIT: by(() => requireReserved({ count: 0 } as never, { name: '7×7' }, now)),
  REFUSAL_LIMIT: by(() => requireRefusalsLeft({ name: '7×7', refusalsLeft: 0 } as never, now)),
  REQUEST_LIMIT: new Problem('REQUEST_LIMIT', 'Too many.', { retryAfterSeconds: 3 }),
  INTERNAL: plain('INTERNAL'),
  TRY_AGAIN: plain('TRY_AGAIN'),
  NOT_TRIED: plain('NOT_TRIED'),
};

/** An example of the values of each fault. */
const FAULTS: FieldFaults = {
  REQUIRED: {},
  WRONG_TYPE: { type: 'string' },
  NOT_TEXT: {},
  NOT_ASCII: {},
  TOO_LONG: { max: 100 },
  TOO_MANY: { max: 20 },
  TOO_LARGE: { max: 65_536 },
  NOT_ONE_OF: { allowed: ['7', '8'] },
  HAS_LINK: {},
  EMAIL_NOT_VALID: {},
  EMAIL_INVISIBLE: {},
  LOCAL_PART_NOT_ASCII: {},
  PHONE_NOT_VALID: {},
  DOMAIN_NOT_VALID: {},
  CLIENT_ID_HAS_AT: {},
  ENCODED_TWICE: {},
  NOT_OF_PATH: {},
  PARTNER_ID_NOT_VALID: {},
  CLOUD_NAME_NOT_VALID: {},
  CLOUD_ID_NOT_VALID: {},
  ROLE_ID_NOT_VALID: {},
  HOLDER_HAS_ALL_ROLES: {},
  TIME_NOT_VALID: {},
  TIME_OUT_OF_RANGE: {},
  TIME_NOT_FOR_REMOVE: {},
  TIME_NOT_IN_FUTURE: {},
  AMOUNT_NOT_VALID: {},
  PAGE_SIZE_NOT_VALID: { max: 1000 },
  PAGE_TOKEN_NOT_VALID: {},
  KEY_NOT_VALID: { max: 255 },
  ETAG_NOT_VALID: {},
  NOT_FOR_SERVED: {},
  UNKNOWN_FIELD: {},
  SENT_TWICE: {},
  NOT_VALID: {},
};
/** Fields that pages have, with a name, and one that they don't have. */
const PATHS = [
  'name',
  'email',
  'friendlyName',
  'role',
  'language',
  'adminEmails.1',
  'person.tin',
  'person.name',
  'deltas.0.roleId',
];

/** The body that a client gets. */
const bodyOf = (problem: Problem): ProblemBody => ({
  ...(problem.toJSON() as ProblemBody),
  ...(problem.extras.retryAfterSeconds !== undefined && { retryAfterSeconds: problem.extras.retryAfterSeconds }),
});

type Tree = { [key: string]: string | Tree };
function* textsOf(tree: Tree): Generator<string> {
  for (const value of Object.values(tree)) {
    if (typeof value === 'string') yield value;
    else yield* textsOf(value);
  }
}
const { messages: englishMessages } = (await import('./en/index.ts')) as unknown as { messages: Tree };
const WORD = /(?<![\p{L}\p{M}])[a-z]+(?![\p{L}\p{M}])/giu;
const wordsOf = (text: string) =>
  [...text.replace(/\{\{.*?\}\}/g, '').matchAll(WORD)].map(([word]) => word.toLowerCase());
/** The words of the English pages and refusals. */
const ENGLISH = new Set([
  ...[...textsOf(englishMessages)].flatMap(wordsOf),
  ...Object.values(PROBLEMS).flatMap(([, title]) => wordsOf(title)),
]);
/** Formats, brands and ids, which stay as they are. `gmt`, `utc`: of a time. */
const KEPT = [
  'csv',
  'excel',
  'xlsx',
  'poc',
  'var',
  'uuid',
  'cookie',
  'client',
  'id',
  'resource',
  'manager',
  'clouds',
  'owner',
  'gmt',
  'utc',
  'cloud',
  'example',
  'yandex',
  'wind',
  'sea',
  'lake',
  'ann',
  'robot',
  'nmae',
  'shift',
];
/** Vietnamese words that are written like English ones, and the words for email and time that it has from English. */
const VIETNAMESE = [
  'email',
  'do',
  'to',
  'an',
  'no',
  'in',
  'may',
  'the',
  'them',
  'on',
  'so',
  'hay',
  'cho',
  'trong',
  'theo',
  'tin',
  'vi',
];

/** The words of a text that are English. In Russian, every Latin word is. */
const englishIn = (text: string, language: string): string[] =>
  wordsOf(text).filter(
    (word) =>
      !KEPT.includes(word) && (language === 'ru' ? word.length > 1 : ENGLISH.has(word) && !VIETNAMESE.includes(word)),
  );

describe.each(['ru', 'vi'] as const)('in %s', async (language) => {
  const t = await translator(language);
  const { refusals } = (await import(`./${language}/refusals.ts`)) as { refusals: Refusals };
  const around = { t, language, config: yandex, refusals };

  it.each(Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[])('%s is said without English, with all values', (code) => {
    const problem = EXAMPLES[code];
    const text = refusalText(bodyOf(problem), around);
    expect(englishIn(text, language), text).toEqual([]);
    expect(text).not.toMatch(/[{}]|undefined/);
    // A sentence is left out if a value is missing: the answer has the values of all of them.
    for (const piece of refusals.problems[code].split(/\{\{\w+\}\}/)) expect(text).toContain(piece.trim());
    if (problem.code === code) return;
    expect(text).not.toBe(refusalText({ code: problem.code }, around));
  });

  it.each(STATUSES)('a refusal in the status %s says the status and what is needed first', (status) => {
    const text = refusalText(bodyOf(statusProblem({ ...customer, status }, 'confirm', yandex)), around);
    expect(text).toContain(t(`status.${status}`));
    expect(text).toContain(refusals.advice[status]);
    expect(englishIn(text, language), text).toEqual([]);
  });

  it('a status has the program’s own name', () => {
    const problem = statusProblem({ ...customer, status: 'ACTIVE' }, 'confirm', vng);
    expect(refusalText(bodyOf(problem), { ...around, config: vng })).toContain(t('programLabel.Approved'));
  });

  it.each(Object.keys(FAULTS) as FaultCode[])('the fault %s of a field is said without English', (code) => {
    for (const path of PATHS) {
      const text = fieldText(t, { path, code, message: 'The server’s words', values: FAULTS[code] }, refusals);
      expect(englishIn(text, language), text).toEqual([]);
      expect(text).not.toMatch(/[{}]|undefined/);
      for (const value of Object.values(FAULTS[code]).flat()) {
        if (code !== 'WRONG_TYPE') expect(text).toContain(String(value));
      }
    }
  });

  it('the fault of a field ends without a full stop, which a list of faults adds', () => {
    expect(Object.values(refusals.faults).filter((text) => text.endsWith('.'))).toEqual([]);
  });

  it.each(DELIVERY_CAUSES)('a mail that did not arrive because of %s says so without English', (reasonCode) => {
    const text = deliveryReason({ reason: 'The server’s words.', reasonCode }, refusals) ?? '';
    expect(englishIn(text, language), text).toEqual([]);
    expect(text).toMatch(/\.$/);
  });

  it('a mail of an earlier version, whose cause is not known, says nothing in English', () => {
    expect(deliveryReason({ reason: 'The server’s words.' }, refusals)).toBeUndefined();
  });

  it.each(Object.keys(PROBLEMS) as ProblemCode[])(
    'a field that is wrong because of %s is said without English',
    (code) => {
      const [first] = EXAMPLES[code].extras.errors ?? [];
      const values = first?.code === code ? first.values : undefined;
      const text = fieldText(
        t,
        { path: 'email', code, message: 'The server’s words', ...(values && { values }) },
        refusals,
      );
      expect(englishIn(text, language), text).toEqual([]);
      expect(text.trim()).not.toBe('');
    },
  );

  it('no message about a field of a row is English', () => {
    const wrong = fc.constantFrom(
      'x',
      '\u200b',
      '!',
      '\u0007',
      '@',
      'имя@b.example',
      'a@b',
      'y'.repeat(300),
      'a@b.example\0',
      7,
    );
    const row = fc.record({
      name: wrong,
      email: wrong,
      friendlyName: wrong,
      role: wrong,
      language: wrong,
      adminEmails: fc.array(wrong, { maxLength: 25 }),
      person: fc.record(Object.fromEntries(PERSON_FIELDS.map((field) => [field, wrong]))),
      idempotencyKey: wrong,
      unknown: wrong,
    });
    fc.assert(
      fc.property(row, (customer) => {
        const errors = wrongFieldsOf(customer);
        expect(errors.length).toBeGreaterThan(0);
        for (const error of errors) {
          expect(error.code, error.message).not.toBe('NOT_VALID');
          const text = fieldText(t, error, refusals);
          expect(text).not.toBe(error.message);
          const names = ['idempotencykey', 'unknown', ...LANGUAGES];
          expect(
            englishIn(text, language).filter((word) => !names.includes(word)),
            text,
          ).toEqual([]);
        }
      }),
    );
  });

  it('no other text of the pages is English', async () => {
    const { messages } = (await import(`./${language}/index.ts`)) as { messages: Tree };
    const left = [...textsOf(messages)].filter((text) => englishIn(text, language).length > 0);
    expect(left).toEqual([]);
  });
});

it('in English, the refusal is the server’s sentence', async () => {
  const around = { t: await translator('en'), language: 'en', config: yandex, refusals: undefined };
  for (const problem of Object.values(EXAMPLES)) expect(refusalText(bodyOf(problem), around)).toBe(problem.message);
});

it('in English, the reason of a delivery is the server’s sentence', () => {
  expect(deliveryReason({ reason: 'Why.', reasonCode: 'NO_MAILBOX' }, undefined)).toBe('Why.');
});

it('a refusal of an older or newer server is said as well as it can be', async () => {
  const { refusals } = await import('./ru/refusals.ts');
  const around = { t: await translator('ru'), language: 'ru', config: yandex, refusals };
  expect(refusalText({ code: 'NEW_CODE', detail: 'New.' }, around)).toBe('New.');
  expect(refusalText({ code: 'CUSTOMER_STATUS', detail: 'No.' }, around)).toBe('В этом статусе действие невозможно.');
  expect(refusalText({ code: 'RESEND_TOO_SOON', detail: 'No.' }, around)).toBe(
    'Приглашение на этот адрес отправлено совсем недавно.',
  );
});

it('the faults that are said in all languages are not in the other list, too', async () => {
  const { refusals } = await import('./ru/refusals.ts');
  expect(Object.keys(SAID_IN_ALL).filter((code) => code in refusals.faults)).toEqual([]);
});

/** What the server finds wrong with a row. */
function wrongFieldsOf(row: object) {
  const { customers } = importCustomers.body.parse({ customers: [row] });
  const [parsed] = customers as [{ issues?: z.core.$ZodIssue[] }];
  return parsed.issues ? (notValid(parsed.issues).extras.errors ?? []) : [];
}
