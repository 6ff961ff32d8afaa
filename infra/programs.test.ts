import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readProgram } from './programs.ts';

/** A folder that is removed after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Reads a program that differs from a good one in some fields. */
function programWith(fields: Record<string, unknown>, preset = 'yandex') {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'acme.json'), JSON.stringify({ ...readProgram(preset), ...fields }));
  return () => readProgram('acme', folder);
}

test.each([
  [{ confirmationDays: 0 }, /confirmationDays: Too small/],
  [{ statusLabels: { ACTIVE: 1 } }, /statusLabels\.ACTIVE: .*expected string/],
  [{ sender: 'nobody' }, /sender: /],
  [{ confirmationWeeks: 2 }, /confirmationWeeks: is no field of a program/],
  [{ retentionDay: 2 }, /\n {2}retentionDay: is no field of a program \(did you mean "retentionDays"\?\)$/],
  [{ consoleUrls: { clud: 'https://a.example' } }, /\n {2}consoleUrls\.clud: is no field of a program$/],
  [{ eligibilityRules: ['NO_POC', 'NO_TAX'] }, /eligibilityRules\.1: /],
  [{ registeredAccountRequired: 'yes' }, /registeredAccountRequired: /],
  [{ invitationsPerDay: 0 }, /invitationsPerDay: Too small/],
  [{ mailsOff: ['REMINDER', 'NEWSLETTER'] }, /mailsOff\.1: /],
  [{ reminderDays: [14] }, /reminderDays: must be fewer days than confirmationDays/],
  [{ operatorEmail: 'nobody' }, /operatorEmail: /],
  [{ operatorEmail: 'Operators <ops@provider.example>' }, /operatorEmail: must be one address, without a name/],
  [{ allowedEmailDomains: Array.from({ length: 300 }, (_, n) => `customer-${n}.example`) }, /bytes/],
])('a program with %j is refused, and the refusal names the wrong field', (fields, message) => {
  for (const preset of ['yandex', 'vng']) expect(programWith(fields, preset)).toThrow(message);
});

test('a program that is not JSON is refused, and the refusal names its file', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'acme.json'), '{ "brandName": "Acme", }');
  expect(() => readProgram('acme', folder)).toThrow(/acme\.json is not JSON: /);
});

test('the refusal of an unknown program lists the known programs', () => {
  expect(() => readProgram('../../package')).toThrow(/no program "\.\.\/\.\.\/package", but: .*yandex/);
});
