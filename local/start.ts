/** `npm start`: runs the whole stack on this machine. `docs/local.md` lists the environment variables. */

import { addressesFile, localDirectory, runningStack, type StackAddresses } from '../cli/runningStack.ts';
import { startLocalStack } from './localStack.ts';
import { writeJson } from './localState.ts';
import { StartError } from './startError.ts';

const DEFAULT_PORTS = { PORT: 4000, OIDC_PORT: 4001, SES_PORT: 4002, DYNAMODB_PORT: 4003 };

/** Ports that browsers and Node refuse to connect to (Fetch standard, "bad port"), from 1024 on: the ports below belong to the system. */
const BLOCKED_PORTS = [
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697],
  10_080,
];

/** Codes of system errors for a folder or file that can't be written. */
const NOT_WRITABLE = ['EACCES', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'];

/** The port in an environment variable, or its default. */
function port(variable: keyof typeof DEFAULT_PORTS): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return DEFAULT_PORTS[variable];
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new StartError(`${variable} must be a port, not "${text}".`);
  if (BLOCKED_PORTS.includes(number))
    throw new StartError(`${variable} must be another port: browsers block port ${number}.`);
  return number;
}

async function start(): Promise<void> {
  const directory = localDirectory();
  const running = await runningStack(directory);
  if (running) {
    throw new StartError(
      `A stack is already running on ${directory}: ${running.portalUrl}. Stop it, or set LOCAL_DIR and the ports.`,
    );
  }
  const program = process.env['PROGRAM'] || 'yandex';
  console.log(`starting the program ${program} on ${directory}`);
  const stack = await startLocalStack({
    program,
    directory,
    ports: { portal: port('PORT'), oidc: port('OIDC_PORT'), ses: port('SES_PORT'), dynamoDb: port('DYNAMODB_PORT') },
    dynamoDbEndpoint: process.env['DYNAMODB_ENDPOINT'] || undefined,
    say: (line) => console.error(line),
  });
  const { portalUrl, oidcIssuer, sesUrl, dynamoDb } = stack;
  const { endpoint: dynamoDbEndpoint, tableName } = dynamoDb;
  const addresses: StackAddresses = { portalUrl, oidcIssuer, sesUrl, dynamoDbEndpoint, tableName };
  writeJson(addressesFile(directory), addresses);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await stack.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  console.log(
    `ready  portal and API ${portalUrl}  OIDC ${oidcIssuer}  SES inbox ${sesUrl}  DynamoDB ${dynamoDb.endpoint}

  Open      ${portalUrl}
  Sign in   as owner@acme.example (a partner), operator@provider.example (the provider) or any other address (a customer), without a password
  Mails     ${sesUrl}
  Example   ${process.env['LOCAL_DIR'] ? `LOCAL_DIR=${process.env['LOCAL_DIR']} ` : ''}npm run demo, in a second terminal, tells the whole story
  Stop      Ctrl+C; npm start continues with the same data`,
  );
}

/** Why the stack can't start: one sentence if a person can fix it, otherwise the error itself. */
function reasonOf(error: unknown): unknown {
  if (error instanceof StartError) return error.message;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === undefined || !NOT_WRITABLE.includes(code)) return error;
  const instead = path.startsWith(localDirectory())
    ? 'set LOCAL_DIR to another'
    : 'start a copy of the project elsewhere';
  return `${path} can't be written (${code}): make the folder writable, or ${instead}.`;
}

try {
  await start();
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
