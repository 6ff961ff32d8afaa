/** Names, searches and requests as real people and their programs send them. */
import { describe, expect, test } from 'vitest';
import { customerKey } from '../../shared/table/keys.ts';
import { earlierKey } from '../../shared/table/search.ts';
import names from '../data/cases/names.json' with { type: 'json' };
import { type CustomerAnswer, testStack } from '../stack.ts';
import { itemAt, setOnCustomer } from '../table.ts';

const portal = testStack();
const { partner, request, register } = portal;
const as = partner.owner;

type Page = { customers: CustomerAnswer[]; nextPageToken?: string };
const pageOf = async (query: Record<string, string>) => {
  const answer = await request<Page>('GET', `/v1/customers?${new URLSearchParams(query)}`, { as });
  expect(answer.status).toBe(200);
  return answer.body;
};
const found = async (query: string) => (await pageOf({ query })).customers.map(({ id }) => id);

describe('a name', () => {
  test.each(names.invisible)('of nothing visible (%j) is refused by each endpoint that takes one', async (name) => {
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
  });

  test('is stored without blanks and invisible characters around it', async () => {
    const { id, name, friendlyName } = await register({
      name: '\u200b\u00a0Wind \u3164',
      friendlyName: '\u200eW\u2800',
    });
    expect([name, friendlyName]).toEqual(['Wind', 'W']);
    const body = { name: ' Wind Ltd\ufeff' };
    expect(await request('PATCH', `/v1/customers/${id}`, { as, body })).toMatchObject({ body: { name: 'Wind Ltd' } });
  });
});

describe('a search', () => {
  test.each(names.found)('finds %s by %s, by its beginning, and by itself', async (name, query) => {
    const { id } = await register({ name });
    for (const typed of [query, query.slice(0, 4), query.toUpperCase(), name])
      expect(await found(typed), typed).toContain(id);
  });

  test('finds a customer of the version before by its name as it is written, and by other spellings from its next change on', async () => {
    const name = 'ООО «Лютик» Łódź';
    const [first, second, fresh] = [await register({ name }), await register({ name }), await register({ name })];
    const nameKey = earlierKey(name);
    for (const { id } of [first, second]) await setOnCustomer(portal.stack, id, { nameKey });
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
