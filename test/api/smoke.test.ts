/** `npm run smoke` and `npm run demo` on the local stack, under the program whose provider approves. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { addressesFile, type StackAddresses } from '../../cli/runningStack.ts';
import { writeJson } from '../../local/localState.ts';
import { accountKey, customerKey, myCustomersOf } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { OPERATOR, testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';

const portal = testStack('vng');

/** Runs a command on the stack as somebody types it, and returns what it prints. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { stack, partner } = portal;
  const { portalUrl, oidcIssuer, sesUrl, dynamoDb } = stack;
  const status = (await (await fetch(`${oidcIssuer}/local/status`)).json()) as { directory: string };
  const { endpoint: dynamoDbEndpoint, tableName } = dynamoDb;
  const addresses: StackAddresses = { portalUrl, oidcIssuer, sesUrl, dynamoDbEndpoint, tableName };
  writeJson(addressesFile(status.directory), addresses);
  const tokens = { OWNER_TOKEN: await stack.token(partner.owner), OPERATOR_TOKEN: await stack.token(OPERATOR) };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    env: { ...process.env, ...tokens, LOCAL_DIR: status.directory, PROGRAM: 'vng' },
  });
  return stdout;
}
const smoke = (...args: string[]) => run('cli/smoke.ts', 'local', ...args);

/** The keys of all items in which a text stands. */
const naming = (items: Item[], text: string) =>
  items.filter((item) => JSON.stringify(item).includes(text)).map(({ pk, sk }) => ({ pk, sk }));

test('the smoke test plays the whole story, and removes what it made', async () => {
  const address = portal.partner.at('smoke');
  const said = await smoke('--customer', address);
  expect(said).toContain('The mail is DELIVERED');
  expect(said).toContain('the provider approves the customer');
  expect(said).toMatch(/The whole story works on local\.\n$/);
  const [, customerId = ''] = /(dn2\w+) “Smoke test”/.exec(said) ?? [];
  const [, cloudId = ''] = /(\S+) smoke-\w+, billed to/.exec(said) ?? [];

  const items = await itemsOf(portal.stack);
  // The tombstone, by which a late repetition of the request is recognised.
  expect(naming(items, customerId)).toEqual([customerKey(customerId)]);
  expect(cloudId).not.toBe('');
  expect(naming(items, cloudId)).toEqual([]);
  // The account of the address in the provider's directory; and the recipient's pause, without its address.
  expect(naming(items, address)).toEqual([accountKey(address)]);
  const mailed = items.filter(({ pk }) => pk === myCustomersOf(`USER#${address}`)).map(({ sk }) => sk);
  expect(mailed).toEqual([expect.stringMatching(/^MAILED_BY#/)]);
});

test('a smoke test that fails says why, and removes what it made, too', async () => {
  const { stack } = portal;
  const address = portal.partner.at('smoke-fails');
  stack.aws.interfere = ({ functionName }) => (functionName === 'createCloud' ? { before: () => 'refuse' } : undefined);
  const failed = await smoke('--customer', address).then(
    () => undefined,
    (error: { stdout: string; stderr: string }) => error,
  );
  stack.aws.interfere = () => undefined;
  expect(failed?.stdout).toMatch(/\/clouds → 5\d\d/);
  expect(failed?.stdout).not.toContain('The whole story works');
  const [, customerId = ''] = /(dn2\w+) “Smoke test”/.exec(failed?.stdout ?? '') ?? [];
  expect(naming(await itemsOf(stack), customerId)).toEqual([customerKey(customerId)]);
});

test('the demo plays the whole story', async () => {
  const said = await run('local/demo.ts');
  expect(said).toContain('the provider approves the customer');
  expect(said).toMatch(/That was the whole story\. The mails are at \S+\n$/);
});
