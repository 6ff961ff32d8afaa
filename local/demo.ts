/** `npm run demo`: plays the whole story on the running stack, over HTTP and the inbox, and prints each step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { requireRunningStack } from '../cli/runningStack.ts';
import { accountOf, type Cloud, type Customer, ELIGIBLE, handshake, linkIn, mailIn, tellerOf } from '../cli/story.ts';
import { LINKING_ROLE } from '../shared/cloud/accountCloud.ts';
import type { membership, myCloud, partnerEvent } from '../shared/contract/contract.ts';

const DAY_MS = 24 * 60 * 60_000;

const { portalUrl, oidcIssuer, sesUrl } = await requireRunningStack();
const begunAt = new Date();
/** Makes the addresses and clouds of this run unique. */
const run = Date.now().toString(36);
const token = async (account: string) => (await fetch(`${oidcIssuer}/local/token?account=${account}`)).text();
const owner = await token('owner@acme.example');
const operator = await token('operator@provider.example');
const teller = tellerOf(portalUrl);
const { step, say, expect, send, call } = teller;

const body = JSON.parse(readFileSync(join(import.meta.dirname, '../test/data/customer.json'), 'utf8')) as object;
const email = `ivan.petrov.${run}@yandex.ru`;
const lateEmail = `late.${run}@yandex.ru`;
const mailed = async (address: string) => {
  const mail = await mailIn(sesUrl, address, begunAt);
  say(`“${mail.subject}”, to ${mail.destination.to}`);
  return mail;
};

const { customer: created } = await handshake({
  teller,
  operator,
  owner,
  registration: { ...body, email },
  cloudName: `production-${run}`,
  mailedLink: async (address) => linkIn((await mailed(address)).body.text),
});

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
const linked = await call<Cloud>('POST', `/v1/customers/${created.id}/clouds/link`, owner, {
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
await call('PUT', accountOf(lateEmail), operator, ELIGIBLE);
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
await mailed(colleague);
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

async function local(command: string, json?: object): Promise<unknown> {
  const response = await fetch(`${oidcIssuer}/local/${command}`, {
    method: 'POST',
    ...(json && { body: JSON.stringify(json) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
