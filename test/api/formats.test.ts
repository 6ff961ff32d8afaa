/**
 * Items that each format's own version has written stay readable: the records in `test/data/formats` are never changed after the release of
 * their format. `npm run formats:record` writes the record of the current format.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { releasedTable } from '../../infra/tableRelease.ts';
import { FORMAT, formatOf } from '../../shared/table/format.ts';
import { customerKey } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { allKinds, keepLinkKey, kindOf, type StoryCustomer, storyItems, type Told, tellStory } from '../formatStory.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, ownStack } from '../stack.ts';
import { itemAt, writeItems } from '../table.ts';

const MINUTE_MS = 60_000;
const RECORDS = join(import.meta.dirname, '../data/formats');
const recordOf = (format: number | string) => join(RECORDS, String(format), 'vng.jsonl');
const isRecording = process.env['RECORD'] !== undefined;
const recorded = readdirSync(RECORDS)
  .map(Number)
  .filter((format) => existsSync(recordOf(format)))
  .sort();

/** A story, when it ended, and the items that it left. */
type Kept = { told: Told; at: string; items: Item[] };

function read(format: number): Kept {
  const [about = '', ...items] = readFileSync(recordOf(format), 'utf8').trim().split('\n');
  return { ...(JSON.parse(about) as Omit<Kept, 'items'>), items: items.map((line) => JSON.parse(line) as Item) };
}

const directory = mkdtempSync(join(inject('runDirectory'), 'formats-'));
await keepLinkKey(directory);
const portal = ownStack({ program: 'vng', demoData: false, throttling: true, directory });
const { request, mailsTo } = portal;

async function send<Body = Record<string, unknown>>(method: string, path: string, as: string, body?: object, key = '') {
  const answer = await request<Body>(method, path, { as, body, ...(key !== '' && { key }) });
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer;
}

describe('the items of this version', () => {
  let items: Item[] = [];
  beforeAll(async () => {
    const told = await tellStory(portal, isRecording ? `format-${FORMAT}` : 'format-now');
    items = await storyItems(portal);
    portal.stack.stream.mode = 'running';
    if (!isRecording) return;
    expect(releasedTable().format, 'a released record stays: raise FORMAT in shared/table/format.ts').not.toBe(FORMAT);
    mkdirSync(dirname(recordOf(FORMAT)), { recursive: true });
    const about = { told, at: new Date(portal.stack.clock.now()) };
    writeFileSync(recordOf(FORMAT), [about, ...items].map((each) => `${JSON.stringify(each)}\n`).join(''));
  });

  test('have the format of this version', () => {
    expect(items.filter((item) => formatOf(item) !== FORMAT)).toEqual([]);
  });

  test('are of every kind that there is, and each kind is recorded', () => {
    const kinds = [...new Set(items.map(kindOf))].sort();
    expect(kinds).toEqual(expect.arrayContaining(allKinds()));
    expect([...new Set(read(FORMAT).items.map(kindOf))].sort()).toEqual(kinds);
  });

  test('have no attribute that the recorded items of their format lack', () => {
    const attributes = (all: Item[]) =>
      new Set(
        all.flatMap((item) => Object.entries(item).map(([name, value]) => `${kindOf(item)} ${name}: ${typeof value}`)),
      );
    const known = attributes(read(FORMAT).items);
    expect([...attributes(items)].filter((each) => !known.has(each))).toEqual([]);
  });
});

test('every released format is recorded', () => {
  for (let format = 0; format <= releasedTable().format; format++) expect(existsSync(recordOf(format))).toBe(true);
  expect(isRecording ? FORMAT : recorded.at(-1)).toBe(FORMAT);
});

