/**
 * `npm run smoke -- <environment>`: plays the story of a customer on a deployed environment, from its registration to its cloud, and removes
 * what it made. `docs/first-deployment.md` says how to get the tokens.
 */
import { createInterface } from 'node:readline/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Environment, LOCAL } from '../infra/environment.ts';
import { nameIn } from '../infra/names.ts';
import { canonicalEmail, emailError } from '../shared/contract/fields.ts';
import { argumentsOf } from './commandLine.ts';
import { environmentNamed, stackOutput, variablesOf } from './environments.ts';
import { requireRunningStack } from './runningStack.ts';
import { type Customer, handshake, linkIn, mailIn, type Teller, tellerOf } from './story.ts';

const USAGE = `npm run smoke -- <environment> --customer ADDRESS

  The variables OWNER_TOKEN and OPERATOR_TOKEN have access tokens of an owner and of an operator. This keeps them out of the
  history of the shell: read -rs OWNER_TOKEN; read -rs OPERATOR_TOKEN; export OWNER_TOKEN OPERATOR_TOKEN

  --customer  the address that is registered. You read its mail, and it belongs to no partner and no real customer.
              On this machine (local), it may be left out, and so may the tokens`;

/** The places and people of the story. */
type Stage = {
  portalUrl: string;
  owner: string;
  operator: string;
  address: string;
  mailedLink: (address: string) => Promise<string>;
  runCleanup: () => Promise<unknown>;
};

/** The stack on this machine: its inbox has the mail. */
async function stageHere(customer: string | undefined): Promise<Stage> {
  const { portalUrl, oidcIssuer, sesUrl } = await requireRunningStack();
  const begunAt = new Date();
  const token = async (account: string) => (await fetch(`${oidcIssuer}/local/token?account=${account}`)).text();
  return {
    portalUrl,
    owner: process.env['OWNER_TOKEN'] ?? (await token('owner@acme.example')),
    operator: process.env['OPERATOR_TOKEN'] ?? (await token('operator@provider.example')),
    address: customer ?? 'smoke@customer.example',
    mailedLink: async (address) => linkIn((await mailIn(sesUrl, address, begunAt)).body.text),
    runCleanup: async () => (await fetch(`${oidcIssuer}/local/expire`, { method: 'POST' })).json(),
  };
}

type Given = Pick<Stage, 'owner' | 'operator' | 'address'>;

/**
 * The address and the tokens that a person gives for an environment on AWS.
 *
 * @throws Error with the sentence that says what is missing, and the usage
 */
function givenBy(address: string | undefined): Given {
  const { OWNER_TOKEN: owner, OPERATOR_TOKEN: operator } = process.env;
  if (address !== undefined && owner !== undefined && operator !== undefined) return { address, owner, operator };
  const missing = Object.entries({ '--customer': address, OWNER_TOKEN: owner, OPERATOR_TOKEN: operator })
    .filter(([, value]) => value === undefined)
    .map(([what]) => what);
  throw new Error(`Missing: ${missing.join(', ')}.\n\n${USAGE}`);
}

/** An environment on AWS: a person reads the mail there, and pastes the link. */
async function stageOnAws(environment: Environment, given: Given): Promise<Stage> {
  return {
    ...given,
    portalUrl: await stackOutput(environment, 'pages', 'PortalUrl'),
    mailedLink: async () => {
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      const pasted = await terminal.question('   Paste the link of the mail (don’t open it): ');
      terminal.close();
      return linkIn(pasted);
    },
    runCleanup: async () => {
      const FunctionName = nameIn(environment, 'expireUnconfirmed');
      // A run takes ten minutes at most. If nobody waits for its answer, it runs nevertheless.
      const lambda = new LambdaClient({ region: environment.region, maxAttempts: 1 });
      const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
      if (FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${Payload?.transformToString()}`);
      return JSON.parse(Payload?.transformToString() ?? 'null');
    },
  };
}

/**
 * Removes the customer of this run. If it is active, the API doesn't delete it: so the table says that its retention is over, and the cleanup
 * does its work.
 */
async function removeAgain(teller: Teller, stage: Stage, customer: Customer, environment: Environment): Promise<void> {
  Object.assign(process.env, await variablesOf(environment));
  // Loaded now, because it finds the table by these variables.
  const { endRetention } = await import('./endRetention.ts');
  await endRetention(customer.id, canonicalEmail(stage.address));
  teller.say(`the cleanup answers ${JSON.stringify(await stage.runCleanup())}`);
  const gone = await teller.send('GET', `/v1/customers/${customer.id}`, stage.owner);
  teller.expect(gone.status === 404, 'the customer is gone');
}

async function run(): Promise<void> {
  const { name, values } = argumentsOf(USAGE, { customer: { type: 'string' } });
  const { customer } = values;
  if (customer !== undefined && emailError(customer) !== undefined)
    throw new Error(`--customer must be an email address, not ${customer}.\n\n${USAGE}`);
  const given = name === LOCAL ? undefined : givenBy(customer);
  const environment = await environmentNamed(name);
  const stage = given ? await stageOnAws(environment, given) : await stageHere(customer);
  const { portalUrl, owner, operator, address: email, mailedLink } = stage;
  const teller = tellerOf(portalUrl);

  teller.step('The pages are there, and a request without a token is refused');
  for (const [path, wanted] of Object.entries({ '/': 200, '/v1/me': 401 })) {
    const { status } = await teller.send('GET', path);
    teller.expect(status === wanted, `${path} answers ${wanted}`);
  }
  const registration = { email, name: 'Smoke test' };
  const cloudName = `smoke-${Date.now().toString(36)}`;
  let made: Customer | undefined;
  const registered = (customer: Customer) => {
    made = customer;
  };
  try {
    await handshake({ teller, owner, operator, registration, cloudName, mailedLink, registered });
  } finally {
    if (made) {
      teller.step('What this run made is removed');
      await removeAgain(teller, stage, made, environment);
    }
  }
  console.log(`\nThe whole story works on ${name}.`);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
