import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { AUDIENCE, PORTAL_CLIENT, PORTAL_SCOPE } from '../../local/oidcIssuer.ts';
import type { Endpoint } from '../../shared/contract/contract.ts';
import type { ProblemCode } from '../../shared/contract/problem.ts';
import { customerKey, serviceAccountKey } from '../../shared/table/keys.ts';
import { sendInProcess } from '../inProcess.ts';
import {
  expectRefusal,
  expectRefusalOf,
  inParallel,
  nothingStored,
  type RawAnswer,
  type RawRequest,
  sendRaw,
} from '../refusal.ts';
import { LONG, sized } from '../size.ts';
import { OPERATOR, OTHER_PARTNER, OWNER, ownStack, ROBOT } from '../stack.ts';
import { itemsOf, tableOf } from '../table.ts';

const portal = ownStack();
const { request, register, mailsTo, linkToken } = portal;

const forSignedIn = ENDPOINTS.filter(({ access }) => access !== 'linkHolder');
const now = () => Math.floor(Date.now() / 1000);

/** The issuer's key pair, as somebody with a copy of its disk would have it. */
let issuerKey: JWK;
let publicKey: JWK;

beforeAll(async () => {
  const read = JSON.parse(readFileSync(join(portal.stack.directory, 'oidc.json'), 'utf8')) as { key: JWK };
  issuerKey = read.key;
  const jwks = (await (await fetch(`${portal.stack.oidcIssuer}/jwks`)).json()) as { keys: JWK[] };
  publicKey = jwks.keys[0] ?? {};
});

/** Every bearer token that was sent, and every answer. */
const bearersSent = new Set<string>();
const answers: string[] = [];

async function send(
  raw: RawRequest,
  by = (sent: RawRequest) => sendRaw(portal.stack.portalUrl, sent),
): Promise<RawAnswer> {
  for (const header of [raw.headers?.['authorization'] ?? []].flat()) bearersSent.add(header.replace(/^Bearer +/i, ''));
  const answer = await by(raw);
  answers.push(JSON.stringify(answer));
  return answer;
}

const parts: Record<string, string> = {
  customerId: 'dn2aaaaaaaaaaaaaaaaa',
  billingAccountId: 'dn2aaaaaaaaaaaaaaaaa',
  resourceId: 'dn2aaaaaaaaaaaaaaaaa',
  partnerId: 'acme',
  email: 'it@client.example',
  cloudId: 'b1gcloud',
  memberId: 'new@acme.example',
  clientId: 'acme-new',
  operationId: 'dn2aaaaaaaaaaaaaaaaa.1',
};
const urlOf = ({ path }: Endpoint) => path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '');

const me = (authorization: string | string[]) => send({ method: 'GET', path: '/v1/me', headers: { authorization } });

/** The claims of a valid token of Acme's owner. */
const claims = (): JWTPayload => ({
  iss: portal.stack.oidcIssuer,
  aud: AUDIENCE,
  sub: 'owner',
  client_id: PORTAL_CLIENT,
  scope: PORTAL_SCOPE,
  email: OWNER,
  email_verified: true,
  groups: ['operators'],
  iat: now(),
  exp: now() + 600,
});

type Signing = { header?: Partial<JWTHeaderParameters>; key?: Awaited<ReturnType<typeof importJWK>> };

/** A token with these claims, signed by the issuer unless the test says otherwise. */
async function signed(payload: JWTPayload, { header, key }: Signing = {}): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: issuerKey.kid ?? '', ...header })
    .sign(key ?? (await importJWK(issuerKey)), { crit: { x: true } });
}

const without = (claim: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim));
/** The claims of a valid token of a client: it is its own subject, and has no email address. */
const robotClaims = (clientId: string): JWTPayload => ({
  ...without('email'),
  sub: clientId,
  client_id: clientId,
  groups: [],
});
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, signature = '') => `${encoded(header)}.${encoded(claims())}.${signature}`;

/** A token signed with a secret that everyone can read: the issuer's public key. */
async function confused(secret: string | Buffer): Promise<string> {
  const content = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: issuerKey.kid })}.${encoded(claims())}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** A fault, the `Authorization` header with it, and the code of the refusal. */
