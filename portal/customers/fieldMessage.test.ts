import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { importCustomers } from '../../shared/contract/contract.ts';
import type { Problem } from '../../shared/contract/problem.ts';
import { PERSON_FIELDS } from '../../shared/contract/vocabulary.ts';
import { requireEligible } from '../../shared/customer/eligibility.ts';
import { notValid } from '../../shared/http/validate.ts';
import vng from '../../shared/program/presets/vng.json' with { type: 'json' };
import type { Program } from '../../shared/program/program.ts';
import { translator } from '../../test/translator.ts';
import { KNOWN, messageText } from './fieldMessage.ts';

it('says each rule of a program that an account breaks in the language of the page', () => {
  const program = vng as Program;
  const said = (account: Parameters<typeof requireEligible>[0]) => {
    try {
      requireEligible(account, program);
      return [];
    } catch (error) {
      return ((error as Problem).extras.errors ?? []).map(({ message }) => message);
    }
  };
  const broken = {
    registered: true,
    customer: false,
    creditBalance: 1,
    usingServices: true,
    discounts: true,
    poc: true,
  } as const;
  const messages = [...said(undefined), ...said({ ...broken, billingMode: 'POSTPAID' })];
  expect(messages).toHaveLength(1 + program.eligibilityRules.length);
  for (const message of messages) expect(Object.keys(KNOWN)).toContain(message);
});

describe.each(['ru', 'vi'])('in %s', async (language) => {
  const t = await translator(language);

  it('has no English message about a field of a row', () => {
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
      'a\u200b@b.example',
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
    });
    fc.assert(
      fc.property(row, (customer) => {
        for (const { message } of wrongFieldsOf(customer)) expect(messageText(t, message)).not.toBe(message);
      }),
    );
  });
});

/** The messages of the server about a row. */
function wrongFieldsOf(customer: object) {
  const { customers } = importCustomers.body.parse({ customers: [customer] });
  const [row] = customers as [{ issues?: z.core.$ZodIssue[] }];
  return row.issues ? (notValid(row.issues).extras.errors ?? []) : [];
}
