/**
 * Partners share the rate of mails. The stack's clock stands still while anybody works, and advances when all senders wait for the next
 * second. So the times below are those of SES's rate, on a machine of any speed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { MAIL_QUEUES, mailQueueKey } from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { assemblyWith, OTHER_PARTNER, OWNER, ownStack } from '../stack.ts';
import { eventsOf, itemAt, mailsUnderWay, queueMails, switchStreamOff } from '../table.ts';

/** SES's rate for an account that has left the sandbox. */
const RATE = 14;
const SECOND_MS = 1000;
/** A sender that waits for the next second asks within this time after it has begun. */
const ASKS_WITHIN_MS = 400;
/** The pause between two looks at who works. */
const LOOK_MS = 10;
/** A sender that must wait for the next second has fallen asleep if nobody has called AWS for so many looks. */
const ASLEEP_LOOKS = 5;
/** Without a mail that waits, nobody has work if nobody has called AWS for so many looks. */
const QUIET_LOOKS = 50;
/** The limit of a test that hangs. On a machine that others use, the long form of a test takes a few minutes. */
const PATIENCE_MS = 900_000;
/** A run may take so many times as long as on AWS, by this machine's clock as by the stack's: it sends a thousand mails in the long form. */
const RUN_PATIENCE = sized(6, 20);
const LONGER_THAN_A_RUN_MS = 2 * RUN_PATIENCE * 80 * SECOND_MS;
/** How many mails a run sends at the same time: so many can overtake each other. */
const PARALLEL = 5;
const PARTNERS = Array.from({ length: 10 }, (_, i) => `queued-${i}`);

const portal = ownStack({
  throttling: true,
  patience: RUN_PATIENCE,
  assembly: await assemblyWith({ SES_MAILS_PER_SECOND: String(RATE) }),
});

/** The mails in the order in which SES took them: the partner, and the second of the clock. */
const sent: { partner: string; second: number }[] = [];
let calls = 0;
let underWay = 0;
/** Whether the next mail waits for the next second. */
let isWaiting = false;

/** The customer of which the queued ones are copies. */
let like = '';
beforeAll(async () => {
  const { id, email } = await portal.register();
  await portal.mailsTo(email ?? '');
  like = id;
});

beforeEach(() => {
  const { clock, aws, reports } = portal.stack;
  // Nothing here depends on the reports, and half of the work would be theirs.
  reports.mode = 'losing';
  sent.length = 0;
  clock.freeze();
  aws.interfere = ({ service, input }) => {
    calls += 1;
    underWay += 1;
    if (service === 'ses') {
      const partner = /@(.*)\.example$/.exec(String(input['Destinations.member.1']))?.[1] ?? '';
      sent.push({ partner, second: Math.floor(clock.now() / SECOND_MS) });
    }
    const after = () => {
      underWay -= 1;
      return undefined;
    };
    return { after };
  };
  const stop = portal.stack.observe(({ operation, input, status }) => {
    const beginsSecond = String(input['ConditionExpression']).includes(':ahead');
    if (operation === 'UpdateItem' && beginsSecond && status !== 200) isWaiting = true;
  });
  return () => {
    stop();
    aws.interfere = () => undefined;
    reports.mode = 'running';
    clock.resume();
  };
});

/** Lets the time pass while nobody has anything to do, until a condition holds. */
async function timePassesUntil(isOver: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let before = -1;
  let quiet = 0;
  while (!isOver()) {
    if (performance.now() > end) throw new Error('The test waits in vain.');
    quiet = calls === before && underWay === 0 ? quiet + 1 : 0;
    before = calls;
    if (quiet >= (isWaiting ? ASLEEP_LOOKS : QUIET_LOOKS)) {
      isWaiting = false;
      quiet = 0;
      clock().set(new Date((Math.floor(clock().now() / SECOND_MS) + 1) * SECOND_MS + ASKS_WITHIN_MS));
    }
    await sleep(LOOK_MS);
  }
}

/** Runs the schedule, again and again, until enough mails are sent. */
async function deliverAll(count: number): Promise<void> {
  while (sent.length < count) {
    let isOver = false;
    const running = portal.stack.runSchedule('deliverMail').finally(() => {
      isOver = true;
    });
    await timePassesUntil(() => isOver);
    await running;
  }
}