type Case = [what: string, authorization: () => Promise<string | string[] | undefined>, code: ProblemCode];
const bearer = (token: () => string | Promise<string>) => async () => `Bearer ${await token()}`;

const CASES: Case[] = [
  ['no token', async () => undefined, 'TOKEN_MISSING'],
  ['an empty header', async () => '', 'TOKEN_MISSING'],
  ['no token after the scheme', async () => 'Bearer ', 'TOKEN_MISSING'],
  ['a password', async () => `Basic ${Buffer.from('owner@acme.example:secret').toString('base64')}`, 'TOKEN_MISSING'],
  ['a good token under another scheme', async () => `DPoP ${await signed(claims())}`, 'TOKEN_MISSING'],
  ['a good token without a scheme', async () => signed(claims()), 'TOKEN_MISSING'],
  [
    'two good tokens in one header',
    async () => `Bearer ${await signed(claims())} ${await signed(claims())}`,
    'TOKEN_MISSING',
  ],
  [
    'two good tokens with a comma',
    async () => `Bearer ${await signed(claims())},${await signed(claims())}`,
    'TOKEN_INVALID',
  ],
  ['garbage', bearer(() => 'garbage'), 'TOKEN_INVALID'],
  ['dots', bearer(() => '..'), 'TOKEN_INVALID'],
  ['a name of JavaScript', bearer(() => '__proto__.constructor.toString'), 'TOKEN_INVALID'],
  [
    'random bytes',
    bearer(() => [20, 200, 256].map((n) => randomBytes(n).toString('base64url')).join('.')),
    'TOKEN_INVALID',
  ],
  ['a header that is no object', bearer(() => `${encoded('x')}.${encoded(claims())}.AAAA`), 'TOKEN_INVALID'],
  [
    'a payload that is no JSON',
    bearer(async () => `${(await signed(claims())).split('.')[0]}.e30x.AAAA`),
    'TOKEN_INVALID',
  ],
  ['an unsigned token', bearer(() => unsigned({ alg: 'none', typ: 'at+jwt' })), 'TOKEN_INVALID'],
  ['an unsigned token, in capitals', bearer(() => unsigned({ alg: 'NONE', typ: 'at+jwt' })), 'TOKEN_INVALID'],
  [
    'an unsigned token with a signature',
    bearer(() => unsigned({ alg: 'none', typ: 'at+jwt' }, 'AAAA')),
    'TOKEN_INVALID',
  ],
  ['no algorithm', bearer(() => unsigned({ typ: 'at+jwt' }, 'AAAA')), 'TOKEN_INVALID'],
  ['an algorithm that there is not', bearer(() => unsigned({ alg: 'XS256', typ: 'at+jwt' }, 'AAAA')), 'TOKEN_INVALID'],
  ['no signature', bearer(async () => (await signed(claims())).replace(/[^.]*$/, '')), 'TOKEN_INVALID'],
  ['the public key as a shared secret', bearer(() => confused(JSON.stringify(publicKey))), 'TOKEN_INVALID'],
  [
    'the public key as a shared secret, in PEM',
    bearer(async () =>
      confused(
        await exportSPKI(
          (await importJWK(publicKey, 'RS256', { extractable: true })) as Parameters<typeof exportSPKI>[0],
        ),
      ),
    ),
    'TOKEN_INVALID',
  ],
  ['a shared secret of nothing', bearer(() => confused('')), 'TOKEN_INVALID'],
  [
    "a foreign issuer's key",
    bearer(async () => signed(claims(), { key: await foreignKey(), header: { kid: 'foreign' } })),
    'TOKEN_INVALID',
  ],
  [
    "a foreign issuer's key under the issuer's key id",
    bearer(async () => signed(claims(), { key: await foreignKey() })),
    'TOKEN_INVALID',
  ],
  [
    'a key that the token brings along',
    bearer(async () =>
      signed(claims(), {
        key: await foreignKey(),
        header: { kid: 'mine', jku: 'https://evil.example/jwks', jwk: publicKey },
      }),
    ),
    'TOKEN_INVALID',
  ],
  [
    'an extension that must be understood',
    bearer(() => signed(claims(), { header: { crit: ['x'], x: 1 } })),
    'TOKEN_INVALID',
  ],
  ['another issuer', bearer(() => signed({ ...claims(), iss: 'https://evil.example' })), 'TOKEN_INVALID'],
  [
    'an issuer that begins alike',
    bearer(() => signed({ ...claims(), iss: `${portal.stack.oidcIssuer}/` })),
    'TOKEN_INVALID',
  ],
  ['no issuer', bearer(() => signed(without('iss'))), 'TOKEN_INVALID'],
  ['another audience', bearer(() => signed({ ...claims(), aud: 'urn:another:api' })), 'TOKEN_INVALID'],
  ['no audience', bearer(() => signed(without('aud'))), 'TOKEN_INVALID'],
  ['an expired token', bearer(() => signed({ ...claims(), exp: now() - 60 })), 'TOKEN_EXPIRED'],
  ['a token that is not valid yet', bearer(() => signed({ ...claims(), nbf: now() + 60 })), 'TOKEN_INVALID'],
  ['no expiry', bearer(() => signed(without('exp'))), 'TOKEN_INVALID'],
  [
    'an expiry that is no number',
    bearer(() => signed({ ...claims(), exp: 'never' as unknown as number })),
    'TOKEN_INVALID',
  ],
  ['no subject', bearer(() => signed(without('sub'))), 'TOKEN_INVALID'],
  ['no client', bearer(() => signed(without('client_id'))), 'TOKEN_INVALID'],
  ['another application of the issuer', bearer(() => signed({ ...claims(), client_id: 'another' })), 'TOKEN_INVALID'],
  ['a person in the client of a robot', bearer(() => signed({ ...claims(), client_id: ROBOT })), 'TOKEN_INVALID'],
  ['an unknown client', bearer(() => signed(robotClaims('another'))), 'TOKEN_INVALID'],
  ["the portal's own client without a person", bearer(() => signed(robotClaims(PORTAL_CLIENT))), 'TOKEN_INVALID'],
  ['a person without the scope', bearer(() => signed({ ...claims(), scope: 'openid email' })), 'TOKEN_INVALID'],
  ['a client with a longer scope', bearer(() => signed({ ...robotClaims(ROBOT), scope: 'api2' })), 'TOKEN_INVALID'],
  ['no scope', bearer(() => signed(without('scope'))), 'TOKEN_INVALID'],
  [
    'an ID token',
    bearer(() => signed({ ...claims(), aud: PORTAL_CLIENT }, { header: { typ: 'JWT' } })),
    'TOKEN_INVALID',
  ],
  ['an ID token for this audience', bearer(() => signed(claims(), { header: { typ: 'JWT' } })), 'TOKEN_INVALID'],
  [
    'an ID token that says so',
    bearer(() => signed({ ...claims(), token_use: 'id' }, { header: { typ: 'JWT' } })),
    'TOKEN_INVALID',
  ],
  ['a payload that was changed', tampered, 'TOKEN_INVALID'],
  ['a signature that was cut off', bearer(async () => (await signed(claims())).slice(0, -10)), 'TOKEN_INVALID'],
  [
    'an email address that is not verified',
    bearer(() => signed({ ...claims(), email_verified: false })),
    'EMAIL_NOT_VERIFIED',
  ],
  ['an email address of which it does not say', bearer(() => signed(without('email_verified'))), 'EMAIL_NOT_VERIFIED'],
  ['"false"', bearer(() => signed({ ...claims(), email_verified: 'false' })), 'EMAIL_NOT_VERIFIED'],
  ['1 for verified', bearer(() => signed({ ...claims(), email_verified: 1 })), 'EMAIL_NOT_VERIFIED'],
  [
    'an email address that is none',
    bearer(() => signed({ ...claims(), email: 'owner@acme.example\nx' })),
    'EMAIL_NOT_VERIFIED',
  ],
  ['an empty email address', bearer(() => signed({ ...claims(), email: '' })), 'EMAIL_NOT_VERIFIED'],
  ['several email addresses', bearer(() => signed({ ...claims(), email: [OWNER] })), 'EMAIL_NOT_VERIFIED'],
  [
    'a person without an email address',
    bearer(() => signed({ ...without('email'), client_id: ROBOT })),
    'EMAIL_NOT_VERIFIED',
  ],
  [
    "a person who is named like a client, through another's",
    bearer(() => signed({ ...without('email'), sub: ROBOT })),
    'EMAIL_NOT_VERIFIED',
  ],
  ['clients', bearer(() => signed({ ...without('email'), sub: ROBOT, client_id: [ROBOT] })), 'EMAIL_NOT_VERIFIED'],
];

