/** `npm start`: runs the whole stack on this machine. `docs/local.md` lists the environment variables. */
import { setFlagsFromString } from 'node:v8';
import { addressesFile, localDirectory, runningStack, type StackAddresses } from '../cli/runningStack.ts';
import { startLocalStack } from './localStack.ts';
import { writeJson } from './localState.ts';
import { StartError } from './startError.ts';
import { portIn, reasonOf } from './startFaults.ts';

async function start(): Promise<void> {
  const directory = localDirectory();
  const running = await runningStack(directory);
  if (running) {
    throw new StartError(
      `A stack is already running on ${directory}: ${running.portalUrl}. Stop it, or set LOCAL_DIR and the ports.`,
    );
  }
  const program = process.env['PROGRAM'] || 'yandex';
  // Saves some 60 MB with all functions warm. The flag holds for the whole process.
  setFlagsFromString('--optimize-for-size');
  console.log(`starting the program ${program} on ${directory}`);
  const stack = await startLocalStack({
    program,
    directory,
    ports: {
      portal: portIn('PORT'),
      oidc: portIn('OIDC_PORT'),
      ses: portIn('SES_PORT'),
      dynamoDb: portIn('DYNAMODB_PORT'),
    },
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

try {
  await start();
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
