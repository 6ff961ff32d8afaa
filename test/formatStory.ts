/**
 * A story that writes every kind of item, over HTTP, with mails, their reports and the cleanup. Its items are kept for each released format
 * (`test/data/formats`), so that later versions prove that they read them.
 */
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { ELIGIBLE } from '../local/demoAccounts.ts';
import { readStackDefinition } from '../local/stackDefinition.ts';
import { synthesize } from '../local/synthesize.ts';
import * as keys from '../shared/table/keys.ts';
import type { Item } from '../shared/table/table.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, type TestPortal } from './stack.ts';
import { itemsOf } from './table.ts';

/** The key of the emailed links: the recorded links have to work in later runs. */
const LINK_KEY = JSON.stringify({ current: 'k1', k1: 'a-key-that-is-only-used-in-the-tests-of-formats' });
/** When every story begins: the deadlines of the kept items don't depend on the day on which they were recorded. */
const BEGIN = new Date('2026-06-01T08:00:00.000Z');
/** After the retention of `vng`, a declined customer is removed. */
const REMOVED_AFTER_MS = 31 * DAY_MS;
/** A function counts its requests of a partner beyond five in a moment. */
const COUNTED_REQUESTS = 8;

/** The customers of the story, by the state that they are left in. */
const CUSTOMERS = [
  'removed',
  'waiting',
  'resendable',
  'late',
  'awaiting',
  'rejectable',
  'active',
  'suspended',
  'declined',
  'rejected',
  'blocked',
  'deleted',
  'bounced',
  'owed',
] as const;
export type StoryCustomer = (typeof CUSTOMERS)[number];

/** What the story leaves behind, beside the items: ids, accounts, and the tokens of the emailed links. */
export type Told = {
  partner: string;
  owner: string;
  invited: string;
  customers: Record<StoryCustomer, { id: string; email: string; token?: string }>;
  clouds: { created: string; linked: string; linkable: string };
};

/** The account of a customer. Accounts of different stories differ. */
const accountOf = (partner: string, customer: string) => `${customer}@${partner}-clients.example`;

/** Lets the emailed links of a stack that will run on a folder have the key of all stories. */
export async function keepLinkKey(directory: string): Promise<void> {
  const { secrets } = readStackDefinition(await synthesize('vng'));
  writeFileSync(
    `${directory}/secrets.json`,
    JSON.stringify(Object.fromEntries(secrets.map(({ name }) => [name, LINK_KEY]))),
  );
}

/**
 * Plays the story on a stack of the program `vng`.
 *
 * @param partner the id of the partner that the story is about
 */
