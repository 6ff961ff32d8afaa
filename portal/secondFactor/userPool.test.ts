import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { confirmKey, endSessions, hasSecondFactor, keyAddress, newKey } from './userPool.ts';

/** The operations that were asked for, and the answer of each, by its name. */
let asked: string[] = [];
let answers: Record<string, [status: number, body: object]> = {};
const pool = createServer(async (request, response) => {
  const [service, operation = ''] = String(request.headers['x-amz-target']).split('.');
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, unknown>;
  asked.push(`${service}.${operation} ${JSON.stringify(body)}`);
  const [status, answer] = answers[operation] ?? [200, {}];
  response.writeHead(status).end(JSON.stringify(answer));
});
let url = '';
beforeAll(() => new Promise<void>((resolve) => void pool.listen(0, '127.0.0.1', resolve)));
afterAll(() => pool.close());
beforeEach(() => {
  url = `http://127.0.0.1:${(pool.address() as AddressInfo).port}/`;
  asked = [];
  answers = {};
  vi.unstubAllGlobals();
});
const PREFIX = 'AWSCognitoIdentityProviderService.';

test('a confirmed app counts at each sign-in from then on, and sessions without it end', async () => {
  await confirmKey(url, 'token', '123456');
  await endSessions(url, 'token');
  expect(asked).toEqual([
    `${PREFIX}VerifySoftwareToken {"AccessToken":"token","UserCode":"123456"}`,
    `${PREFIX}SetUserMFAPreference {"AccessToken":"token","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}}`,
    `${PREFIX}GlobalSignOut {"AccessToken":"token"}`,
  ]);
});

test('a wrong code changes nothing more', async () => {
  for (const __type of ['EnableSoftwareTokenMFAException', 'CodeMismatchException', 'x#InvalidParameterException']) {
    asked = [];
    answers = { VerifySoftwareToken: [400, { __type }] };
    await expect(confirmKey(url, 'token', '1')).rejects.toMatchObject({ reason: 'code' });
    expect(asked).toHaveLength(1);
  }
});

test('the end of the sessions is asked for again, without a new code, until the pool answers', async () => {
  const signOut = `${PREFIX}GlobalSignOut {"AccessToken":"token"}`;
  answers = { GlobalSignOut: [500, {}] };
  await expect(endSessions(url, 'token', 0)).rejects.toMatchObject({ reason: 'other' });
  expect(asked).toEqual([signOut, signOut, signOut]);
  await expect(endSessions('http://127.0.0.1:9/', 'token', 0)).rejects.toMatchObject({
    code: 'NO_ANSWER',
  });
  // An attempt whose answer was lost has ended the sessions: the token no longer works.
  let attempts = 0;
  vi.stubGlobal('fetch', async () => {
    attempts += 1;
    if (attempts === 1) throw new TypeError('fetch failed');
    return Response.json({ __type: 'NotAuthorizedException' }, { status: 400 });
  });
  await endSessions(url, 'token', 0);
  expect(attempts).toBe(2);
});

test('only a code can be a wrong code', async () => {
  for (const operation of ['SetUserMFAPreference', 'AssociateSoftwareToken', 'GetUser'])
    answers[operation] = [400, { __type: 'InvalidParameterException' }];
  await expect(confirmKey(url, 'token', '123456')).rejects.toMatchObject({ reason: 'other' });
  await expect(newKey(url, 'token')).rejects.toMatchObject({ reason: 'other' });
  await expect(hasSecondFactor(url, 'token')).rejects.toMatchObject({ reason: 'other' });
});

test('a sign-in of an earlier version is told to sign in again, and everything else is another fault', async () => {
  answers = { AssociateSoftwareToken: [400, { __type: 'NotAuthorizedException' }], GetUser: [500, {}] };
  await expect(newKey(url, 'token')).rejects.toMatchObject({ reason: 'signIn' });
  await expect(hasSecondFactor(url, 'token')).rejects.toMatchObject({ reason: 'other' });
  await expect(newKey('http://127.0.0.1:9/', 'token')).rejects.toMatchObject({ code: 'NO_ANSWER' });
});

test('the pool says who has an app, and makes a key', async () => {
  answers = {
    GetUser: [200, { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }],
    AssociateSoftwareToken: [200, { SecretCode: 'ABC' }],
  };
  expect(await hasSecondFactor(url, 'token')).toBe(true);
  expect(await newKey(url, 'token')).toBe('ABC');
  answers = { GetUser: [200, { UserMFASettingList: ['EMAIL_OTP'] }] };
  expect(await hasSecondFactor(url, 'token')).toBe(false);
});

test('the picture names brand and account, whatever is in their names', () => {
  const address = new URL(keyAddress('ABC', { brand: 'Nimbus & Söhne: A/B?', account: 'ivan+1@wind.com' }));
  expect(address.href).toMatch(/^otpauth:\/\/totp\//);
  expect(decodeURIComponent(address.pathname)).toBe('/Nimbus & Söhne: A/B?:ivan+1@wind.com');
  expect(Object.fromEntries(address.searchParams)).toEqual({ secret: 'ABC', issuer: 'Nimbus & Söhne: A/B?' });
});
