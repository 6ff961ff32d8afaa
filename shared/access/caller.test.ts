import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sized } from '../../test/size.ts';
import { prepareSignIn } from './caller.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'partner-portal';
const { publicKey, privateKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
let jwks: string;

beforeAll(async () => {
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k1' }] });
});

/** The issuer, played by this test. */
const issuer = vi.fn<RequestListener>();
const server = createServer(issuer);
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
let callerOf: (authorization: string | undefined) => Promise<unknown>;

beforeEach(() => {
  vi.stubEnv('OIDC_JWKS_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  vi.stubEnv('OIDC_ISSUER', ISSUER);
  vi.stubEnv('OIDC_AUDIENCE', AUDIENCE);
  vi.stubEnv('OIDC_CLIENT_ID', 'portal');
  vi.stubEnv('OIDC_SCOPE', 'partner-portal/api');
  vi.stubEnv('OPERATOR_CLAIM', 'groups');
  vi.stubEnv('OPERATOR_GROUP', 'operators');
  issuer.mockReset().mockImplementation((_, response) => void response.end(jwks));
  callerOf = prepareSignIn();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const now = () => Math.floor(Date.now() / 1000);
const PERSON = { sub: 'u1', client_id: 'portal', email: 'Ivan@Пример.рф', email_verified: true };
const ROBOT = { sub: 'acme-robot', client_id: 'acme-robot' };

const SCOPES = 'openid email partner-portal/api';

type Claims = Record<string, unknown>;

/** An access token of the issuer, with some claims or headers changed. */
function tokenWith(
  claims: Claims,
  {
    key = privateKey,
    typ = 'at+jwt',
    expiresIn = 60,
  }: { key?: typeof privateKey; typ?: string; expiresIn?: number } = {},
): Promise<string> {
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + expiresIn, scope: SCOPES, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
    .sign(key);
}
const callerWith = async (...of: Parameters<typeof tokenWith>) => callerOf(`Bearer ${await tokenWith(...of)}`);
const refused = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const expectRefused = (caller: Promise<unknown>, code: string, message: string) =>
  expect(caller).rejects.toThrow(refused(code, message));

describe('a person', () => {
  test('is identified by its verified email address, in the canonical form', async () => {
    const id = 'ivan@xn--e1afmkfd.xn--p1ai';
    const person = { subject: `USER#${id}`, kind: 'USER', id, email: id, operator: false, secondFactor: true };
    expect(await callerWith(PERSON)).toEqual(person);
    // Cognito sends its own claims as strings.
    expect(await callerWith({ ...PERSON, email_verified: 'true' })).toEqual(person);
  });

  test('is not the client of the same name', async () => {
    expect(await callerWith({ ...PERSON, sub: 'portal' })).toMatchObject({ kind: 'USER' });
  });

  test('uses the portal: another application of the issuer does not act for it here', async () => {
    for (const client_id of ['another', 'portal-2', 'Portal', '', ['portal'], 'acme-robot'])
      await expectRefused(
        callerWith({ ...PERSON, client_id }),
        'TOKEN_INVALID',
        'The access token was issued to another application. Sign in to the portal.',
      );
    vi.stubEnv('OIDC_CLIENT_ID', undefined);
    await expectRefused(callerWith(PERSON), 'TOKEN_INVALID', 'was issued to another application');
  });

  test('is refused if the address is not verified, or is not an address', async () => {
    for (const claims of [
      { email_verified: false },
      { email_verified: 'false' },
      { email_verified: undefined },
      { email: 'ivan' },
      { email: '' },
    ])
      await expectRefused(
        callerWith({ ...PERSON, ...claims }),
        'EMAIL_NOT_VERIFIED',
        'Verify your email address at sign-in, then sign in again.',
      );
  });

  test('is an operator if its groups say so, in the claim that the deployer names', async () => {
    const operator = async (claims: Claims) => (await callerWith({ ...PERSON, ...claims })) as { operator: boolean };
    for (const groups of [['others', 'operators'], 'operators'])
      expect(await operator({ groups })).toMatchObject({ operator: true });
    for (const groups of [
      ['others'],
      ['Operators', 'x-operators'],
      [['operators']],
      [],
      'operators others',
      { operators: true },
      null,
    ])
      expect(await operator({ groups })).toMatchObject({ operator: false });
    for (const claims of [{ roles: ['operators'] }, {}])
      expect(await operator(claims)).toMatchObject({ operator: false });
    vi.stubEnv('OPERATOR_CLAIM', undefined);
    expect(await operator({ groups: ['operators'] })).toMatchObject({ operator: false });
    vi.stubEnv('OPERATOR_GROUP', undefined);
    for (const claims of [{}, { groups: null }]) expect(await operator(claims)).toMatchObject({ operator: false });
  });

  test('is an operator by a text that is the name of the group, as by a list with this text alone, and by no other text', async () => {
    const text = fc.oneof(
      fc.constantFrom('operators', 'Operators', ' operators', 'operators ', 'operators,others', 'operators others', ''),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(text, async (group) => {
        for (const groups of [group, [group]])
          expect(await callerWith({ ...PERSON, groups })).toMatchObject({ operator: group === 'operators' });
      }),
      { numRuns: sized(50, 1_000) },
    );
  });
});

test('a person is federated if the token says so, as the trigger of the user pool writes it', async () => {
  expect(await callerWith({ ...PERSON, federated: 'true' })).toMatchObject({ federated: true });
  for (const federated of ['false', undefined, '', 'acme'])
    expect(await callerWith({ ...PERSON, federated })).not.toHaveProperty('federated');
});

describe('a second factor', () => {
  const secondFactor = async (claims: Claims) =>
    ((await callerWith({ ...PERSON, ...claims })) as { secondFactor: boolean }).secondFactor;

  test('is proved by the claim that the deployer names, as a truth or in a list of methods', async () => {
    vi.stubEnv('SECOND_FACTOR_CLAIM', 'amr');
    for (const amr of [true, 'true', 'mfa', ['pwd', 'mfa']]) expect(await secondFactor({ amr })).toBe(true);
    for (const amr of [false, 'false', 1, '', 'pwd', ['pwd', 'otp'], [['mfa']], { mfa: true }, null, undefined])
      expect(await secondFactor({ amr })).toBe(false);
    expect(await secondFactor({ mfa: true })).toBe(false);
    vi.stubEnv('SECOND_FACTOR_CLAIM', undefined);
  });

  test('is not asked for if the deployer names no claim', async () => {
    expect(await secondFactor({})).toBe(true);
  });
});

describe('a service account', () => {
  test('is identified by its client id', async () => {
    expect(await callerWith(ROBOT)).toEqual({
      subject: 'SERVICE_ACCOUNT#acme-robot',
      kind: 'SERVICE_ACCOUNT',
      id: 'acme-robot',
      email: null,
      operator: false,
      secondFactor: true,
    });
  });

  test("is not assumed if a person's token names no address", async () => {
    for (const claims of [{ sub: 'u1' }, { client_id: 7, sub: 7 }])
      await expectRefused(
        callerWith({ ...ROBOT, ...claims }),
        'EMAIL_NOT_VERIFIED',
        'The access token names no email address. Ask the provider to add it to its tokens.',
      );
  });

  test('has a client id of at most 255 characters', async () => {
    const [longest, longer] = [255, 256].map((length) => 'a'.repeat(length));
    expect(await callerWith({ sub: longest, client_id: longest })).toMatchObject({ id: longest });
    await expectRefused(
      callerWith({ sub: longer, client_id: longer }),
      'TOKEN_INVALID',
      'The client id of the access token is too long. Register the client under a shorter one.',
    );
  });
});

describe('a token', () => {
  test('stands alone in the header, after `Bearer`', async () => {
    const token = await tokenWith(PERSON);
    for (const header of [`bearer ${token}`, `Bearer   ${token}  `])
      expect(await callerOf(header)).toMatchObject({ kind: 'USER' });
    for (const header of [
      undefined,
      '',
      token,
      'Bearer',
      'Bearer ',
      `Basic ${token}`,
      `Bearer${token}`,
      `x Bearer ${token}`,
      `Bearer ${token} x`,
    ])
      await expectRefused(
        callerOf(header),
        'TOKEN_MISSING',
        'Send an access token of your sign-in as `Authorization: Bearer …`.',
      );
  });

  test("must be an access token, by its type or by Cognito's claim", async () => {
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt'])
      expect(await callerWith(PERSON, { typ })).toBeTruthy();
    expect(await callerWith({ ...PERSON, token_use: 'access' }, { typ: 'JWT' })).toBeTruthy();
    const cases: [Claims, string][] = [
      [PERSON, 'JWT'],
      [{ ...PERSON, token_use: 'id' }, 'JWT'],
      [PERSON, 'xat+jwt'],
      [PERSON, 'at+jwtx'],
    ];
    for (const [claims, typ] of cases)
      await expectRefused(
        callerWith(claims, { typ }),
        'TOKEN_INVALID',
        'This is not an access token. Send the access token, not the ID token.',
      );
  });

  test('is valid until it expires, and five seconds longer, because clocks differ', async () => {
    expect(await callerWith(PERSON, { expiresIn: -3 })).toBeTruthy();
    expect(await callerWith({ ...PERSON, nbf: now() + 3 })).toBeTruthy();
    await expectRefused(
      callerWith(PERSON, { expiresIn: -10 }),
      'TOKEN_EXPIRED',
      'The access token has expired. Sign in again, or renew the token.',
    );
  });

  test.each(['sub', 'client_id', 'exp', 'iss', 'aud'])(
    'without %s is refused, and the refusal says so',
    async (claim) => {
      await expectRefused(
        callerWith({ ...PERSON, [claim]: undefined }),
        'TOKEN_INVALID',
        `The access token has no ${claim}. Ask the provider to let the issuer add this claim.`,
      );
    },
  );

  test('that is not valid yet is refused, and the refusal says that the clocks differ', async () => {
    await expectRefused(
      callerWith({ ...PERSON, nbf: now() + 10 }),
      'TOKEN_INVALID',
      "The access token is not valid yet: the issuer's clock and this service's clock differ. Try again shortly.",
    );
  });

  test('of another issuer, audience or key is refused', async () => {
    const foreign = "The access token is not one of this portal's issuer. Sign in again.";
    for (const claims of [{ iss: 'https://evil.example' }, { aud: 'other' }])
      await expectRefused(callerWith({ ...PERSON, ...claims }), 'TOKEN_INVALID', foreign);
    await expectRefused(callerWith(PERSON, { key: stranger.privateKey }), 'TOKEN_INVALID', foreign);
    await expectRefused(callerOf('Bearer garbage'), 'TOKEN_INVALID', foreign);
    const secret = new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60, ...PERSON })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(new TextEncoder().encode(jwks));
    await expectRefused(callerOf(`Bearer ${await secret}`), 'TOKEN_INVALID', foreign);
  });

  test('needs the scope of the API, if the issuer has one', async () => {
    for (const scope of ['partner-portal/api', 'partner-portal/api openid', SCOPES])
      for (const claims of [PERSON, ROBOT]) expect(await callerWith({ ...claims, scope })).toBeTruthy();
    const others = [
      undefined,
      '',
      'openid email',
      'partner-portal/api2',
      'x-partner-portal/api',
      ['partner-portal/api'],
    ];
    for (const scope of others)
      for (const claims of [PERSON, ROBOT])
        await expectRefused(
          callerWith({ ...claims, scope }),
          'TOKEN_INVALID',
          'The access token is not for this API: it lacks the scope. Sign in again.',
        );
    vi.stubEnv('OIDC_SCOPE', undefined);
    for (const scope of others) expect(await callerWith({ ...PERSON, scope })).toMatchObject({ kind: 'USER' });
  });

  test('may be for any audience if the deployer names none', async () => {
    vi.stubEnv('OIDC_AUDIENCE', '');
    expect(await callerWith({ ...PERSON, aud: 'other' })).toMatchObject({ kind: 'USER' });
  });
});

describe('the keys of the issuer', () => {
  test('are fetched before the first request, once', async () => {
    await vi.waitFor(() => expect(issuer).toHaveBeenCalledTimes(1));
    expect(issuer.mock.calls[0]?.[0].url).toBe('/jwks');
    await callerWith(PERSON);
    expect(issuer).toHaveBeenCalledTimes(1);
  });

  test("that can not be read are not the caller's fault: the caller is told to try again", async () => {
    const tooSlow = () => {
      const reason = new DOMException('too slow', 'TimeoutError');
      vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(reason));
    };
    const answers: RequestListener[] = [
      (_, response) => void response.destroy(),
      (_, response) => void response.writeHead(503).end('busy'),
      (_, response) => void response.end('<html>'),
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('{');
        response.destroy();
      },
    ];
    for (const outage of [...answers.map((answer) => () => issuer.mockImplementation(answer)), tooSlow]) {
      outage();
      const callerNow = prepareSignIn();
      const caller = callerNow(`Bearer ${await tokenWith(PERSON)}`);
      await expectRefused(caller, 'TRY_AGAIN', "The issuer's keys can't be read at the moment. Try again shortly.");
      await caller.catch(({ extras }) => expect(extras).toEqual({ retryAfterSeconds: 5 }));
    }
  });
});
