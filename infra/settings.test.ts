import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, onTestFinished, test } from 'vitest';
import { readProgram, readSettings } from './settings.ts';

/** A folder that is removed after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const settings = (context: Record<string, string> = {}, environment: Record<string, string> = {}) =>
  readSettings(new App({ context, outdir: temporaryFolder() }), environment);

/** Reads a program that differs from a good one in some fields. */
function programWith(fields: Record<string, unknown>, preset = 'yandex') {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'acme.json'), JSON.stringify({ ...readProgram(preset), ...fields }));
  return () => readProgram('acme', folder);
}

test('a deployer who sets nothing gets the first preset, in development', () => {
  expect(settings()).toMatchObject({
    stage: 'development',
    program: { brandName: 'Yandex Cloud' },
    serviceAccounts: [],
  });
});

test('the environment or the context names the program, and the context wins', () => {
  expect(() => settings({}, { PROGRAM: 'acme' })).toThrow('"acme"');
  expect(settings({ program: 'yandex' }, { PROGRAM: 'acme' }).program.brandName).toBe('Yandex Cloud');
});

test('the refusal of an unknown program lists the known programs', () => {
  expect(() => settings({ program: '../../package' })).toThrow(/no program "\.\.\/\.\.\/package", but: .*yandex/);
});

test.each([
  [{ confirmationDays: 0 }, /confirmationDays: Too small/],
  [{ statusLabels: { ACTIVE: 1 } }, /statusLabels\.ACTIVE: .*expected string/],
  [{ sender: 'nobody' }, /sender: /],
  [{ confirmationWeeks: 2 }, /confirmationWeeks/],
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
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'acme.json'), '{ "brandName": "Acme", }');
  expect(() => readProgram('acme', folder)).toThrow(/acme\.json is not JSON: /);
});

test.each([
  [{ stage: 'prod' }, /stage: /],
  [{ portalUrl: 'https://partners.cloud.example/' }, /portalUrl: must be an origin/],
  [{ portalUrl: 'http://partners.cloud.example' }, /portalUrl: must be an origin/],
  [{ certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/4f6c9d2e' }, /certificateArn: .*us-east-1/],
  [{ certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/4f6c9d2e' }, /certificateArn needs portalUrl/],
  [{ partnerRequestsPerSecond: '0' }, /partnerRequestsPerSecond: must be a whole number/],
  [{ partnerRequestsPerSecond: '401' }, /partnerRequestsPerSecond: must be at most 400/],
  [{ serviceAccounts: 'Acme Corp' }, /serviceAccounts: must be names/],
  [{ issuer: 'https://id.example' }, /issuer, jwksUri and audience go together/],
  [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks' }, /without an audience/],
  [
    { issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'a' },
    /issuer and clientId go together/,
  ],
  [{ clientId: 'portal' }, /issuer and clientId go together/],
  [{ apiScope: 'api' }, /apiScope is a scope of issuer/],
  [{ apiScope: 'api email' }, /apiScope: must be one scope/],
  [
    {
      issuer: 'https://id.example',
      jwksUri: 'https://id.example/jwks',
      audience: 'a',
      clientId: 'p',
      scope: 'openid email api2',
      apiScope: 'api',
    },
    /the portal has to ask for it in scope/,
  ],
  [
    {
      issuer: 'https://id.example',
      jwksUri: 'https://id.example/jwks',
      audience: 'a',
      clientId: 'p',
      serviceAccounts: 'a',
    },
    /serviceAccounts are clients of the user pool/,
  ],
])('the setting %j is refused', (context, message) => {
  expect(() => settings(context)).toThrow(message);
});

test('a portal on this machine needs no TLS', () => {
  expect(settings({ portalUrl: 'http://127.0.0.1:4000' }).portalUrl).toBe('http://127.0.0.1:4000');
});
