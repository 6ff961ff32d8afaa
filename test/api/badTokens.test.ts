/** Page tokens, tokens of emailed links and idempotency keys that were edited, invented or used before. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, MAX_IDEMPOTENCY_KEY_LENGTH } from '../../shared/contract/contract.ts';
import { APPROVALS, customersOfStatus } from '../../shared/table/keys.ts';
import { pageToken } from '../../shared/table/page.ts';
import { type Difference, named, requestsOf } from '../badInput.ts';
import { ENDPOINTS, endpointOf, exampleRequests } from '../examples.ts';
import { expectRefusal, inParallel, nothingStored } from '../refusal.ts';
import { sized } from '../size.ts';
import { testStack } from '../stack.ts';
import { setOnCustomer } from '../table.ts';

const portal = testStack();
const { partner, otherPartner, request, register, confirmed, linkToken, mailsTo, letExpire } = portal;
const { api, examples, customers } = exampleRequests(portal, { onlyRefused: true });
const { bearer, send, refuses } = requestsOf(api);

const lists = ENDPOINTS.filter(({ query }) => query && 'pageToken' in query.shape);
const guest = partner.at('guest');
/** A recipient who wants no more invitations from two partners. */
const blocking = partner.at('blocking');

describe('a page token', () => {
  /** The list that a token belongs to, in each function's own words. */
  let scopes: Record<string, string>;
  let served: Record<string, string>;

  beforeAll(async () => {
    scopes = {
      listCustomers: JSON.stringify(['listCustomers', 'byCreated', `CUSTOMERS#${partner.id}`, null, null]),
      listMyCustomers: `listMyCustomers USER#${guest}`,
      listClouds: `listClouds ${customers.active.id}`,
      listLinkableClouds: `listLinkableClouds ${customers.active.id} USER#${partner.owner}`,
      listMyClouds: `listMyClouds USER#${customers.active.email}`,
      getAccess: `getAccess ${customers.active.id}`,
      listEvents: `listEvents ${customers.active.id}`,
      listMembers: `listMembers ${partner.id}`,
      listPartnerLog: `listPartnerLog ${partner.id}`,
      listBlockedPartners: `listBlockedPartners USER#${blocking}`,
      listMyMemberships: `listMyMemberships USER#${partner.owner}`,
      listApprovals: 'listApprovals',
    };
    // Each list has two entries.
    examples['listMyCustomers'] = { as: guest, query: { pageSize: '1' } };
    await register({ email: guest });
    await register({ email: guest }, otherPartner.owner);
    examples['listBlockedPartners'] = { as: blocking, query: { pageSize: '1' } };
    for (const by of [partner.owner, otherPartner.owner]) {
      const { id } = await register({ email: blocking }, by);
      const body = { noMoreInvitations: true };
      await request('POST', `/v1/customers/${id}/invite/decline`, { as: blocking, body });
    }
    // As under a program that approves.
    const status = 'APPROVAL_REQUIRED';
    const awaiting = { status, approval: APPROVALS, listOfStatus: customersOfStatus(partner.id, status) };
    for (const name of ['awaiting-1', 'awaiting-2'])
      await setOnCustomer(portal.stack, (await register({ email: partner.at(name) })).id, awaiting);
    for (const name of ['one', 'two'])
      await request('POST', `/v1/customers/${customers.active.id}/clouds`, { as: partner.owner, body: { name } });
    await portal.stack.idle();
    served = Object.fromEntries(
      await Promise.all(lists.map(async (endpoint) => [endpoint.name, await firstToken(endpoint)])),
    );
  });

  async function firstToken(endpoint: Endpoint, query = 'pageSize=1'): Promise<string> {
    const { status, text } = await send(endpoint, { query });
    expect(status, `${endpoint.name}: ${text}`).toBe(200);
    return (JSON.parse(text) as { nextPageToken?: string }).nextPageToken ?? '';
  }

  test.each(named(lists))('of %s that was edited, cut off, or taken from elsewhere is refused', async (_, endpoint) => {
    const token = served[endpoint.name] ?? '';
    expect(token.length).toBeGreaterThan(10);
    expect(token.length).toBeLessThanOrEqual(100);
    const flipped = (i: number) => token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    const others = lists.flatMap(({ name }) => (name === endpoint.name ? [] : [served[name] ?? '']));
    const all = [
      ...[0, 5, 10, 11, 14, token.length - 2].map(flipped),
      ...[1, 5, 11, 12, -4, -1].map((end) => token.slice(0, end)),
      `${token}A`,
      `${token}=`,
      `${token}%20`,
      token.toUpperCase(),
      token + token,
      '',
      '%00',
      'AAAA',
      'null',
      '..%2F..%2Fetc',
      'x'.repeat(5_000),
      Buffer.from('{"pk":"CUSTOMER#x"}').toString('base64url'),
    ];
    // All lists read tokens in one way: see `shared/table/page.test.ts`.
    const edited =
      endpoint.name === 'listCustomers'
        ? [...all, ...others]
        : sized([flipped(5), token.slice(0, -1), '', ...others.slice(0, 2)], [...all, ...others]);
    await refuses(
      endpoint,
      // A short token is still complete at some of these lengths.
      edited
        .filter((each) => each !== token)
        .map((pageToken) => ({
          what: `the page token ${pageToken.slice(0, 120)}`,
          query: `pageSize=1&pageToken=${pageToken}`,
          code: 'PAGE_TOKEN_INVALID',
        })),
    );
    await refuses(endpoint, [
      { what: 'the token twice', query: `pageToken=${token}&pageToken=${token}`, code: 'PAGE_TOKEN_INVALID' },
    ]);
  });

  test.each(named(lists))('of %s that an expert invented shows nothing and breaks nothing', async (_, endpoint) => {
    const token = served[endpoint.name] ?? '';
    const scope = scopes[endpoint.name] ?? '';
    const position = Buffer.from(token, 'base64url').subarray(8).toString().split('\n');
    expect(pageToken(position, scope), 'the scope of this list in this test').toBe(token);
    const own: object[] = [];
    // A page may have fewer entries than asked for.
    for (let next: string | undefined = ''; next !== undefined; ) {
      const { text } = await send(endpoint, { query: next && `pageToken=${next}` });
      const { nextPageToken, ...lists } = JSON.parse(text) as Record<string, object[]> & { nextPageToken?: string };
      own.push(...Object.values(lists as Record<string, object[]>).flat());
      next = nextPageToken;
    }
    const positions = [
      [],
      ['', ''],
      [...position, 'x'],
      [position[0] ?? '', customers.foreign.id],
      [customers.foreign.createdAt, customers.foreign.id],
      ['~'.repeat(1_500), 'x'.repeat(1_500)],
      ...sized(
        [],
        [
          [''],
          ['x'],
          ['x', 'y'],
          ['x', 'y', 'z'],
          [position[0] ?? ''],
          [position[0] ?? '', ''],
          ['CUSTOMER', 'CUSTOMER'],
          ['~'.repeat(2_000)],
          ['\0', '\0'],
          ['#', '..'],
        ],
      ),
    ];
    await nothingStored(portal.stack, () =>
      inParallel(positions, async (made) => {
        const what = `${endpoint.name} from ${JSON.stringify(made).slice(0, 80)}`;
        const answer = await send(endpoint, { query: `pageSize=1000&pageToken=${pageToken(made, scope)}` });
        if (answer.status !== 200) expectRefusal(answer, what);
        if (answer.status !== 200) return;
        const [, entries] = Object.entries(JSON.parse(answer.text) as Record<string, object[]>)[0] ?? [];
        for (const entry of entries ?? []) expect(own, what).toContainEqual(entry);
      }),
    );
  });

  test('belongs to one partner and one filter', async () => {
    const list = endpointOf('listCustomers');
    const filters = ['pageSize=1', 'pageSize=1&status=VERIFICATION_REQUIRED', 'pageSize=1&query=Customer'];
    const tokens = await Promise.all(filters.map((filter) => firstToken(list, filter)));
    expect(new Set(tokens).size).toBe(filters.length);
    const theirs = await bearer(otherPartner.owner);
    await refuses(list, [
      ...filters.flatMap((filter, i) =>
        tokens.flatMap((token, j): Difference[] =>
          i === j
            ? []
            : [
                {
                  what: `the token of ${filters[j]}`,
                  query: `${filter}&pageToken=${token}`,
                  code: 'PAGE_TOKEN_INVALID',
                },
              ],
        ),
      ),
      ...filters.map(
        (filter, i): Difference => ({
          what: "another partner's token",
          query: `${filter}&pageToken=${tokens[i]}`,
          headers: { authorization: theirs },
          code: 'PAGE_TOKEN_INVALID',
        }),
      ),
    ]);
  });
});

