/** What functions measure over HTTP and on their schedules: the numbers of the alarms and of the dashboard. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { testStack } from '../stack.ts';
import { setInvited } from '../table.ts';

const portal = testStack();
const { partner, request, register, letExpire } = portal;

type Directive = { Namespace: string; Metrics: { Name: string }[] };
type Line = { [field: string]: unknown; _aws?: { CloudWatchMetrics: Directive[] } };

/** The lines of all functions, or of one. */
const lines = (functionName = '*'): Line[] =>
  globSync(join(portal.stack.directory, `logs/${functionName}.log`)).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line),
  );
/** The metrics in lines, such as `runs 1`. All are in the namespace of the environment. */
const metricsIn = (measured: Line[]): string[] =>
  measured.flatMap((line) =>
    (line._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Metrics }) => {
      expect(Namespace).toBe('partner-portal-local-us-east-1');
      return Metrics.map(({ Name }) => `${Name} ${line[Name]}`);
    }),
  );
const measuredFor = (customerId: string) =>
  metricsIn(lines().filter((line) => line['customerId'] === customerId)).sort();

test('each event of a customer is counted once, and a repeated request counts nothing', async () => {
  const body = { name: 'Bakery', email: partner.at('counted') };
  const send = () => request('POST', '/v1/customers', { as: partner.owner, key: 'counted-once', body });
  const [{ body: first }, { body: again }] = [await send(), await send()];
  expect(again['id']).toBe(first['id']);
  const id = String(first['id']);
  await expect.poll(() => measuredFor(id)).toEqual(['CustomerInvited 1']);
  expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: body.email })).toMatchObject({ status: 200 });
  await expect.poll(() => measuredFor(id)).toEqual(['CustomerInvited 1', 'InvitationAccepted 1', 'becameActive 1']);
});

test('a run of the cleanup reports that it ran, how long the oldest work was due, and each expiry', async () => {
  const { id } = await register();
  await letExpire(id);
  const before = lines('expireUnconfirmed').length;
  await portal.stack.runSchedule('expireUnconfirmed');
  // A function's last line reaches its file a moment after its answer.
  const run = () => metricsIn(lines('expireUnconfirmed').slice(before));
  await expect
    .poll(run)
    .toEqual(
      expect.arrayContaining(['CustomerExpired 1', 'runs 1', expect.stringMatching(/^longestOverdueSeconds \d+$/)]),
    );
  await expect.poll(() => measuredFor(id)).toEqual(['CustomerExpired 1', 'CustomerInvited 1']);
});

test('a mail is counted when it was sent, and a run of the schedule reports itself', async () => {
  const before = lines('deliverMail').length;
  const { email } = await register();
  await portal.mailsTo(email ?? '');
  await portal.stack.idle();
  const sent = () => metricsIn(lines('deliverMail').slice(before));
  await expect.poll(sent).toContainEqual(expect.stringMatching(/^mailsSent [1-9]/));
  await portal.stack.runSchedule('deliverMail');
  await expect
    .poll(sent)
    .toEqual(expect.arrayContaining(['runs 1', expect.stringMatching(/^longestWaitSeconds \d+$/)]));
});

test('a request that is refused because the invitations of the day are used up is counted, with its partner', async () => {
  await setInvited(portal.stack, partner.id, yandex.invitationsPerDay);
  const refused = await request('POST', '/v1/customers', {
    as: partner.owner,
    body: { name: 'Too many', email: partner.at('too-many') },
  });
  expect(refused).toMatchObject({ status: 429, body: { code: 'INVITATION_LIMIT' } });
  const ofPartner = () => lines('createCustomer').filter(({ partnerId }) => partnerId === partner.id);
  await expect.poll(() => metricsIn(ofPartner())).toContain('invitationLimitRefusals 1');
});
