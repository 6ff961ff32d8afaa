/** Names, searches and requests as real people and their programs send them. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { customerKey } from '../../shared/table/keys.ts';
import { earlierKey } from '../../shared/table/search.ts';
import names from '../data/cases/names.json' with { type: 'json' };
import phones from '../data/cases/phones.json' with { type: 'json' };
import { sized } from '../size.ts';
import { type CustomerAnswer, OPERATOR, testStack } from '../stack.ts';
import { itemAt, setOnCustomer } from '../table.ts';

const portal = testStack();
const { partner, request, register } = portal;
const as = partner.owner;
let phoneRows = 0;
/** In the short form the first two of several cases. The unit tests of `shared` have them all. */
const few = <Case>(cases: Case[]): Case[] => cases.slice(0, sized(2, cases.length));

type Page = { customers: CustomerAnswer[]; nextPageToken?: string };
const pageOf = async (query: Record<string, string>) => {
  const answer = await request<Page>('GET', `/v1/customers?${new URLSearchParams(query)}`, { as });
  expect(answer.status).toBe(200);
  return answer.body;
};
const found = async (query: string) => (await pageOf({ query })).customers.map(({ id }) => id);

describe('a name', () => {
  test.each(few(names.invisible))(
    'of nothing visible (%j) is refused by each endpoint that takes one',
    async (name) => {
      const { id } = await register();
      const body = { name, email: partner.at('nobody') };
      const refused = {
        status: 400,
        body: { code: 'VALIDATION_FAILED', errors: [{ path: 'name', message: 'name is required' }] },
      };
      expect(await request('POST', '/v1/customers', { as, body })).toMatchObject(refused);
      expect(await request('PATCH', `/v1/customers/${id}`, { as, body: { name } })).toMatchObject(refused);
      const rows = await request('POST', '/v1/customers/batch', { as, body: { customers: [body] } });
      expect(rows.body).toMatchObject({ results: [{ problem: refused.body }] });
      const invitation = { resellerId: partner.id, name, invitationEmail: partner.at('nobody'), person: {} };
      const billing = await request('POST', '/billing/v1/customers:invite', { as, body: invitation });
      expect(billing).toMatchObject({ status: 400, body: { code: 3, message: 'name is required.' } });
    },
  );

  test('is stored without blanks and invisible characters around it', async () => {
    const { id, email, name, friendlyName } = await register({
      name: '\u200b\u00a0Wind \u3164',
      friendlyName: '\u200eW\u2800',
    });
    expect([name, friendlyName]).toEqual(['Wind', 'W']);
    const body = { name: ' Wind Ltd\ufeff' };
    const answer = await request('PATCH', `/v1/customers/${id}`, { as: email ?? '', body });
    expect(answer).toMatchObject({ status: 200, body: { name: 'Wind Ltd' } });
  });
});

describe('a phone', () => {
  test.each(few(phones.good))(
    'may be %s, and comes back as it was sent, by each endpoint that takes one',
    async (phone) => {
      const { id, person } = await register({ person: { phone } });
      expect(person).toEqual({ phone });
      expect((await portal.read(id)).person).toEqual({ phone });
      phoneRows += 1;
      const row = { name: 'Wind', email: partner.at(`phone-row-${phoneRows}`), person: { phone } };
      const rows = await request('POST', '/v1/customers/batch', { as, body: { customers: [row] } });
      expect(rows.body).toMatchObject({ results: [{ customer: { person: { phone } } }] });
      const served = { resellerId: partner.id, name: 'Wind', person: { phone } };
      const path = '/billing/v1/customers:createResellerServedCustomer';
      expect(await request('POST', path, { as, body: served })).toMatchObject({ status: 200 });
    },
  );

  test.each(phones.refused)('can not be %s', async (phone) => {
    const body = { name: 'Wind', email: partner.at('no-phone'), person: { phone } };
    const errors = [{ path: 'person.phone', message: 'phone is not valid' }];
    expect(await request('POST', '/v1/customers', { as, body })).toMatchObject({ status: 400, body: { errors } });
  });
});