test('a mail that SES throttles waits in the queue of its partner, which is noted; the note goes when the queue is empty for long', async () => {
  portal.stack.ses.failMail = () => 'throttle';
  const { id, email } = await portal.register({}, OWNER);
  await expect.poll(async () => (await itemAt(portal.stack, mailQueueKey('acme')))?.['due']).toBe(MAIL_QUEUES);
  await portal.stack.idle();
  portal.stack.ses.failMail = () => undefined;
  clock().advance(3 * 60 * SECOND_MS);
  await portal.mailsTo(email ?? '');
  await portal.stack.idle();
  expect((await eventsOf(portal.stack, id))[0]?.mails).toMatchObject([{ sentAt: expect.any(String) }]);
  await portal.stack.runSchedule('deliverMail');
  expect(await itemAt(portal.stack, mailQueueKey('acme'))).toMatchObject({ due: MAIL_QUEUES });
  clock().advance(3 * 60 * 60 * SECOND_MS);
  await portal.stack.runSchedule('deliverMail');
  expect(await itemAt(portal.stack, mailQueueKey('acme'))).not.toHaveProperty('due');
});

describe('of ten partners with unequal load', () => {
  const LOADS = [1, 1, 2, 3, 4, 6, 9, 13, 18, 25];

  test('each gets the same share, and who has few mails does not wait for those who have many', {
    timeout: PATIENCE_MS,
  }, async () => {
    const counts = Object.fromEntries(PARTNERS.map((partner, i) => [partner, sized(1, 20) * (LOADS[i] ?? 0)]));
    onTestFinished(await switchStreamOff(portal.stack));
    await queueMails(portal.stack, like, counts);
    const all = Object.values(counts).reduce((sum, each) => sum + each, 0);
    const begin = Math.floor(portal.stack.clock.now() / SECOND_MS);
    await deliverAll(all);
    expect(sent).toHaveLength(all);

    const table = Object.entries(counts).map(([partner, count]) => {
      const position = sent.findLastIndex((mail) => mail.partner === partner);
      // While a partner has mails, each partner gets as many turns as this one.
      const fair = Object.values(counts).reduce((sum, other) => sum + Math.min(other, count), 0);
      const shared = sent.slice(0, position + 1);
      const own = shared.filter((mail) => mail.partner === partner).length;
      return {
        partner,
        count,
        share: own / shared.length,
        waited: (sent[position]?.second ?? 0) - begin,
        position,
        fair,
      };
    });
    console.table(table.map(({ share, ...row }) => ({ ...row, share: `${Math.round(share * 100)} %` })));
    for (const { position, fair } of table) expect(position).toBeLessThan(fair + PARTNERS.length + PARALLEL);

    expect(await mailsUnderWay(portal.stack)).toBe(0);
  });
});

const QUEUED_EACH = sized(10, 2_000);
test(`while ten partners have ${QUEUED_EACH} mails in their queues each, a single invitation of another leaves in the same second`, {
  timeout: PATIENCE_MS,
}, async () => {
  const switchStreamOn = await switchStreamOff(portal.stack);
  await queueMails(portal.stack, like, Object.fromEntries(PARTNERS.map((partner) => [`many-${partner}`, QUEUED_EACH])));
  // The stream brings the single invitations.
  await switchStreamOn();
  let isOver = false;
  const running = portal.stack.runSchedule('deliverMail').finally(() => {
    isOver = true;
  });
  for (const mails of sized([15], [100, 200, 300])) {
    await timePassesUntil(() => sent.length >= mails);
    // The schedule has used its share of this second, and from here on the clock stands still. (If the schedule's sender fell asleep only
    // after the clock had moved, it sleeps into the next second.)
    await timePassesUntil(() => isWaiting);
    const { email } = await portal.register({}, OTHER_PARTNER);
    await portal.mailsTo(email ?? '');
  }
  clock().advance(LONGER_THAN_A_RUN_MS);
  await timePassesUntil(() => isOver);
  await running;
});

test('a queue that is noted while a run goes on is not left to the next run', { timeout: PATIENCE_MS }, async () => {
  onTestFinished(await switchStreamOff(portal.stack));
  await queueMails(portal.stack, like, { early: sized(60, 600) });
  let isOver = false;
  const running = portal.stack.runSchedule('deliverMail').finally(() => {
    isOver = true;
  });
  await timePassesUntil(() => sent.some(({ partner }) => partner === 'early'));
  await queueMails(portal.stack, like, { late: 3 });
  await timePassesUntil(() => sent.filter(({ partner }) => partner === 'late').length === 3);
  expect(isOver).toBe(false);
  expect(sent.filter(({ partner }) => partner === 'early').length).toBeLessThan(sized(60, 600));
  clock().advance(LONGER_THAN_A_RUN_MS);
  await timePassesUntil(() => isOver);
  await running;
});

const clock = () => portal.stack.clock;
