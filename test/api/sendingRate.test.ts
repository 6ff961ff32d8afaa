/** How fast mails leave: SES takes so many a second of an account, whoever sends them. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { assemblyWith, OWNER, ownStack } from '../stack.ts';
import { makeMailsDue } from '../table.ts';

const RATE = 5;
const MAILS = 6 * RATE;
const SENDERS = 4;

const portal = ownStack({ throttling: true, assembly: await assemblyWith({ SES_MAILS_PER_SECOND: String(RATE) }) });

test('several who send at once keep the account’s rate together, and every mail leaves, once', async () => {
  const leftAt: number[] = [];
  portal.stack.aws.interfere = ({ service }) => {
    if (service === 'ses') leftAt.push(Date.now());
    return undefined;
  };
  portal.stack.stream.mode = 'losing';
  const customers = Array.from({ length: MAILS }, (_, i) => ({ name: `Rate ${i}`, email: `rate-${i}@client.example` }));
  const imported = await portal.request('POST', '/v1/customers/batch', { as: OWNER, body: { customers } });
  expect(imported).toMatchObject({
    status: 200,
    body: { results: customers.map(({ email }) => ({ customer: { email } })) },
  });
  await makeMailsDue(portal.stack);
  await Promise.all(Array.from({ length: SENDERS }, () => portal.stack.runSchedule('deliverMail')));

  const addressed = portal.stack.inbox().map(({ destination }) => destination.to.join());
  expect(addressed.toSorted()).toEqual(customers.map(({ email }) => email).toSorted());
  // The first second and the last may be short.
  expect(Math.max(...leftAt) - Math.min(...leftAt)).toBeGreaterThan((MAILS / RATE - 2) * 1000);
});

test('a mail whose customer is deleted while it waits for its turn is not sent', async () => {
  let customerId = '';
  portal.stack.aws.interfere = ({ functionName, operation }) => {
    if (functionName !== 'deliverMail' || operation !== 'UpdateItem' || customerId === '') return undefined;
    return {
      before: async () => {
        await portal.request('DELETE', `/v1/customers/${customerId}`, { as: OWNER });
        await setTimeout(1_500);
        return undefined;
      },
    };
  };
  portal.stack.stream.mode = 'losing';
  const { id, email } = await portal.register();
  await makeMailsDue(portal.stack);
  customerId = id;
  expect(await portal.stack.runSchedule('deliverMail')).toMatchObject({ dropped: 1, sent: 0 });
  expect(portal.stack.inbox().flatMap(({ destination }) => destination.to)).not.toContain(email);
});