/** All other tests read items of this version's format. */
const READ = sized(
  recorded.filter((format) => format !== FORMAT),
  recorded,
);
describe.skipIf(isRecording).each(READ)('customers and partners of the format %i', (format) => {
  const { told, at, items } = read(format);
  const { partner, owner, invited, customers, clouds } = told;
  const pathOf = (customer: StoryCustomer) => `/v1/customers/${customers[customer].id}`;
  const statusOf = async (customer: StoryCustomer) =>
    (await send<CustomerAnswer>('GET', pathOf(customer), owner)).body.status;

  beforeAll(async () => {
    portal.stack.clock.set(new Date(at));
    await writeItems(portal.stack, items);
  });

  test('are read, listed and found', async () => {
    const stored: Partial<Record<StoryCustomer, string>> = {
      ...{ waiting: 'VERIFICATION_REQUIRED', bounced: 'VERIFICATION_REQUIRED', awaiting: 'APPROVAL_REQUIRED' },
      ...{ active: 'ACTIVE', suspended: 'SUSPENDED', declined: 'DECLINED', rejected: 'REJECTED', blocked: 'DECLINED' },
    };
    for (const [customer, status] of Object.entries(stored))
      expect(await statusOf(customer as StoryCustomer), customer).toBe(status);
    for (const customer of ['removed', 'deleted'] as const)
      expect(await request('GET', pathOf(customer), { as: owner })).toMatchObject({ status: 404 });
    const idsOf = async (query: string) =>
      (await send<{ customers: CustomerAnswer[] }>('GET', `/v1/customers${query}`, owner)).body.customers.map(
        ({ id }) => id,
      );
    expect(await idsOf('')).toHaveLength(Object.keys(customers).length - 2);
    expect(await idsOf('?status=ACTIVE')).toEqual([customers.active.id]);
    expect(await idsOf(`?query=${encodeURIComponent('ООО susp')}`)).toEqual([customers.suspended.id]);
    expect(await idsOf(`?query=${customers.waiting.email}`)).toEqual([customers.waiting.id]);
    const approvals = await send<{ customers: CustomerAnswer[] }>('GET', '/v1/provider/approvals', OPERATOR);
    expect(approvals.body.customers.map(({ id }) => id)).toContain(customers.awaiting.id);
    const bounced = await send<CustomerAnswer>('GET', pathOf('bounced'), owner);
    expect(bounced.body.delivery).toMatchObject({ status: 'BOUNCED', permanent: true });
  });

  test('have their history, clouds, access and members', async () => {
    const { active } = customers;
    const { body: history } = await send<{ events: { type: string; mails?: { status: string }[] }[] }>(
      'GET',
      `${pathOf('active')}/events`,
      owner,
    );
    expect(history.events.map(({ type }) => type).sort()).toEqual(
      [
        ...[
          'CustomerInvited',
          'InvitationAccepted',
          'CustomerApproved',
          'CloudCreated',
          'CloudLinked',
          'AccessUpdated',
        ],
      ].sort(),
    );
    expect(history.events.find(({ type }) => type === 'CustomerInvited')?.mails).toMatchObject([
      { status: 'DELIVERED' },
    ]);
    const own = await send<{ clouds: { id: string }[] }>('GET', `${pathOf('active')}/clouds`, owner);
    expect(own.body.clouds.map(({ id }) => id).sort()).toEqual([clouds.created, clouds.linked].sort());
    const linkable = await send<{ clouds: { id: string }[] }>('GET', `${pathOf('active')}/linkable-clouds`, owner);
    expect(JSON.stringify(linkable.body)).toContain(clouds.linkable);
    expect(JSON.stringify((await send('GET', '/v1/me/clouds', active.email)).body)).toContain(clouds.linkable);
    const access = await send('GET', `${pathOf('active')}/access`, owner);
    expect(JSON.stringify(access.body)).toContain(`bound@${partner}-clients.example`);
    const members = await send<{ members: { status: string }[] }>('GET', '/v1/members', owner);
    expect(members.body.members.map(({ status }) => status).sort()).toEqual([
      ...['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'INVITED'],
    ]);
    const log = await send<{ events: { type: string }[] }>('GET', '/v1/partner/events', owner);
    expect(log.body.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['MemberInvited', 'CustomerViewed']),
    );
    const blocked = await send('GET', '/v1/me/blocked-partners', customers.blocked.email);
    expect(JSON.stringify(blocked.body)).toContain(partner);
  });

  test('answer repeated requests as the first time', async () => {
    const again = await send('POST', `${pathOf('suspended')}/suspend`, owner, { reason: 'unpaid' }, 'suspend');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toMatchObject({ status: 'SUSPENDED' });
    const { email } = customers.removed;
    const body = { name: 'ООО «removed»', email };
    expect(await request('POST', '/v1/customers', { as: owner, body, key: 'register-removed' })).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_DELETED' },
    });
  });

  test('get the mails that they are owed', async () => {
    await mailsTo(customers.owed.email);
    await portal.stack.runSchedule('deliverMail');
    await portal.stack.idle();
    const subjects = (address: string) =>
      portal.stack
        .inbox()
        .filter(({ destination }) => destination.to.includes(address))
        .map(({ subject }) => subject);
    expect(subjects(customers.suspended.email).at(-1)).toMatch(/suspended/i);
    expect(subjects(owner).filter((subject) => /«bounced»/.test(subject))).toHaveLength(1);
  });

  test('are confirmed by their emailed link, and approved or rejected', async () => {
    const token = customers.waiting.token ?? '';
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
      status: 200,
      body: { status: 'APPROVAL_REQUIRED' },
    });
    for (const customer of ['waiting', 'awaiting'] as const) {
      await send('POST', `${pathOf(customer)}/approve`, OPERATOR);
      expect(await statusOf(customer)).toBe('ACTIVE');
    }
    await send('POST', `${pathOf('rejectable')}/reject`, OPERATOR, { reason: 'no contract' });
    expect(await statusOf('rejectable')).toBe('REJECTED');
  });

  test('are invited again, suspended, activated, deleted, and linked to clouds', async () => {
    portal.stack.clock.advance(5 * MINUTE_MS);
    await send('POST', `${pathOf('resendable')}/invite/resend`, owner);
    await mailsTo(customers.resendable.email);
    await send('POST', `${pathOf('suspended')}/activate`, owner);
    await send('PATCH', pathOf('suspended'), owner, { friendlyName: 'Changed' });
    await send('DELETE', pathOf('blocked'), owner);
    await send('POST', `${pathOf('active')}/clouds/link`, owner, { cloudId: clouds.linkable });
    await send('DELETE', `${pathOf('active')}/clouds/${clouds.linked}`, owner);
    const subject = { id: `bound@${partner}-clients.example`, type: 'USER' };
    const roleId = 'billing.accounts.viewer';
    await send('PATCH', `${pathOf('active')}/access`, owner, { deltas: [{ action: 'REMOVE', roleId, subject }] });
    expect(await statusOf('suspended')).toBe('ACTIVE');
  });

  test('have members that accept, change and go', async () => {
    await send('POST', `/v1/me/memberships/${partner}/accept`, invited);
    await send('PUT', `/v1/members/${invited}`, owner, { roles: ['billing.accounts.editor'] });
    await send('DELETE', `/v1/members/${invited}`, owner);
    expect(await request('GET', '/v1/customers', { as: invited })).toMatchObject({ status: 403 });
  });

  test('are stored in the format of this version after a change', async () => {
    for (const customer of ['waiting', 'suspended', 'active'] as const)
      expect(formatOf((await itemAt(portal.stack, customerKey(customers[customer].id))) ?? {}), customer).toBe(FORMAT);
  });

  test('expire, and are removed after their retention', async () => {
    portal.stack.clock.advance(15 * DAY_MS);
    expect(await statusOf('late')).toBe('EXPIRED');
    await portal.stack.runExpire();
    expect(await statusOf('late')).toBe('EXPIRED');
    portal.stack.clock.advance(31 * DAY_MS);
    await portal.stack.runExpire();
    for (const customer of ['late', 'declined', 'rejected'] as const) {
      const key = customerKey(customers[customer].id);
      expect(await itemAt(portal.stack, key)).toMatchObject({ removedAt: expect.any(String), format: FORMAT });
    }
  });
});