describe("the emailed link's token", () => {
  const byLink = ENDPOINTS.filter(({ access }) => access === 'linkHolder');
  const mine = { token: '', id: '' };
  const other = { token: '', id: '' };

  beforeAll(async () => {
    for (const link of [mine, other]) {
      const { id, email } = await register();
      Object.assign(link, { id, token: await linkToken(email ?? '') });
    }
  });

  const refusesTokens = (endpoint: Endpoint, tokens: string[]) =>
    refuses(
      endpoint,
      tokens.map((token) => ({
        what: `the token ${token.slice(0, 80)}`,
        body: { token },
        code: 'INVITE_LINK_INVALID',
      })),
    );

  test.each(named(byLink))(
    'opens nothing at %s if it was cut off, edited, invented, or combined from two',
    async (_, endpoint) => {
      const { token, id } = mine;
      const [keyId = '', , mac = ''] = token.split('.');
      const [, , otherMac = ''] = other.token.split('.');
      await refusesTokens(endpoint, [
        ...[1, 3, 23, 24, 40, -20, -1].map((end) => token.slice(0, end)),
        `${token}A`,
        `${token}=`,
        ` ${token}`,
        `${token}\n`,
        `#token=${token}`,
        token.toUpperCase(),
        `${keyId}.${other.id}.${mac}`,
        `${keyId}.${id}.${otherMac}`,
        `${keyId}.dn2aaaaaaaaaaaaaaaaa.${mac}`,
        ...['k9', 'K1', 'current', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '0'].map(
          (key) => `${key}.${id}.${mac}`,
        ),
        `${keyId}.${id}.${'A'.repeat(43)}`,
        `${keyId}.${id}.`,
        `..`,
        'x',
        'null',
        `${keyId}.${id}.${mac.slice(0, -1)}${mac.endsWith('A') ? 'B' : 'A'}`,
        `${keyId}.${id}.${'я'.repeat(43)}`,
        await bearer(partner.owner),
        'x'.repeat(60_000),
      ]);
    },
  );

  test('is refused with the same words, whatever is wrong with it', async () => {
    const details = await inParallel(byLink, async (endpoint) => {
      const { token, id } = mine;
      const problems = await refusesTokens(endpoint, [
        token.slice(0, -1),
        token.replace(id, 'dn2aaaaaaaaaaaaaaaaa'),
        token.replace(id, other.id),
      ]);
      return problems.map(({ detail }) => detail);
    });
    expect(new Set(details.flat()).size).toBe(1);
  });

  test.each([
    ['an older email', { email: 'moved@client.example' }],
    ['an invitation that was replaced', { nonce: 'another' }],
    ['an older email, even if the address is the same again', { email: 'moved@client.example', nonce: 'another' }],
  ])('of %s opens nothing', async (_, change) => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({ status: 200 });
    await setOnCustomer(portal.stack, id, change);
    for (const endpoint of byLink) await refusesTokens(endpoint, [token]);
  });

  test('of an expired invitation shows the status, but can not confirm or decline', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    await letExpire(id);
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({
      status: 200,
      body: { status: 'EXPIRED', invite: null },
    });
    for (const name of ['acceptInvite', 'declineInvite']) {
      const [problem] = await refuses(endpointOf(name), [
        { what: 'an expired token', body: { token }, code: 'CUSTOMER_STATUS' },
      ]);
      expect(problem?.currentStatus).toBe('EXPIRED');
    }
  });

  test('that is used again gets the first answer, and stores nothing more', async () => {
    const { email } = await register();
    const token = await linkToken(email ?? '');
    const accept = () => request('POST', '/v1/invites/accept', { body: { token }, key: 'again' });
    const first = await accept();
    expect(first.status).toBe(200);
    expect((await nothingStored(portal.stack, accept)).body).toEqual(first.body);
    await refuses(endpointOf('declineInvite'), [
      { what: 'a used token', body: { token }, code: 'CUSTOMER_STATUS' },
      { what: 'a used key', body: { token }, headers: { 'idempotency-key': 'again' }, code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
    // A key doesn't prove the mailbox.
    const broken = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    await refuses(endpointOf('acceptInvite'), [
      {
        what: 'a wrong token with a good key',
        body: { token: broken },
        headers: { 'idempotency-key': 'again' },
        code: 'INVITE_LINK_INVALID',
      },
    ]);
  });
});

describe('an Idempotency-Key', () => {
  test.each(named(ENDPOINTS.filter(({ method }) => method === 'POST')))(
    'of %s must have 1 to 255 characters',
    async (_, endpoint) => {
      await refuses(
        endpoint,
        ['', 'k'.repeat(MAX_IDEMPOTENCY_KEY_LENGTH + 1), 'k'.repeat(5_000)].map((key) => ({
          what: `a key of ${key.length} characters`,
          headers: { 'idempotency-key': key },
          code: 'VALIDATION_FAILED',
          field: 'Idempotency-Key',
        })),
      );
    },
  );

  test('that was used is refused with another body, and at another endpoint of the customer', async () => {
    const key = '\x7ekey "of" {many} \xe9 characters';
    const customer = await confirmed();
    const post = (path: string, body: object) => request('POST', path, { as: partner.owner, key, body });
    const cloudsOf = `/v1/customers/${customer.id}/clouds`;
    expect((await post(cloudsOf, { name: 'keyed' })).status).toBe(201);
    const headers = { 'idempotency-key': key };
    const path = { customerId: customer.id };
    const code = 'IDEMPOTENCY_KEY_REUSED';
    await refuses(endpointOf('createCloud'), [{ what: 'a used key', headers, path, body: { name: 'other' }, code }]);
    await refuses(endpointOf('linkCloud'), [{ what: 'a used key', headers, path, code }]);
    await refuses(endpointOf('resendInvite'), [{ what: 'a used key', headers, path, code }]);
    const created = await post('/v1/customers', { name: 'Keyed', email: partner.at('keyed') });
    expect(created.status).toBe(201);
    await mailsTo(partner.at('keyed'));
    await refuses(endpointOf('createCustomer'), [
      { what: 'a used key', headers, code },
      {
        what: 'a used key and one field more',
        headers,
        body: { name: 'Keyed', email: partner.at('keyed'), language: 'en' },
        code,
      },
    ]);
    await refuses(endpointOf('resendInvite'), [
      { what: "its registration's key", headers, path: { customerId: String(created.body['id']) }, code },
    ]);
  });
});
