/** How the command line finds the stack that runs: by the addresses that it has left in its data folder. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where the stack keeps its data (`LOCAL_DIR`). */
export const localDirectory = (): string => resolve(process.env['LOCAL_DIR'] ?? '.local');

/** The addresses of a stack, as `npm start` leaves them in `stack.json`. */
export type StackAddresses = { portalUrl: string; oidcIssuer: string; sesUrl: string; dynamoDbEndpoint: string };
export const addressesFile = (directory: string): string => `${directory}/stack.json`;

/** Addresses of the stack that runs on these data; nothing when none does. */
export async function runningStack(directory = localDirectory()): Promise<StackAddresses | undefined> {
  if (!existsSync(addressesFile(directory))) return undefined;
  const addresses = JSON.parse(readFileSync(addressesFile(directory), 'utf8')) as StackAddresses;
  const status = await fetch(`${addresses.oidcIssuer}/local/status`, { signal: AbortSignal.timeout(5000) })
    .then((response) => response.json() as Promise<{ directory?: string }>)
    .catch(() => undefined);
  return status?.directory === directory ? addresses : undefined;
}

/** The same for a command that is of no use without a stack: says so and ends. */
export async function requireRunningStack(): Promise<StackAddresses> {
  const addresses = await runningStack();
  if (addresses) return addresses;
  console.error(
    `No stack is running on ${localDirectory()}: run \`npm start\` and wait for the line that begins with "ready".`,
  );
  process.exit(1);
}
