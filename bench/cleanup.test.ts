/**
 * How fast the cleanup expires customers, beside the rate at which the same transactions pass when nothing decides them: sent to the same
 * AWS endpoint, which checks the function's permissions and passes them to the engine. Rates depend on the machine, so both are measured
 * in one run, on the same customers: `npm run bench:cleanup`.
 *
 * Measured twice. With the time that a transaction takes on AWS, the rate is the number of customers under way at once: the cleanup must
 * not have less under way than it says. Without it, nothing waits, and the rates are those of the machine's processors, which the function
 * shares with the endpoint and the engine: on two cores, the cleanup reaches about half of the rate.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { inParallel } from '../shared/inParallel.ts';
import { customerKey, duePartition, eventKey, invitedKey } from '../shared/table/keys.ts';
import { ownStack } from '../test/stack.ts';
import { itemAt, tableOf } from '../test/table.ts';

const CUSTOMERS = 1_000;
/** The part of the endpoint's rate that the cleanup has to reach. */
const WANTED = 0.8;
/** The time that a transaction of this size takes on AWS, about. */
const TRANSACTION_MS = 20;
/** As many as the cleanup has under way. */
const AT_ONCE = 8;
const BATCH_ITEMS = 25;
const PATIENCE_MS = 10 * 60_000;

const portal = ownStack();

it(`expires ${CUSTOMERS} due customers at ${WANTED} of the endpoint's rate`, { timeout: PATIENCE_MS }, async () => {
  const { stack } = portal;
  const table = tableOf(stack);
  const { endpoint, region, credentials, tableName: TableName } = stack.dynamoDb;
  const engine = new DynamoDBClient({ endpoint, region, credentials });
  const { id: likeId, email = '' } = await portal.register();
  await stack.idle();
  // Nothing has to be mailed, and the engine gets slower with each record in the stream.
  stack.stream.mode = 'paused';
  await engine.send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));
  const { Item: like } = await table.send(new GetCommand({ TableName, Key: customerKey(likeId) }));
  const hold = await itemAt(stack, invitedKey(email ?? '', 'acme'));
  const past = (n: number) => new Date(Date.now() - 3_600_000 + n).toISOString();
  const ids = Array.from({ length: CUSTOMERS }, (_, n) => `dn2due${String(n).padStart(14, '0')}`);
  const dueItems = ids.flatMap((id, n) => {
    const address = `due-${n}@client.example`;
    return [
      {
        ...like,
        ...customerKey(id),
        email: address,
        nameKey: `due ${n}`,
        emailKey: address,
        due: duePartition('STATE', id),
        dueAt: past(n),
        expiresAt: past(n),
      },
      { ...hold, ...invitedKey(address, 'acme'), customerId: id },
    ];
  });
  const write = async (requests: object[]) => {
    for (let i = 0; i < requests.length; i += BATCH_ITEMS)
      await table.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: requests.slice(i, i + BATCH_ITEMS) as never } }),
      );
  };
  const makeDue = async () => {
    await write(dueItems.map((Item) => ({ PutRequest: { Item } })));
    await write(ids.map((id) => ({ DeleteRequest: { Key: eventKey(id, 2) } })));
  };

  // The first run warms the function up, and shows its transactions.
  await makeDue();
  const transactions: TransactWriteItemsCommandInput[] = [];
  const stop = stack.observe(({ functionName, operation, input }) => {
    if (functionName === 'expireUnconfirmed' && operation === 'TransactWriteItems')
      transactions.push(input as never as TransactWriteItemsCommandInput);
  });
  await stack.runExpire();
  stop();

  const rateOf = async (work: () => Promise<unknown>) => {
    await makeDue();
    const began = performance.now();
    await work();
    return CUSTOMERS / ((performance.now() - began) / 1000);
  };
  const expireAll = async () => {
    expect(await stack.runExpire()).toMatchObject({ expired: CUSTOMERS, failed: 0 });
  };
  const sendAll = (client: DynamoDBClient) => () =>
    inParallel(transactions, AT_ONCE, async (transaction) => {
      await client.send(new TransactWriteItemsCommand(transaction));
    });
  const { environment } = stack.functionOf('expireUnconfirmed');
  const endpointOfFunctions = new DynamoDBClient({
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region,
    credentials: { accessKeyId: 'expireUnconfirmed', secretAccessKey: 'local' },
  });
  const measure = async (title: string): Promise<number> => {
    const cleanup = await rateOf(expireAll);
    const passed = await rateOf(sendAll(endpointOfFunctions));
    const share = cleanup / passed;
    console.log(`${title}: cleanup ${cleanup.toFixed(0)}/s, endpoint ${passed.toFixed(0)}/s, ${share.toFixed(2)}`);
    return share;
  };
  await measure('at once');
  console.log(`engine without the endpoint: ${(await rateOf(sendAll(engine))).toFixed(0)}/s`);
  const takeTime = { after: () => sleep(TRANSACTION_MS, undefined) };
  stack.aws.interfere = ({ operation }) => (operation === 'TransactWriteItems' ? takeTime : undefined);
  expect(await measure(`${TRANSACTION_MS} ms each`)).toBeGreaterThanOrEqual(WANTED);
});