describe('a search', () => {
  test.each(few(names.found))('finds %s by %s, by its beginning, and by itself', async (name, query) => {
    const { id } = await register({ name });
    for (const typed of [query, query.slice(0, 4), query.toUpperCase(), name])
      expect(await found(typed), typed).toContain(id);
  });

  test('finds a customer of the version before by its name as it is written, and by other spellings from its next change on', async () => {
    const name = 'ООО «Лютик» Łódź';
    const [first, second, fresh] = [await register({ name }), await register({ name }), await register({ name })];
    const nameKey = earlierKey(name);
    for (const { id } of [first, second]) await setOnCustomer(portal.stack, id, { nameKey, format: 0 });
    const ids = (...customers: CustomerAnswer[]) => customers.map(({ id }) => id).sort();

    for (const query of [name, 'ООО «Лют']) expect((await found(query)).sort()).toEqual(ids(first, second, fresh));
    expect(await found('ооо лютик')).toEqual([fresh.id]);
    // Page by page, each customer once.
    const seen: string[] = [];
    for (let pageToken = ''; ; ) {
      const page = await pageOf({ query: name, pageSize: '1', ...(pageToken && { pageToken }) });
      seen.push(...page.customers.map(({ id }) => id));
      if (page.nextPageToken === undefined) break;
      pageToken = page.nextPageToken;
    }
    expect(seen.sort()).toEqual(ids(first, second, fresh));

    await request('PATCH', `/v1/customers/${first.id}`, { as, body: { role: 'Reseller' } });
    expect(await itemAt(portal.stack, customerKey(first.id))).toMatchObject({ nameKey: 'ооо лютик lodz' });
    expect((await found('ооо лютик')).sort()).toEqual(ids(first, fresh));
  });
});

describe('a request', () => {
  const CODED = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

  test.each(Object.entries(CODED))(
    'with a body in %s gets 415, which names the coding, in both APIs',
    async (coding, code) => {
      const send = async (path: string, body: object) => {
        const response = await fetch(portal.stack.portalUrl + path, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await portal.stack.token(as)}`,
            'content-type': 'application/json',
            'content-encoding': coding,
          },
          body: new Uint8Array(code(JSON.stringify(body))),
        });
        return { status: response.status, body: await response.json() };
      };
      const said = `The body has the coding ${coding}. Send it without \`Content-Encoding: ${coding}\`.`;
      const own = await send('/v1/customers', { name: 'Wind', email: partner.at('coded') });
      expect(own).toMatchObject({ status: 415, body: { code: 'BODY_CODED', detail: said } });
      const billing = await send('/billing/v1/customers:invite', { resellerId: partner.id });
      expect(billing).toMatchObject({ status: 415, body: { code: 3, message: said } });
    },
  );

  test('with a key twice in a row of an import is refused as a whole', async () => {
    const rows = [
      '{"name":"Wind","email":"a@client.example"}',
      '{"name":"Sea","name":"Sea","email":"b@client.example"}',
    ];
    const body = `{"customers":[${rows.join()}]}`;
    const message = "'customers.1.name' is in the body twice";
    expect(await request('POST', '/v1/customers/batch', { as, body })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'customers.1.name', message }] },
    });
    expect(await found('a@client')).toEqual([]);
  });

  test.each(['identity', 'Identity', ''])('says with the coding %j that its body has none', async (coding) => {
    const body = { name: 'Wind', email: partner.at(`identity${['identity', 'Identity', ''].indexOf(coding)}`) };
    const headers = { 'content-encoding': coding };
    expect(await request('POST', '/v1/customers', { as, body, headers })).toMatchObject({ status: 201 });
  });

  test.each([
    ['new%2540acme.example', 'it has %40 after decoding'],
    ['new%252Btag%40acme.example', 'it has %2B after decoding'],
    ['new%3Fx%40acme.example', 'must have no ?, # or /'],
    ['new%23x', 'must have no ?, # or /'],
    ['a%2Fnew', 'must have no ?, # or /'],
  ])('for the member %s is refused by each endpoint of members', async (member, message) => {
    const body = { roles: ['billing.accounts.viewer'] };
    const ofPartner = `/v1/provider/partners/${partner.id}/members/${member}`;
    const requests: [string, string, string, object?][] = [
      ['PUT', `/v1/members/${member}`, as, body],
      ['DELETE', `/v1/members/${member}`, as],
      ['PUT', ofPartner, OPERATOR, body],
      ['DELETE', ofPartner, OPERATOR],
      ['PUT', `/v1/provider/service-accounts/${member}`, OPERATOR, { partnerId: partner.id }],
    ];
    for (const [method, path, account, body] of requests) {
      const answer = await request(method, path, { as: account, body });
      expect(answer, `${method} ${path}`).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      expect(answer.body['detail'], `${method} ${path}`).toContain(message);
    }
  });

  test('in the name of an operator is one whose token names the group as a text, too', async () => {
    const approvals = (groups: unknown) =>
      portal.stack
        .token(OPERATOR, { groups })
        .then((token) => request('GET', '/v1/provider/approvals', { headers: { authorization: `Bearer ${token}` } }));
    expect(await approvals('operators')).toMatchObject({ status: 200 });
    expect(await approvals('operators others')).toMatchObject({ status: 403 });
  });
});

