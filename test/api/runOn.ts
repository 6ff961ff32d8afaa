import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { addressesFile, type StackAddresses } from '../../cli/runningStack.ts';
import { writeJson } from '../../local/localState.ts';
import type { Item } from '../../shared/table/table.ts';
import { OPERATOR, type TestPortal } from '../stack.ts';

/** Runs a command on the stack as somebody types it, and returns what it prints. */
export async function runOn({ stack, partner }: TestPortal, program: string, ...args: string[]): Promise<string> {
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

/** The keys of all items in which a text stands. */
export const naming = (items: Item[], text: string) =>
  items.filter((item) => JSON.stringify(item).includes(text)).map(({ pk, sk }) => ({ pk, sk }));
