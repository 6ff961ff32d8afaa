/**
 * The send path, cut at every step: what is lost, and what arrives twice. Faults are put between the functions and AWS, and into the
 * functions' process; no function knows of them. Leases and pauses end because the stack's clock is moved, and only while nothing runs.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AwsCall, Interference } from '../../local/awsEndpoint.ts';
import { SEED, sized } from '../size.ts';
import { type CustomerAnswer, OWNER, ownStack } from '../stack.ts';
import { mailsUnderWay } from '../table.ts';

const portal = ownStack();
const { request } = portal;

const FAULTS = sized(60, 500);
const ROUND = sized(20, 100);
/** Registered while SES is down. */
const OUTAGE_CUSTOMERS = sized(20, 200);
/** Every lease is over by then, and every pause: an hour is the longest. */
const HOUR_AND_MORE_MS = 65 * 60_000;
/** No mail is cut off more often than that. */
const MAX_RUNS = 30;
/** On a machine that does nothing else the long form takes a fraction of this. */
const PATIENCE_MS = 900_000;
/** The SDK tries three times: what is to fail has to fail as often. */
const SDK_ATTEMPTS = 3;

const STEPS = ['read event', 'read customer', 'take', 'send', 'mark', 'report'] as const;
type Step = (typeof STEPS)[number];
/** `before`: the request is lost; `after`: its answer is; `kill…`: the process dies at that moment. */
const LOSSES = ['before', 'after'] as const;
const KILLS = ['kill before', 'kill after'] as const;
type Cut = (typeof LOSSES | typeof KILLS)[number];
type Plan = { step: Step; cut: Cut; times: number };

/** Numbers that look random and are the same for the same seed (mulberry32), so that a failure can be run again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomFrom(SEED);
/** Requests come in any order: they have numbers of their own, so that the plans stay the same. */
const randomForQueries = randomFrom(SEED + 1);
const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** Which step of which customer's mail a request is. */
function stepOf({ functionName, service, input }: AwsCall): { step: Step; customerId: string } | undefined {
  const text = JSON.stringify(input);
  const [, customerId = ''] = /(dn2[a-z0-9]{17})/.exec(text) ?? [];
  if (service === 'ses') return { step: 'send', customerId: String(input['Tags.member.1.Value']) };
  if (functionName === 'recordDelivery')
    return text.includes('TransactItems') ? { step: 'report', customerId } : undefined;
  if (functionName !== 'deliverMail' || customerId === '') return undefined;
  if (text.includes('mails[')) return { step: 'mark', customerId };
  if (text.includes(':leased')) return { step: 'take', customerId };
  if (text.includes('"Key"') && text.includes('EVENT#') && !text.includes('Update'))
    return { step: 'read event', customerId };
  return text.includes('"CUSTOMER"') && !text.includes('Update') ? { step: 'read customer', customerId } : undefined;
}

const plans = new Map<string, Plan>();
/** What has happened to each mail, in order. */
const histories = new Map<string, ('accepted' | 'marked')[]>();
let injected = 0;

const kill = (functionName: string) => portal.stack.coldStart(functionName);

function interfere(call: AwsCall): Interference | undefined {
  const found = stepOf(call);
  if (!found) {
    // The due index has nobody's mail in particular: one query in ten fails.
    const cut =
      plans.size > 0 && call.functionName === 'deliverMail' && call.operation === 'Query' && randomForQueries() < 0.1;
    return cut ? { before: () => 'refuse' } : undefined;
  }
  const { step, customerId } = found;
  const remember = (): undefined => {
    const what = step === 'send' ? 'accepted' : step === 'mark' ? 'marked' : undefined;
    if (what) histories.set(customerId, [...(histories.get(customerId) ?? []), what]);
  };
  const plan = plans.get(customerId);
  if (plan?.step !== step || plan.times === 0) return { after: remember };
  plan.times -= 1;
  if (plan.times === 0) injected += 1;
  const die = () => {
    void kill(call.functionName);
    return 'refuse' as const;
  };
  switch (plan.cut) {
    case 'before':
      return { before: () => 'refuse' };
    case 'after':
      return { after: () => remember() ?? 'refuse' };
    case 'kill before':
      return { before: die };
    case 'kill after':
      return { after: () => remember() ?? die() };
  }
}

/** Registers customers while the stream stands still, and plans a fault for each. */
async function registered(count: number, plan: () => Plan | undefined): Promise<CustomerAnswer[]> {
  portal.stack.stream.mode = 'paused';
  const rows = Array.from({ length: count }, () => {
    customers += 1;
    return { name: `Customer ${customers}`, email: `fault-${customers}@client.example` };
  });
  const { body } = await request<{ results: { customer: CustomerAnswer }[] }>('POST', '/v1/customers/batch', {
    as: OWNER,
    body: { customers: rows },
  });
  const all = body.results.map(({ customer }) => customer);
  for (const { id } of all) {
    const planned = plan();
    if (planned) plans.set(id, planned);
  }
  return all;
}
let customers = 0;

