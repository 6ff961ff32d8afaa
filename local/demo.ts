/** `npm run demo`: plays the whole story on the running stack, over HTTP and the inbox, and prints each step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { requireRunningStack } from '../cli/runningStack.ts';
import { LINKING_ROLE } from '../shared/cloud/accountCloud.ts';
import type { cloud, customer, invitation, membership, myCloud, partnerEvent } from '../shared/contract/contract.ts';
import { ELIGIBLE } from './demoAccounts.ts';
import { linkIn, type Mail } from './inbox.ts';

type Customer = z.output<typeof customer>;

/** The longest wait for a mail: the stream sends it within a second, or else the schedule within two minutes. */
const MAIL_PATIENCE_MS = 150_000;
const DAY_MS = 24 * 60 * 60_000;

const { portalUrl, oidcIssuer, sesUrl } = await requireRunningStack();
/** Seconds since 1970. */
const begunAt = Math.floor(Date.now() / 1000);
/** Makes the addresses and clouds of this run unique. */
const run = Date.now().toString(36);
const token = async (account: string) => (await fetch(`${oidcIssuer}/local/token?account=${account}`)).text();
const owner = await token('owner@acme.example');
const operator = await token('operator@provider.example');
let steps = 0;

const body = JSON.parse(readFileSync(join(import.meta.dirname, '../test/data/customer.json'), 'utf8')) as object;
const email = `ivan.petrov.${run}@yandex.ru`;
const lateEmail = `late.${run}@yandex.ru`;
const accountOf = (address: string) => `/v1/provider/accounts/${encodeURIComponent(address)}`;

step('The provider knows both accounts: they are registered and prepaid, and meet the rules of every program');
for (const address of [email, lateEmail]) {
  await call('PUT', accountOf(address), operator, ELIGIBLE);
}

step('The partner registers a customer');
const created = await call<Customer>('POST', '/v1/customers', owner, { ...body, email });
say(`${created.id} “${created.name}”: ${created.statusLabel}`);

step('The customer finds the invitation in its mailbox');
const link = linkIn(await mailTo(email));

step('The customer opens the link: this changes nothing');
const page = await fetch(link);
if (!page.ok) throw new Error(`${link} answers ${page.status}`);
const linkToken = new URL(link).hash.replace('#token=', '');
const preview = await call<z.output<typeof invitation>>('POST', '/v1/invites/preview', undefined, { token: linkToken });
say(`“${preview.partner.name}” invites “${preview.name}” until ${preview.invite?.expiresAt}`);
const unchanged = await call<Customer>('GET', `/v1/customers/${created.id}`, owner);
expect(unchanged.version === created.version, 'the customer is as it was');
say(`${unchanged.statusLabel}, version ${unchanged.version}, as before`);

step('The customer confirms');
const accepted = await call<z.output<typeof invitation>>('POST', '/v1/invites/accept', undefined, { token: linkToken });
say(accepted.statusLabel);
if (accepted.status === 'APPROVAL_REQUIRED') {
  step('Under this program, the provider approves the customer');
  await call('POST', `/v1/customers/${created.id}/approve`, operator);
}
const active = await call<Customer>('GET', `/v1/customers/${created.id}`, owner);
expect(active.status === 'ACTIVE', 'the customer is active');
say(`${active.statusLabel}; organization “${active.organization?.name}”`);

step('The partner creates a cloud');
const made = await call<z.output<typeof cloud>>('POST', `/v1/customers/${created.id}/clouds`, owner, {
  name: `production-${run}`,
});
say(`${made.id} ${made.name}, billed to ${made.billingAccountId}`);

step(
  'The customer already had a cloud, and gave an owner of the partner a role on it yesterday: the owner links the cloud',
);
const cloudId = `b1g-${run}`;
await call('PUT', `${accountOf(email)}/clouds/${cloudId}`, operator, {
  name: 'legacy',
  grants: [
    { email: 'owner@acme.example', roleId: LINKING_ROLE, grantedAt: new Date(Date.now() - DAY_MS).toISOString() },
  ],
  billedTo: 'old-account',
  outstandingCharges: true,
});
const linked = await call<z.output<typeof cloud>>('POST', `/v1/customers/${created.id}/clouds/link`, owner, {
  cloudId,
});
say(`${linked.id} ${linked.name}: ${linked.origin}. ${linked.warning?.message}`);

step(
  'The customer sees who has which role on its cloud, revokes the role of the owner, and gives one to the partner as a whole',
);
const holder = await token(encodeURIComponent(email));
const access = `/v1/me/clouds/${cloudId}/access`;
const decided = await call<z.output<typeof myCloud>>('PATCH', access, holder, {
  deltas: [
    { action: 'REMOVE', roleId: LINKING_ROLE, subject: { type: 'USER', id: 'owner@acme.example' } },
    { action: 'ADD', roleId: LINKING_ROLE, subject: { type: 'PARTNER', id: 'acme' } },
  ],
});
expect(decided.access.map(({ subject }) => subject.id).join() === 'acme', 'only the partner has a role on the cloud');
say(`${decided.name}, billed to ${decided.customer?.name}: only the partner has a role on it`);