describe("a request of Google's clients", () => {
  test('sends an action by its number', async () => {
    const { id } = await portal.confirmed();
    const path = `/billing/v1/billingAccounts/${id}:updateAccessBindings`;
    const delta = (action: unknown) => ({
      action,
      accessBinding: {
        roleId: 'billing.accounts.viewer',
        subject: { id: partner.at('anna'), type: 'userAccount' },
      },
    });
    const send = (...actions: unknown[]) =>
      request('PATCH', path, { as, body: { accessBindingDeltas: actions.map(delta) } });
    const viewers = async () => {
      const { body } = await request('GET', `/billing/v1/billingAccounts/${id}:listAccessBindings`, { as });
      return JSON.stringify(body).includes(partner.at('anna'));
    };
    expect(await send(1)).toMatchObject({ status: 200 });
    expect(await viewers()).toBe(true);
    expect(await send('REMOVE', 1, 2)).toMatchObject({ status: 200 });
    expect(await viewers()).toBe(false);
    for (const action of [0, 3, -1, 1.5, '1', true])
      expect(await send(action), String(action)).toMatchObject({
        status: 400,
        body: { code: 3, message: expect.stringContaining('action must be one of ADD, REMOVE, 1, 2') },
      });
  });

  test.each([
    'alt=json',
    '$alt=json',
    '%24alt=json%3Benum-encoding=int',
    'alt=json&prettyPrint=false',
    'alt=json&alt=json',
  ])('may say that it wants JSON (%s)', async (parameters) => {
    const list = `/billing/v1/customers?resellerId=${partner.id}&pageSize=1&${parameters}`;
    expect(await request('GET', list, { as })).toMatchObject({ status: 200 });
    const { id } = await portal.confirmed();
    const suspend = `/billing/v1/customers/${id}:suspend?${parameters}`;
    expect(await request('POST', suspend, { as, body: {} })).toMatchObject({ status: 200 });
  });

  test.each(['alt=media', 'alt=proto', 'alt=', 'alt=json&alt=media', '$alt=proto', 'prettyPrint=x', 'Alt=json'])(
    'may ask for nothing else (%s)',
    async (parameters) => {
      const list = `/billing/v1/customers?resellerId=${partner.id}&${parameters}`;
      const [name] = parameters.split('=');
      expect(await request('GET', list, { as })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(`'${name}' is not a field of this request`) },
      });
      expect(await request('GET', `/v1/customers?alt=json`, { as })).toMatchObject({ status: 400 });
    },
  );
});
