/** The cost of a list does not grow with the partner. In the long form the large partner has 100,000 customers. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { LONG, sized } from '../size.ts';
import { type CustomerAnswer, OTHER_PARTNER, OWNER, ownStack } from '../stack.ts';
import { fillLists, LISTED_STATUSES } from '../table.ts';

/** The large partner has this many customers; the small one has enough for a page of each status. */
const LARGE = sized(600, 100_000);
/** The pages of the list that is read to its end. */
const PAGE = sized(100, 1000);
const SMALL = sized(240, 1000);
/** Half a millisecond per customer with its index entries; more on a machine that does other work. */
const WRITE_TIMEOUT_MS = 120_000 + LARGE * 10;

const portal = ownStack();
const { request, register } = portal;

type Page = { customers: CustomerAnswer[]; nextPageToken?: string };
const page = async (as: string, query: string) => {
  const answer = await request<Page>('GET', `/v1/customers?${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body;
};

beforeAll(async () => {
  const { id } = await register({ person: { tin: '7801234567', postAddress: 'Nevsky pr., 28' } });
  const startedAt = performance.now();
  await fillLists(portal.stack, id, { acme: LARGE, globex: SMALL });
  if (LONG)
    console.log(`${LARGE + SMALL} customers written in ${Math.round((performance.now() - startedAt) / 1000)} s`);
}, WRITE_TIMEOUT_MS);

/** The cost of a page: calls, read units, items that were examined, and time. */
async function costOf(as: string, query: string) {
  const calls: DynamoDbCall[] = [];
  const stop = portal.stack.observe((call) => calls.push(call));
  const { customers } = await page(as, query);
  stop();
  const mine = calls.filter(({ functionName }) => functionName === 'listCustomers');
  const output = (mine.at(-1)?.output ?? {}) as { ConsumedCapacity?: { CapacityUnits: number }; ScannedCount?: number };
  return {
    operations: mine.map(({ operation }) => operation),
    units: output.ConsumedCapacity?.CapacityUnits ?? 0,
    looked: output.ScannedCount ?? 0,
    milliseconds: mine.at(-1)?.milliseconds ?? 0,
    found: customers.length,
  };
}

describe.each([
  ['the whole list', ''],
  ['the list of a status', 'status=ACTIVE'],
  ['a search by name', 'query=listed'],
  ['a search by email', 'query=listed-1@'],
  ['a search by name that finds some', 'query=LISTED%201&status=SUSPENDED'],
  ['a search among those of a status', 'query=listed&status=DECLINED'],
])('%s', (_, query) => {
  test.each([1, 50])(
    'costs a large partner one query a page (of %i), and no more than a small one',
    async (pageSize) => {
      const asked = `pageSize=${pageSize}${query && `&${query}`}`;
      await costOf(OWNER, asked);
      const [large, small] = [await costOf(OWNER, asked), await costOf(OTHER_PARTNER, asked)];
      if (LONG) console.log(asked, { large, small });
      expect(large.operations).toEqual(['GetItem', 'Query']);
      expect(small.operations).toEqual(['GetItem', 'Query']);
      const filtered = query.includes('status=') && query.includes('query=');
      // One item more than the page has tells whether there is a next page.
      expect(large.looked).toBeLessThanOrEqual(filtered ? 1000 : pageSize + 1);
      if (!filtered) expect(large.units).toBeLessThanOrEqual(small.units + 1);
      expect(large.found).toBeGreaterThan(0);
    },
  );
});

test(
  'each customer is listed once, page by page, while others are being added',
  async () => {
    for (const query of ['', 'query=listed', 'status=SUSPENDED', 'query=listed&status=SUSPENDED']) {
      const seen: string[] = [];
      let adding: Promise<unknown> = Promise.resolve();
      for (let token = ''; ; ) {
        const asked = `pageSize=${PAGE}&${query}${token && `&pageToken=${token}`}`;
        adding = Promise.all([adding, register({ name: 'Listed too' })]);
        const { customers, nextPageToken } = await page(OWNER, asked);
        seen.push(...customers.map(({ id }) => id));
        if (nextPageToken === undefined) break;
        token = nextPageToken;
      }
      await adding;
      const written = seen.filter((id) => id.startsWith('dn2acme'));
      expect(new Set(seen).size).toBe(seen.length);
      expect(written.length).toBe(query.includes('SUSPENDED') ? LARGE / LISTED_STATUSES.length : LARGE);
    }
  },
  WRITE_TIMEOUT_MS,
);
