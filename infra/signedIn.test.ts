import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { close, listen } from '../local/httpListener.ts';
import { type Environment, LOCAL, readEnvironment } from './environment.ts';
import { senderFault, signInFault } from './signedIn.ts';

/** What is wrong with the sender, if SES says this of its domain. */
async function faultWith(status: string | undefined, fields: Partial<Environment> = {}): Promise<string | undefined> {
  const attributes =
    status === undefined
      ? ''
      : `<entry><key>cloud.example</key><value><VerificationStatus>${status}</VerificationStatus></value></entry>`;
  const ses = createServer((_, response) =>
    response.end(
      `<GetIdentityVerificationAttributesResponse><GetIdentityVerificationAttributesResult><VerificationAttributes>${attributes}</VerificationAttributes></GetIdentityVerificationAttributesResult></GetIdentityVerificationAttributesResponse>`,
    ),
  );
  const url = await listen(ses, { number: 0, what: '', variable: '' });
  onTestFinished(() => close(ses));
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  vi.stubEnv('AWS_ENDPOINT_URL_SES', url);
  return senderFault({ ...readEnvironment(LOCAL), stage: 'production', name: 'production', ...fields });
}

test('a deployment whose sender SES has not verified does not begin', async () => {
  const sentence =
    'SES has not verified cloud.example yet, and Cognito sends from no other domain: deploy with "signInMails": "cognito" in deploy/production.json first (docs/deploy.md, "The mails of sign-in").';
  expect(await faultWith('Pending')).toBe(sentence);
  expect(await faultWith(undefined)).toBe(sentence);
  expect(await faultWith('Success')).toBeUndefined();
});

test("the sender may wait where Cognito's own sends", async () => {
  expect(await faultWith('Pending', { signInMails: 'cognito' })).toBeUndefined();
  expect(await faultWith('Pending', { stage: 'development' })).toBeUndefined();
});

/** The fault of the sign-in on a machine with these variables of AWS. */
async function signInFaultWith(variables: Record<string, string>): Promise<string | undefined> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
  const own = {
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of names) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries({ ...own, ...variables })) vi.stubEnv(name, value);
  return signInFault(readEnvironment(LOCAL));
}

test('without a network, nobody is told to sign in', async () => {
  const signedIn = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  expect(await signInFaultWith({ ...signedIn, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' })).toMatch(
    /^AWS can't be reached from this machine \(.*ECONNREFUSED.*\): check its network, and its proxy if it has one\.$/,
  );
});

test('the sentence about a profile without credentials names the profile', async () => {
  expect(await signInFaultWith({ AWS_PROFILE: 'nope' })).toMatch(
    /^You are not signed in to AWS with the profile nope \(/,
  );
  expect(await signInFaultWith({})).toMatch(/^You are not signed in to AWS \(/);
});
