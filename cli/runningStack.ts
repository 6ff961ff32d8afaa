/** How commands find the running stack: by the addresses in its data folder. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folder of the stack's data, as an absolute path (`LOCAL_DIR`, by default `.local`). */
export const localDirectory = (): string => resolve(process.env['LOCAL_DIR'] ?? '.local');

/** The addresses of a stack, as `npm start` writes them to `stack.json`. */
export type StackAddresses = {
  portalUrl: string;
  oidcIssuer: string;
  sesUrl: string;
  dynamoDbEndpoint: string;
  tableName: string;
};
/** The file of the addresses in a data folder. */
export const addressesFile = (directory: string): string => `${directory}/stack.json`;

/** The addresses of the stack that runs on a data folder; `undefined` if none runs. */
export async function runningStack(directory = localDirectory()): Promise<StackAddresses | undefined> {
  if (!existsSync(addressesFile(directory))) return undefined;
  const addresses = JSON.parse(readFileSync(addressesFile(directory), 'utf8')) as StackAddresses;
  const status = await fetch(`${addresses.oidcIssuer}/local/status`, { signal: AbortSignal.timeout(5000) })
    .then((response) => response.json() as Promise<{ directory?: string }>)
    .catch(() => undefined);
  return status?.directory === directory ? addresses : undefined;
}

/** The same for a command that needs a running stack. Without one, ends the process with a message. */
export async function requireRunningStack(): Promise<StackAddresses> {
  const addresses = await runningStack();
  if (addresses) return addresses;
  console.error(
    `No stack is running on ${localDirectory()}: run \`npm start\` and wait for the line that begins with "ready". If it runs on another folder, set LOCAL_DIR to that folder here, too.`,
  );
  process.exit(1);
}