step('The customer unlinks its cloud: it is billed to the customer directly. Then the customer links it again');
await call('DELETE', `/v1/customers/${created.id}/clouds/${cloudId}`, holder);
const direct = await call<z.output<typeof myCloud>>('GET', access, holder);
expect(direct.billedTo === null, 'the cloud is billed to the customer directly');
await call('POST', `/v1/customers/${created.id}/clouds/link`, holder, { cloudId });
const again = await call<z.output<typeof myCloud>>('GET', access, holder);
say(`${again.name}, billed to ${again.customer?.name}`);

step('Another customer does not answer until its deadline, and the scheduled cleanup runs');
const late = await call<Customer>('POST', '/v1/customers', owner, { name: 'Late', email: lateEmail });
await local('expire-customer', { customerId: late.id });
say(`the cleanup answers ${JSON.stringify(await local('expire'))}`);
const expired = await call<Customer>('GET', `/v1/customers/${late.id}`, owner);
expect(expired.status === 'EXPIRED', 'the other customer has expired');
say(`${expired.id} “${expired.name}”: ${expired.statusLabel}`);

step('The owner invites a colleague, who has no rights before accepting');
const colleague = `colleague.${run}@acme.example`;
const member = await call<{ status: string }>('PUT', `/v1/members/${encodeURIComponent(colleague)}`, owner, {
  roles: ['billing.accounts.editor'],
});
expect(member.status === 'INVITED', 'the colleague is invited');
await mailTo(colleague);
const ofColleague = await token(encodeURIComponent(colleague));
const { memberships } = await call<{ memberships: z.output<typeof membership>[] }>(
  'GET',
  '/v1/me/memberships',
  ofColleague,
);
say(`“${memberships[0]?.partnerName}” invites until ${memberships[0]?.lapsesAt}`);
const { partnerName } = await call<z.output<typeof membership>>(
  'POST',
  `/v1/me/memberships/${memberships[0]?.partnerId}/accept`,
  ofColleague,
);
say(`${colleague} works for “${partnerName}” now`);

step('The partner can’t invite an address of its own as a customer: nobody confirms for another person');
const own = await send('POST', '/v1/customers', owner, { name: 'Own', email: colleague });
const { code, detail } = (await own.json()) as { code: string; detail: string };
expect(code === 'EMAIL_OF_MEMBER', 'the registration is refused');
say(`${code}: ${detail}`);

step('The colleague leaves the partner');
await call('DELETE', `/v1/me/memberships/${memberships[0]?.partnerId}`, ofColleague);

step('The owner reads in the log of the partner who changed what');
const { events } = await call<{ events: z.output<typeof partnerEvent>[] }>(
  'GET',
  '/v1/partner/events?pageSize=2',
  owner,
);
for (const { type, actor } of events) say(`${type}, by ${actor}`);
expect(events[0]?.type === 'MemberLeft', 'the newest entry is the departure');

console.log(`\nThat was the whole story. The mails are at ${sesUrl}`);

function step(title: string): void {
  steps += 1;
  console.log(`\n${steps}. ${title}`);
}

function say(what: string): void {
  console.log(`   ${what}`);
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`Expected that ${what}`);
}

async function send(method: string, path: string, accessToken?: string, json?: object): Promise<Response> {
  const response = await fetch(portalUrl + path, {
    method,
    headers: {
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  say(`${method} ${path} → ${response.status}`);
  return response;
}

async function call<Answer>(method: string, path: string, accessToken?: string, json?: object): Promise<Answer> {
  const response = await send(method, path, accessToken, json);
  if (!response.ok) throw new Error(await response.text());
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

async function local(command: string, json?: object): Promise<unknown> {
  const response = await fetch(`${oidcIssuer}/local/${command}`, {
    method: 'POST',
    ...(json && { body: JSON.stringify(json) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function mailTo(address: string): Promise<Mail> {
  for (const patience = Date.now() + MAIL_PATIENCE_MS; Date.now() < patience; await setTimeout(200)) {
    const { emails } = (await (await fetch(`${sesUrl}/store?since=${begunAt}`)).json()) as { emails: Mail[] };
    const mail = emails.find(({ destination }) => destination.to.includes(address));
    if (mail) {
      say(`“${mail.subject}”, to ${mail.destination.to}`);
      return mail;
    }
  }
  throw new Error(`No mail to ${address} has come`);
}
