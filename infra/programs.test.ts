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
  [{ confirmationDays: 0 }, '"confirmationDays" must be more than 0, not 0.'],
  [{ confirmationDays: 1.5 }, '"confirmationDays" must be a whole number, not 1.5.'],
  [{ statusLabels: { ACTIVE: 1 } }, '"statusLabels.ACTIVE" must be a text, not 1.'],
  [{ brandName: '' }, '"brandName" must have something in it, not "".'],
  [{ sender: 'nobody' }, '"sender" must be `Name <address>` or an address, in ASCII, not "nobody".'],
  [{ confirmationWeeks: 2 }, '"confirmationWeeks" is no field of a program (did you mean "confirmationDays"?).'],
  [{ retentionDays: undefined }, '"retentionDays" is missing: it must be a number.'],
  [
    { retentionDays: undefined, retentionDay: 2 },
    /^The program "acme" is not valid:\n {2}"retentionDay" is no field of a program \(did you mean "retentionDays"\?\)\.$/,
  ],
  [{ consoleUrls: { clud: 'https://a.example' } }, '"consoleUrls.clud" is no field of a program.'],
  [
    { resendCooldownMinutes: 5 },
    '"resendCooldownMinutes" is no field any more: write cooldownMinutes, such as [1, 5, 15, 60].',
  ],
  [
    { eligibilityRules: ['NO_POC', 'NO_TAX'] },
    /"eligibilityRules\.1" must be one of NO_CREDIT_BALANCE, .*, not "NO_TAX"\.$/,
  ],
  [{ registeredAccountRequired: 'yes' }, '"registeredAccountRequired" must be true or false, not "yes".'],
  [{ rolePropagationMinutes: -1 }, '"rolePropagationMinutes" must be 0 or more, not -1.'],
  [{ reminderDays: '14' }, '"reminderDays" must be a list, not "14".'],
  [{ reminderDays: [14] }, '"reminderDays" must be fewer days than confirmationDays, not [14].'],
  [
    { operatorEmail: 'Operators <ops@provider.example>' },
    '"operatorEmail" must be one address, without a name, not "Operators <ops@provider.example>".',
  ],
  [{ allowedEmailDomains: Array.from({ length: 300 }, (_, n) => `customer-${n}.example`) }, /bytes/],
])('a program with %j is refused, and the refusal names the wrong field', (fields, message) => {
  for (const preset of ['yandex', 'vng']) expect(programWith(fields, preset)).toThrow(message);
});

test('a program that is not JSON is refused, and the refusal names its file', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'acme.json'), '{ "brandName": "Acme", }');
  expect(() => readProgram('acme', folder)).toThrow(/acme\.json is not JSON: /);
});

test('a program that is no object is refused, and an invisible mark at the beginning of its file does no harm', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'acme.json');
  writeFileSync(file, '[]');
  expect(() => readProgram('acme', folder)).toThrow('The file must be an object, not [].');
  writeFileSync(file, `\uFEFF${JSON.stringify(readProgram('yandex'))}`);
  expect(readProgram('acme', folder)).toEqual(readProgram('yandex'));
});

test('the refusal of an unknown program lists the known programs', () => {
  expect(() => readProgram('../../package')).toThrow(/no program "\.\.\/\.\.\/package", but: .*yandex/);
});
