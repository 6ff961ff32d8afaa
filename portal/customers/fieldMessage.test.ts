import { expect, it } from 'vitest';
import type { Problem } from '../../shared/contract/problem.ts';
import { requireEligible } from '../../shared/customer/eligibility.ts';
import { readSpreadsheet } from '../../shared/import/spreadsheet.ts';
import vng from '../../shared/program/presets/vng.json' with { type: 'json' };
import type { Program } from '../../shared/program/program.ts';
import { KNOWN } from './fieldMessage.ts';

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

it('says what is wrong with a row of a file in the language of the page', () => {
  const { rows } = readSpreadsheet(Buffer.from('name,email\nA,a@client.example,surplus\nB\ufffd,b@client.example\n'));
  for (const { problem } of rows) expect(Object.keys(KNOWN)).toContain(problem);
  expect(rows).toHaveLength(2);
});