/** Lets the stream, and then the schedule, do their work, however often they are cut off, until no mail waits any more. */
async function delivered(): Promise<void> {
  await portal.stack.idle();
  portal.stack.stream.mode = 'paused';
  for (let runs = 0; (await mailsUnderWay(portal.stack)) > 0; runs++) {
    expect(runs, 'runs of the schedule, with mails still waiting').toBeLessThan(MAX_RUNS);
    portal.stack.clock.advance(HOUR_AND_MORE_MS);
    await portal.stack.runSchedule('deliverMail').catch(() => undefined);
    await portal.stack.idle();
  }
}

const copiesOf = ({ email }: CustomerAnswer) =>
  portal.stack.inbox().filter(({ destination }) => destination.to.includes(email ?? '')).length;

beforeEach(() => {
  plans.clear();
  portal.stack.aws.interfere = interfere;
  portal.stack.reports.mode = 'running';
});

describe(`with the send path cut at random (SEED=${SEED})`, () => {
  test(`${FAULTS} times at every step, no mail is lost and none arrives twice`, { timeout: PATIENCE_MS }, async () => {
    const all: CustomerAnswer[] = [];
    const cutAt = new Set<Step>();
    for (let round = 0; injected < FAULTS; round++) {
      const some = await registered(ROUND, () => {
        const step = one(STEPS);
        // Killing takes time, since the next process has to start, and takes all mails with it that the process has under way: one
        // fault in ten is enough of it. Reports share one process here, which they don't on AWS: it isn't killed.
        const cut = random() < 0.1 && step !== 'report' ? one(KILLS) : one(LOSSES);
        cutAt.add(step);
        return { step, cut, times: cut.startsWith('kill') ? 1 : step === 'send' ? 1 : SDK_ATTEMPTS };
      });
      all.push(...some);
      // Every third time the stream loses its records, and the schedule has to find them all.
      portal.stack.stream.mode = round % 3 === 2 ? 'losing' : 'running';
      await delivered();
    }
    expect([...cutAt].sort()).toEqual([...STEPS].sort());
    expect(all.map(copiesOf).filter((copies) => copies !== 1)).toEqual([]);
  });

  test('and no report of SES coming through, a mail arrives twice only where its sender died or heard nothing before the mark', {
    timeout: PATIENCE_MS,
  }, async () => {
    portal.stack.reports.mode = 'losing';
    const steps: Plan[] = [
      { step: 'send', cut: 'after', times: 1 },
      { step: 'send', cut: 'kill after', times: 1 },
      { step: 'mark', cut: 'kill before', times: 1 },
      { step: 'mark', cut: 'kill after', times: 1 },
    ];
    const all = await registered(ROUND / 2, () => (random() < 0.3 ? { ...one(steps) } : undefined));
    portal.stack.stream.mode = 'running';
    await delivered();
    expect(all.filter((customer) => copiesOf(customer) === 0)).toEqual([]);
    const doubled = all.filter((customer) => copiesOf(customer) > 1);
    expect(doubled.length).toBeGreaterThan(0);
    for (const { id } of doubled) {
      const history = histories.get(id) ?? [];
      // Never accepted again once it was marked.
      expect(history.indexOf('marked')).toBeGreaterThan(history.lastIndexOf('accepted'));
    }
  });
});

test(`with SES not answering, the API goes on: ${OUTAGE_CUSTOMERS} customers are registered, and all their mails arrive afterwards, once`, {
  timeout: PATIENCE_MS,
}, async () => {
  portal.stack.stream.mode = 'running';
  const ended = Promise.withResolvers<void>();
  let asked = 0;
  portal.stack.aws.interfere = (call) => {
    if (call.service !== 'ses') return interfere(call);
    asked += 1;
    return { before: () => ended.promise.then(() => 'refuse' as const) };
  };
  const all: CustomerAnswer[] = [];
  // Until the last of them is answered, SES answers nobody: a registration that waited for its mail would never be.
  for (let i = 0; i < OUTAGE_CUSTOMERS; i++)
    all.push(await portal.register({ email: `outage-${++customers}@client.example` }));
  await expect.poll(() => asked).toBeGreaterThan(0);
  expect(all.map(copiesOf).filter((copies) => copies > 0)).toEqual([]);
  ended.resolve();
  await portal.stack.idle();
  portal.stack.aws.interfere = interfere;
  await delivered();
  expect(all.map(copiesOf).filter((copies) => copies !== 1)).toEqual([]);
});
