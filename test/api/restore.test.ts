/** A drill: a stack with a copy of its table is lost, and comes back with the copy. Nobody gets a mail twice. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, inject, test } from 'vitest';
import { addressesFile, type StackAddresses } from '../../cli/runningStack.ts';
import type { Mail } from '../../local/inbox.ts';
import { type LocalStack, startLocalStack } from '../../local/localStack.ts';
import { writeJson } from '../../local/localState.ts';
import type { Item } from '../../shared/table/table.ts';
import { keepLinkKey } from '../formatStory.ts';
import { DAY_MS, ownStack } from '../stack.ts';
import { itemsOf, writeItems } from '../table.ts';

const MINUTE_MS = 60_000;
const runDirectory = mkdtempSync(join(inject('runDirectory'), 'restore-'));
const [lostDirectory, directory] = [join(runDirectory, 'lost'), join(runDirectory, 'restored')];
for (const each of [lostDirectory, directory]) {
  mkdirSync(each);
  // Secrets Manager is not lost with the table.
  await keepLinkKey(each);
}
const lost = ownStack({ directory: lostDirectory });
const { owner, at } = lost.partner;

/** The story's moments, by the day after the registration of `early`. It ends now, because commands follow the machine's clock. */
const BEGIN = Date.now() - 12.2 * DAY_MS;
const dayOf = (day: number) => new Date(BEGIN + day * DAY_MS);
let restoredTo = dayOf(10.9);
const lostAt = dayOf(11.1);

let restored: LocalStack | undefined;
const startRestored = async (hold: boolean) => {
  await restored?.stop();
  const dynamoDbEndpoint = process.env['DYNAMODB_ENDPOINT'];
  const options = { program: 'yandex', directory, demoData: false, schedules: false, throttling: false, patience: 6 };
  restored = await startLocalStack({ ...options, hold, dynamoDbEndpoint, tableName: `restored-${process.pid}` });
  return restored;
};
afterAll(() => restored?.stop());

/** Lets commands find a stack. */
function writeAddresses({ portalUrl, oidcIssuer, sesUrl, dynamoDb }: LocalStack): void {
  const { endpoint, tableName } = dynamoDb;
  const addresses = { portalUrl, oidcIssuer, sesUrl, dynamoDbEndpoint: endpoint, tableName };
  writeJson(addressesFile(directory), addresses satisfies StackAddresses);
}

/** Sends a request of the partner's owner to the restored stack. */
async function send(stack: LocalStack, path: string, body?: object) {
  const headers = { authorization: `Bearer ${await stack.token(owner)}`, 'content-type': 'application/json' };
  const method = body ? 'POST' : 'GET';
  const answer = await fetch(stack.portalUrl + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, body: (await answer.json()) as { id: string; delivery: { status: string } } };
}

/** Brings all mails that are due, and waits for their reports. */
async function deliver(stack: LocalStack): Promise<void> {
  await stack.runSchedule('deliverMail');
  await stack.idle();
}

const release = async (...options: string[]) => {
  const times = ['--restored-to', restoredTo.toISOString(), '--lost-at', lostAt.toISOString()];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../../cli/releaseMails.ts'), 'local', ...times, ...options],
    { env: { ...process.env, LOCAL_DIR: directory } },
  );
  return stdout.trim().split('\n').at(-1);
};

const shown = ({ destination, subject }: Mail) => `${destination.to.join()}: ${subject}`;

test('after a restore, mails are held until they are released, and nobody gets a mail twice', async () => {
  const { stack } = lost;
  const register = async (mailbox: string, day: number) => {
    stack.clock.set(dayOf(day));
    return (await lost.register({ name: mailbox, email: at(mailbox) })).id;
  };
  for (const [mailbox, day] of [
    ['expired', -3.05],
    ['early', 0],
    ['later', 1],
  ] as const) {
    await register(mailbox, day);
    // The function that sends the mail would run out of time if the clock moved meanwhile.
    await stack.idle();
  }

  // The copy: it owes the invitation of `doubtful`, which leaves a moment later.
  stack.stream.mode = 'paused';
  const doubtful = await register('doubtful', 10.9);
  const copy: Item[] = await itemsOf(stack);
  restoredTo = new Date(stack.clock.now());
  stack.stream.mode = 'running';
  await stack.idle();
  // Until the loss: the reminder of `early` and the notice of the expiry leave, too.
  stack.clock.set(lostAt);
  await stack.runExpire();
  await deliver(stack);
  const before = stack.inbox().map(shown);
  expect(before.filter((mail) => /doubtful@|early@|expired/.test(mail))).toHaveLength(5);

  // The restored table.
  const held = await startRestored(true);
  writeAddresses(held);
  await writeItems(held, copy);
  const { status, body } = await send(held, '/v1/customers', { name: 'new', email: at('new') });
  expect(status).toBe(201);
  await held.runExpire();
  expect(await held.runSchedule('deliverMail')).toEqual({ held: true });
  await held.idle();
  // The alarm on mails that are held for too long counts these runs.
  await expect.poll(() => readFileSync(join(directory, 'logs/deliverMail.log'), 'utf8')).toContain('"mailsHeld":1');
  expect(held.inbox()).toEqual([]);

  // `doubtful`, the reminder of `early`, the notice of the expiry; and `new`, the reminder of `later`.
  expect(await release()).toMatch(/^3 may have left before the loss, 2 are new\./);
  expect(await release('--give-up')).toMatch(/^3 given up\. 2 leave when/);
  expect(await release('--give-up')).toMatch(/^0 given up\. 2 leave when/);
  expect(held.inbox()).toEqual([]);

  const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
  await expect(release('--give-up', '--lost-at', tomorrow)).rejects.toThrow('--lost-at must be in the past');

  const released = await startRestored(false);
  // Mails that leave as always are not given up by mistake.
  writeAddresses(released);
  await expect(release('--give-up')).rejects.toThrow('deliverMail holds no mails');
  // The stream's own time for the mail is over.
  released.clock.advance(2 * MINUTE_MS);
  await deliver(released);
  const after = released.inbox().map(shown);
  expect(after.sort()).toEqual([expect.stringMatching(/^later@.*remind/i), expect.stringMatching(/^new@/)]);
  expect(after.filter((mail) => before.includes(mail))).toEqual([]);
  expect(await send(released, `/v1/customers/${body.id}`)).toMatchObject({
    body: { delivery: { status: 'DELIVERED' } },
  });

  // The partner reads why, and sends the invitation again.
  expect(await send(released, `/v1/customers/${doubtful}`)).toMatchObject({
    body: { delivery: { status: 'FAILED', reason: expect.stringContaining('It may have arrived.') } },
  });
  expect(await send(released, `/v1/customers/${doubtful}/invite/resend`, {})).toMatchObject({ status: 200 });
});