export async function tellStory({ stack, request, linkToken, mailsTo }: TestPortal, partner: string): Promise<Told> {
  const [owner, viewer, leaving, invited, joined] = ['owner', 'viewer', 'leaving', 'invited', 'joined'].map(
    (mailbox) => `${mailbox}@${partner}.example`,
  ) as [string, string, string, string, string];
  const robot = `${partner}-robot`;
  const customers = {} as Told['customers'];
  const send = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    as: string,
    body?: object,
    key?: string,
  ): Promise<Body> => {
    const answer = await request<Body>(method, path, { as, body, ...(key !== undefined && { key }) });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  const member = (id: string, role: string) =>
    send('PUT', `/v1/provider/partners/${partner}/members/${encodeURIComponent(id)}`, OPERATOR, {
      roles: [`billing.accounts.${role}`],
    });
  const register = async (customer: StoryCustomer, mailbox: string = customer) => {
    const email = accountOf(partner, mailbox);
    await send('PUT', `/v1/provider/accounts/${email}`, OPERATOR, ELIGIBLE);
    const body = { name: `ООО «${customer}»`, email, adminEmails: [viewer], person: { phone: '+7 812 555-01-02' } };
    const { id } = await send<CustomerAnswer>('POST', '/v1/customers', owner, body, `register-${customer}`);
    customers[customer] = { id, email };
  };
  const invite = async (customer: StoryCustomer) => {
    await register(customer);
    customers[customer].token = await linkToken(customers[customer].email);
  };
  const path = (customer: StoryCustomer) => `/v1/customers/${customers[customer].id}`;
  const decline = (customer: StoryCustomer, more: object = {}) =>
    send('POST', `${path(customer)}/invite/decline`, customers[customer].email, more);
  const confirm = async (customer: StoryCustomer) => {
    await invite(customer);
    const { token } = customers[customer];
    const accepted = { body: { token }, key: `accept-${customer}` };
    expect(await request('POST', '/v1/invites/accept', accepted)).toMatchObject({ status: 200 });
  };

  stack.clock.set(BEGIN);
  await send('PUT', `/v1/provider/partners/${partner}`, OPERATOR, {
    name: 'Kept Partner',
    paid: true,
    owners: [owner],
    domains: [`${partner}.example`],
  });
  await send('PUT', `/v1/provider/service-accounts/${robot}`, OPERATOR, { partnerId: partner });
  await member(robot, 'editor');
  await member(viewer, 'viewer');
  await member(leaving, 'admin');
  await send('DELETE', `/v1/members/${leaving}`, owner);

  await invite('removed');
  await decline('removed');
  stack.clock.advance(REMOVED_AFTER_MS);
  await stack.runExpire();

  for (const email of [`invited@elsewhere-${partner}.example`, `joined@elsewhere-${partner}.example`])
    await send('PUT', `/v1/members/${email}`, owner, { roles: ['billing.accounts.viewer'] });
  const elsewhere = (mailbox: string) => mailbox.replace('@', '@elsewhere-');
  await send('POST', `/v1/me/memberships/${partner}/accept`, elsewhere(joined), {}, 'join');
  await Promise.all((['waiting', 'resendable', 'late', 'declined', 'blocked', 'deleted'] as const).map(invite));
  await decline('declined');
  await decline('blocked', { noMoreInvitations: true });
  await Promise.all((['awaiting', 'rejectable', 'rejected', 'active', 'suspended'] as const).map(confirm));
  await send('POST', `${path('rejected')}/reject`, OPERATOR, { reason: 'no contract' });
  for (const customer of ['active', 'suspended'] as const) await send('POST', `${path(customer)}/approve`, OPERATOR);
  await send('DELETE', path('deleted'), owner);
  await register('bounced', 'bounce');
  await mailsTo(customers.bounced.email);
  await stack.idle();

  const account = `/v1/provider/accounts/${customers.active.email}/clouds`;
  const grants = [{ email: owner, roleId: 'resource-manager.clouds.owner', grantedAt: '2026-01-01T00:00:00Z' }];
  const clouds = { created: '', linked: `b1g${partner}linked`, linkable: `b1g${partner}linkable` };
  for (const id of [clouds.linked, clouds.linkable])
    await send('PUT', `${account}/${id}`, OPERATOR, { name: id, grants, outstandingCharges: false });
  const { id } = await send<{ id: string }>('POST', `${path('active')}/clouds`, owner, { name: 'created' }, 'create');
  clouds.created = id;
  await send('POST', `${path('active')}/clouds/link`, owner, { cloudId: clouds.linked });
  const delta = (roleId: string, subject: object) => ({ deltas: [{ action: 'ADD', roleId, subject }] });
  const person = { id: `bound@${partner}-clients.example`, type: 'USER' };
  await send('PATCH', `${path('active')}/access`, owner, delta('billing.accounts.viewer', person));
  await send(
    'PATCH',
    `/v1/me/clouds/${clouds.linkable}/access`,
    customers.active.email,
    delta('resource-manager.clouds.member', { id: partner, type: 'PARTNER' }),
  );
  await send('GET', `/v1/provider/approvals/${customers.awaiting.id}`, OPERATOR);
  for (let n = 0; n < COUNTED_REQUESTS; n++) await send('GET', '/v1/members', owner);

  // The mails after this are left for later: one at once, one in the partner's queue, and the notice of the bounce.
  stack.stream.mode = 'paused';
  await register('owed');
  await send('POST', `${path('suspended')}/suspend`, owner, { reason: 'unpaid' }, 'suspend');
  await stack.idle();
  return { partner, owner, invited: elsewhere(invited), customers, clouds };
}

/** The items that the story of a partner has left, in the order of their keys. */
export const storyItems = async ({ stack }: TestPortal): Promise<Item[]> =>
  (await itemsOf(stack)).sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));

const nameOf = ({ pk, sk }: keys.Key) => `${pk} ${sk}`;

/** The kind of an item, by its key: `CUSTOMER EVENT`, `PERSON CUSTOMER#BOUND_TO`. */
export const kindOf = ({ pk, sk }: keys.Key): string => {
  const partition = pk.replace(/#.*/s, '').replace(/^(USER|SERVICE_ACCOUNT)$/, 'SUBJECT');
  return `${partition} ${/^[A-Z_]+(#(INVITED_BY|BOUND_TO))?/.exec(sk)?.[0]}`;
};

/** All kinds of items, by the functions that make their keys. */
export function allKinds(): string[] {
  const anyKeys = Object.entries(keys).flatMap(([name, made]: [string, unknown]): keys.Key[] => {
    if (!/(Key|_KEY)$/.test(name)) return [];
    const key = typeof made === 'function' ? made('USER#x', 'USER#x') : made;
    return typeof key === 'object' ? [key] : [];
  });
  return [...new Set(anyKeys.map(kindOf))].sort();
}