/** The cases that each endpoint gets in the short form: one of each code, and a good token with another key. */
const EVERYWHERE = [
  'no token',
  'garbage',
  "a foreign issuer's key under the issuer's key id",
  'an expired token',
  'an email address that is not verified',
];

let foreign: ReturnType<typeof generateKeyPair> | undefined;

async function foreignKey() {
  foreign ??= generateKeyPair('RS256');
  return (await foreign).privateKey;
}

/** A valid token of another person, changed so that it names the owner. */
async function tampered(): Promise<string> {
  const [header, , signature] = (await signed({ ...claims(), email: OTHER_PARTNER })).split('.');
  return `Bearer ${header}.${encoded(claims())}.${signature}`;
}

describe('every endpoint that needs a sign-in', () => {
  /** All endpoints read the token in one way, and `roles.test.ts` asks each of them without one: in the short form some of them. */
  const asked = forSignedIn.filter(({ name }, n) => name === 'getMe' || n % sized(6, 1) === 0);
  test.each(asked.map((endpoint) => [endpoint.name, endpoint] as const))(
    '%s refuses everything but a valid token',
    async (_, endpoint) => {
      // `getMe` gets all cases, over HTTP.
      const all = endpoint.name === 'getMe';
      const cases = all
        ? CASES
        : sized(
            CASES.filter(([what]) => EVERYWHERE.includes(what)),
            CASES,
          );
      expect(cases.length).toBeGreaterThanOrEqual(EVERYWHERE.length);
      await nothingStored(portal.stack, () =>
        inParallel(cases, async ([what, authorization, code]) => {
          const sent = await authorization();
          const answer = await send(
            {
              method: endpoint.method,
              path: urlOf(endpoint),
              headers: { 'content-type': 'application/json', ...(sent !== undefined && { authorization: sent }) },
              ...(endpoint.body && { body: '{}' }),
            },
            all || LONG ? undefined : (raw) => sendInProcess(portal.stack, raw),
          );
          const problem = expectRefusalOf(endpoint, answer, what);
          expect(problem.code, what).toBe(code);
          expect(answer.headers['www-authenticate'], what).toBe(challengeOf(code, problem.detail));
        }),
      );
    },
  );

  /** A request without a token gets no error in its challenge, and a 403 has no challenge (RFC 6750, 3). */
  function challengeOf(code: ProblemCode, detail: string): string | undefined {
    if (code === 'EMAIL_NOT_VERIFIED') return undefined;
    if (code === 'TOKEN_MISSING') return 'Bearer realm="partner-portal"';
    return `Bearer realm="partner-portal", error="invalid_token", error_description="${detail.replaceAll('"', "'")}"`;
  }

  test('refuses two headers with a token each, and does not read a token in the query or the body', async () => {
    const token = await signed(claims());
    const raw = await me([`Bearer ${token}`, `Bearer ${token}`]);
    expect(expectRefusal(raw, 'two headers').code).toMatch(/^TOKEN_(MISSING|INVALID)$/);
    const inQuery = await send({ method: 'GET', path: `/v1/me?access_token=${token}` });
    expect(expectRefusal(inQuery, 'in the query').code).toBe('TOKEN_MISSING');
    const inBody = await send({
      method: 'POST',
      path: '/v1/customers',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `access_token=${token}`,
    });
    expect(expectRefusal(inBody, 'in the body').code).toBe('TOKEN_MISSING');
  });

  test('refuses an invalid token of 9 KB; one of 100 KB does not pass the gateway', async () => {
    expect(expectRefusal(await me(`Bearer ${'x'.repeat(9_000)}`), '9 KB').code).toBe('TOKEN_INVALID');
    expect(expectRefusal(await me(`Bearer ${'.'.repeat(9_000)}`), '9 KB of dots').code).toBe('TOKEN_INVALID');
    const padded = await signed({ ...claims(), x: 'x'.repeat(50_000) });
    expect(await me(`Bearer ${padded.slice(0, 60_000)}`)).toMatchObject({
      status: 431,
      text: '{"message":"Request Header Fields Too Large"}',
    });
    expect(
      (
        await sendRaw(portal.stack.portalUrl, {
          method: 'GET',
          path: '/v1/me',
          headers: { authorization: `Bearer ${'x'.repeat(100_000)}` },
        })
      ).status,
    ).toBe(400);
  });
});

