/**
 * `npm run redrive -- <environment>`: shows what functions gave up, and changes nothing. With `--send`, sends it to its functions again.
 */
import { LOCAL } from '../infra/environment.ts';
import { argumentsOf } from './commandLine.ts';
import { environmentOnAws, undeliveredHere, undeliveredOnAws } from './environments.ts';
import { requireRunningStack } from './runningStack.ts';
import { FUNCTIONS, redrive } from './undelivered.ts';

const USAGE = `npm run redrive -- <environment> [--send] [--only FUNCTION]

  --send   sends each message to its function again, and removes it if the function succeeds. Without it, nothing changes
  --only   only the messages of this function: recordDelivery or deliverMail`;

async function run(): Promise<void> {
  const { name, values } = argumentsOf(USAGE, {
    send: { type: 'boolean', default: false },
    only: { type: 'string' },
  });
  const { send, only } = values;
  if (only !== undefined && !FUNCTIONS.includes(only))
    throw new Error(`--only must be ${FUNCTIONS.join(' or ')}, not ${only}.\n\n${USAGE}`);
  const queue =
    name === LOCAL
      ? undeliveredHere((await requireRunningStack()).oidcIssuer)
      : await undeliveredOnAws(await environmentOnAws(name));
  const { done, left } = await redrive(queue, { send, only, say: console.log });
  console.log(send ? `${done} done, ${left} left` : `${left} to send: add --send to do it`);
  if (send && left > 0) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