describe('a sign-in', () => {
  const body = ({ text }: RawAnswer) => JSON.parse(text) as Record<string, unknown>;

  test('is valid with a complete token, however the scheme is written', async () => {
    const token = await signed(claims());
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  '])
      expect(body(await me(`${scheme} ${token}`))).toMatchObject({ user: { id: OWNER, email: OWNER }, operator: true });
  });

  test('is valid with a user pool’s access token, whose claims are strings', async () => {
    const token = await signed(
      { ...claims(), token_use: 'access', email_verified: 'true' },
      { header: { typ: 'JWT' } },
    );
    expect(body(await me(`Bearer ${token}`))).toMatchObject({ user: { email: OWNER } });
  });

  test('is valid a few seconds early or late, because clocks differ', async () => {
    for (const slightlyOff of [{ exp: now() - 2 }, { nbf: now() + 2 }])
      expect((await me(`Bearer ${await signed({ ...claims(), ...slightlyOff })}`)).status).toBe(200);
  });

  test('is for one person, whatever the case of the address', async () => {
    const token = await portal.stack.token(OWNER, { email: 'OWNER@ACME.EXAMPLE' });
    expect(body(await me(`Bearer ${token}`))).toMatchObject({
      user: { id: OWNER, email: OWNER },
      partner: { id: 'acme' },
      roles: ['billing.accounts.owner'],
    });
  });

  test('of a person with the name of a service account is not the service account’s', async () => {
    const token = await signed({ ...claims(), sub: ROBOT, email: 'stranger@client.example', groups: [] });
    expect(body(await me(`Bearer ${token}`))).toMatchObject({
      user: { email: 'stranger@client.example' },
      partner: null,
    });
  });

  test('of a client is for its service account', async () => {
    expect(body(await me(`Bearer ${await signed(robotClaims(ROBOT))}`))).toMatchObject({
      user: { id: ROBOT, email: null },
      partner: { id: 'acme' },
    });
  });

  test('of a client begins when the operator records it for a partner', async () => {
    const token = async () => `Bearer ${await signed(robotClaims('new-robot'))}`;
    const refused = expectRefusal(await me(await token()), 'before');
    expect(refused).toMatchObject({ code: 'TOKEN_INVALID', detail: expect.stringContaining('no service account') });
    await tableOf(portal.stack).send(
      new PutCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Item: { ...serviceAccountKey('new-robot'), partnerId: 'acme' },
      }),
    );
    expect(body(await me(await token()))).toMatchObject({ user: { id: 'new-robot' }, partner: null });
  });

  test('of a client needs no record if the issuer names the client as an operator', async () => {
    const token = await signed({ ...robotClaims('directory-sync'), groups: ['operators'] });
    expect(body(await me(`Bearer ${token}`))).toMatchObject({ user: { id: 'directory-sync' }, operator: true });
  });

  test('is valid with the token that the issuer gives a client, which need not ask for the scope', async () => {
    const { clientId, clientSecret } = portal.stack.serviceAccount;
    const granted = await fetch(`${portal.stack.oidcIssuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    expect(body(await me(`Bearer ${token}`))).toMatchObject({ user: { id: ROBOT }, partner: { id: 'acme' } });
  });

  test('works with a client id of any length', async () => {
    const client_id = 'x'.repeat(3_000);
    const answer = await me(`Bearer ${await signed({ ...without('email'), sub: client_id, client_id, groups: [] })}`);
    expect(expectRefusal(answer, 'a long client id').code).toBe('TOKEN_INVALID');
  });

  /** Claims that name no group of operators. The short form tries a few of them. */
  const NO_GROUPS: [what: string, groups: unknown][] = [
    ['another group', ['operator', 'Operators', 'x-operators']],
    ['a text that is not its name', 'operators others'],
    ['a list in a list', [['operators']]],
    ['an object', { operators: true }],
    ['nothing', null],
  ];
  test.each(sized(NO_GROUPS.slice(0, 2), NO_GROUPS))("of %s is not an operator's", async (_, groups) => {
    const token = await portal.stack.token(OPERATOR, { groups });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const operatorsOnly = ENDPOINTS.filter(({ access }) => access === 'operator');
    await nothingStored(portal.stack, () =>
      inParallel(operatorsOnly, async (endpoint) => {
        const answer = await send({ method: endpoint.method, path: urlOf(endpoint), headers, body: '{}' });
        expect(expectRefusal(answer, endpoint.name).code).toBe('NOT_AN_OPERATOR');
      }),
    );
  });
});

describe('secrets and addresses', () => {
  /** The whole token of an emailed link, and its parts, at whatever place they are found. */
  const LINK_TOKEN = /\bk1\.dn2[a-z0-9]{17}\.[\w-]{20}/;
  const linkTokens: string[] = [];

  beforeAll(async () => {
    const { stack } = portal;
    // Valid and invalid requests, with every secret at every place where somebody might put it.
    for (const failure of [undefined, 'reject', 'throttle', 'refuse'] as const) {
      stack.ses.failMail = () => failure;
      const { email, id } = await register();
      if (failure !== undefined) {
        await vi.waitFor(() => expect(logOf('deliverMail')).toContain(id), { timeout: 10_000 });
        continue;
      }
      await mailsTo(email ?? '');
      linkTokens.push(await linkToken(email ?? ''));
    }
    stack.ses.failMail = () => undefined;
    const [token = ''] = linkTokens;
    const bearerToken = await stack.token(OWNER);
    const authorization = `Bearer ${bearerToken}`;
    const json = { 'content-type': 'application/json' };
    const secrets = [token, token.slice(0, -1), bearerToken, OWNER, encodeURIComponent(OWNER)];
    await inParallel(secrets, async (secret) => {
      const places: RawRequest[] = [
        { method: 'GET', path: `/v1/customers/${secret}`, headers: { authorization } },
        { method: 'GET', path: `/v1/customers/${secret}/clouds`, headers: { authorization } },
        { method: 'GET', path: `/v1/customers?pageToken=${secret}`, headers: { authorization } },
        { method: 'GET', path: `/v1/customers?query=${secret}`, headers: { authorization } },
        { method: 'GET', path: `/v1/operations/${secret}`, headers: { authorization } },
        { method: 'GET', path: `/v1/members?pageToken=${secret}`, headers: { authorization } },
        { method: 'PUT', path: `/v1/members/${secret}`, headers: { authorization, ...json }, body: '{}' },
        { method: 'DELETE', path: `/v1/members/${secret}`, headers: { authorization } },
        {
          method: 'PATCH',
          path: `/v1/customers/${secret}`,
          headers: { authorization, ...json, 'if-match': secret },
          body: JSON.stringify({ name: secret }),
        },
        {
          method: 'POST',
          path: '/v1/customers/batch',
          headers: { authorization, ...json },
          body: JSON.stringify({ customers: [{ email: secret, idempotencyKey: secret.slice(0, 255) }, secret] }),
        },
        { method: 'PUT', path: `/v1/provider/partners/${secret}`, headers: { authorization, ...json }, body: '{}' },
        { method: 'POST', path: '/v1/invites/preview', headers: json, body: JSON.stringify({ token: secret }) },
        {
          method: 'POST',
          path: '/v1/invites/accept',
          headers: { ...json, 'idempotency-key': secret.slice(0, 255) },
          body: JSON.stringify({ token: `${secret}x` }),
        },
        {
          method: 'POST',
          path: '/v1/invites/decline',
          headers: { ...json, 'user-agent': secret },
          body: JSON.stringify({ wrong: secret, token: 1 }),
        },
        {
          method: 'POST',
          path: '/v1/customers',
          headers: { authorization, ...json, 'idempotency-key': secret.slice(0, 255) },
          body: JSON.stringify({ email: secret }),
        },
        { method: 'GET', path: '/v1/me', headers: { authorization: `Bearer ${secret}` } },
        {
          method: 'GET',
          path: '/v1/me',
          headers: { authorization, cookie: `token=${secret}`, referer: `http://x/#token=${secret}` },
        },
      ];
      for (const place of places) await send(place);
    });
    const accepted = await send({
      method: 'POST',
      path: '/v1/invites/accept',
      headers: { ...json, 'idempotency-key': 'once' },
      body: JSON.stringify({ token }),
    });
    expect(accepted.status, accepted.text).toBe(200);
    await stack.runSchedule('deliverMail');
    await stack.runExpire();
  }, 60_000);

  const directory = () => join(portal.stack.directory, 'logs');
  const logOf = (name: string) => readFileSync(join(directory(), `${name}.log`), 'utf8');
  const allLogs = () => readdirSync(directory()).map((file) => readFileSync(join(directory(), file), 'utf8'));

  test('an internal error shows no internals in the answer, and all of them in the log', async () => {
    const { id } = await register();
    const { pk, sk } = customerKey(id);
    const item = (await itemsOf(portal.stack)).find((each) => each.pk === pk && each.sk === sk);
    await tableOf(portal.stack).send(
      new PutCommand({ TableName: portal.stack.dynamoDb.tableName, Item: { ...item, createdBy: { of: OWNER } } }),
    );
    const { status, body, headers } = await request('GET', `/v1/customers/${id}`, { as: OWNER });
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 500, type: 'application/problem+json' });
    expect(body).toEqual({
      type: 'urn:partner-portal:problem:INTERNAL',
      title: 'Something went wrong',
      status: 500,
      detail: expect.stringMatching(/^The request failed through no fault of yours\. Try again;/),
      code: 'INTERNAL',
      requestId: expect.any(String),
    });
    await expect.poll(() => logOf('getCustomer')).toContain(String(body['requestId']));
    expect(logOf('getCustomer')).toMatch(/"level":"ERROR".*"stack":"TypeError/);
  });

  test('are not in any log', async () => {
    const logs = allLogs().join('');
    expect(logs.split('\n').length).toBeGreaterThan(sized(250, 500));
    expect(logs).toContain('"endpoint":"acceptInvite"');
    expect(logs).toMatch(/"work":"deliverMail".*"error":"/);
    // These fields are made from what callers send.
    for (const field of ['route', 'requestId', 'traceId', 'principal', 'customerId', 'partnerId', 'kind', 'outcome'])
      expect(logs).toContain(`"${field}":"`);
    expectNoSecret(logs);
    expect(logs).not.toMatch(/[^\s"]@[^\s"]/);
    expect(logs).not.toMatch(/@\w|%40|acme\.example|client\.example/);
  });

  test('except addresses, are not stored', async () => {
    expectNoSecret(JSON.stringify(await itemsOf(portal.stack)));
  });

  test('except addresses, are not in any answer', () => {
    expect(answers.length).toBeGreaterThan(sized(150, 900));
    expectNoSecret(answers.join('\n'));
  });

  function expectNoSecret(text: string): void {
    expect(text).not.toMatch(LINK_TOKEN);
    for (const token of linkTokens) {
      const mac = token.split('.')[2] ?? '';
      expect(mac).toHaveLength(43);
      for (const part of [mac.slice(0, 16), mac.slice(-16)]) expect(text.includes(part)).toBe(false);
    }
    for (const token of bearersSent) {
      if (token.length < 60) continue;
      // The signature makes it a secret; the rest is the same in all tokens.
      for (const part of [token.slice(-40), token.slice(0, 60)]) expect(text.includes(part), part).toBe(false);
    }
    expect(text).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
  }
});
