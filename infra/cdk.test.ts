/** The commands `npm run bootstrap`, `deploy`, `diff` and `synth`, up to the point at which they would call the CDK. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { close, listen } from '../local/httpListener.ts';
import { synthesize } from '../local/synthesize.ts';
import { sized } from '../test/size.ts';
import { checkTemplates } from './beforeDeployment.ts';
import { run } from './cdk.ts';
import { EnvironmentError, LOCAL, readEnvironment } from './environment.ts';
import { Refusal } from './refusal.ts';

const OUTPUT = 'cdk.out/deploy/development';

/** No credentials of this machine. */
const NOBODY: NodeJS.ProcessEnv = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(NOBODY)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** The sentence with which work is refused. */
const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no refusal',
    (error: Error) => {
      if (error instanceof Refusal || error instanceof EnvironmentError) return error.message;
      throw error;
    },
  );

/** Runs a program of this folder, which fails. @returns what it says on its error output */
const saidBy = (program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> =>
  promisify(execFile)(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], ...NOBODY, ...environment },
  }).then(
    ({ stdout }) => `no refusal: ${stdout}`,
    ({ stderr }: { stderr: string }) => stderr,
  );

/** Signs in to an account, whose deployed stacks have these templates by the end of their name. It may run 10 functions at the same time, as a new account. @returns the variables of the sign-in */
async function signInTo(account: string, deployed: Record<string, object> = {}): Promise<NodeJS.ProcessEnv> {
  const answer = (name: string, content: string) =>
    `<${name}Response><${name}Result>${content}</${name}Result></${name}Response>`;
  const aws = createServer(async (request, response) => {
    if (request.url === '/2016-08-19/account-settings')
      return void response.end('{"AccountLimit":{"ConcurrentExecutions":10,"UnreservedConcurrentExecutions":10}}');
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    if (form.get('Action') === 'GetCallerIdentity')
      return void response.end(answer('GetCallerIdentity', `<Account>${account}</Account>`));
    const stack = form.get('StackName') ?? '';
    const template = deployed[stack.split('-').at(-1) ?? ''];
    if (template)
      return void response.end(
        answer('GetTemplate', `<TemplateBody>${JSON.stringify(template).replaceAll('"', '&quot;')}</TemplateBody>`),
      );
    response.writeHead(400);
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${stack} does not exist</Message></Error></ErrorResponse>`,
    );
  });
  const url = await listen(aws, { number: 0, what: '', variable: '' });
  onTestFinished(() => close(aws));
  const variables = {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return variables;
}

test.each([
  [
    ['deploy'],
    /^Name the environment: npm run deploy -- <environment>\. The folder deploy has development, local, production\.$/,
  ],
  [
    ['deploy', '-c', 'stage=production'],
    /^Settings are fields of deploy\/<environment>\.json now, not -c name=value: /,
  ],
  [['bootstrap'], /^Name the environment: npm run bootstrap -- <environment>\. /],
  [['bootstrap', 'aws://111122223333/eu-central-1'], /There is no environment "aws:/],
  [['bootstrap', 'development'], /^You are not signed in to AWS \(.+\): sign in to the account 111122223333, such as /],
  [['deploy', 'local'], /^The environment "local" runs on this machine: npm start\.$/],
  [['synth', 'production'], /^deploy\/production\.json is not right:\n {2}"account" must be /],
  [
    ['diff', 'development'],
    /^You are not signed in to AWS \(.+\): sign in to the account 111122223333, such as with .*$/,
  ],
])('npm run %j stops with one sentence before anything is synthesized', async (args, sentence) => {
  expect(await refusalOf(run(args))).toMatch(sentence);
});

test('a refused command fails, and says the sentence alone', async () => {
  expect(await saidBy('infra/cdk.ts', ['deploy'])).toMatch(/^Name the environment: [^\n]*\n$/);
  expect(await saidBy('infra/cdk.ts', ['synth', 'nope'])).toMatch(/^There is no environment "nope": [^\n]*\n$/);
});

test('an error of the synthesis ends the command, and its text reaches the person', async () => {
  expect(await saidBy('infra/cdk.ts', ['synth', 'local'], { PROGRAM: 'nope' })).toMatch(
    /^EnvironmentError: deploy\/local\.json is not right:\n {2}"program": There is no program "nope", but: /m,
  );
});

test('a sign-in to another account or region is refused', async () => {
  await signInTo('510111222333');
  expect(await refusalOf(run(['deploy', 'development']))).toBe(
    'You are signed in to the account 510111222333, and deploy/development.json names 111122223333: sign in to that account, or correct "account".',
  );
  expect(await refusalOf(run(['bootstrap', 'development']))).toMatch(
    /^You are signed in to the account 510111222333, /,
  );
  vi.stubEnv('AWS_REGION', 'us-west-2');
  expect(await refusalOf(run(['deploy', 'development']))).toBe(
    'Your sign-in is for the region us-west-2, and deploy/development.json names eu-central-1: set AWS_REGION=eu-central-1, or correct "region".',
  );
});

test('bootstrap prepares the region of the environment, and the one of CloudFront', async () => {
  const said = await saidBy('infra/cdk.ts', ['bootstrap', 'development'], await signInTo('111122223333'));
  expect(said.match(/Bootstrapping environment \S+(?=\.\.\.)/g)).toEqual([
    'Bootstrapping environment aws://111122223333/us-east-1',
    'Bootstrapping environment aws://111122223333/eu-central-1',
  ]);
});

test('a deployment whose distribution would send what functions refuse does not begin', async () => {
  const digests = { Type: 'Custom::FrontDoorDigests', Properties: { Keys: ['k8', 'k9'] } };
  await signInTo('111122223333', { application: { Resources: { Digests: digests } } });
  expect(await refusalOf(run(['deploy', 'development']))).toMatch(
    /^"frontDoorKeys" must begin with a key that the deployed functions take \(k8, k9\), not with k1: .*$/,
  );
});

/** The deployed data of a stack: a table with another logical id, and the client of a partner. */
const DEPLOYED = {
  Resources: {
    TableOfBefore: { Type: 'AWS::DynamoDB::Table' },
    Acme: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: { ClientName: 'acme', AllowedOAuthFlowsUserPoolClient: true },
    },
  },
};
const LOSS = `The deployment has not begun, because it would lose data:
  TableOfBefore (AWS::DynamoDB::Table) would be deleted.
  The client of the service account "acme" would be deleted, with the secret that its partner holds: name "acme" in "serviceAccounts" again, or in "removedServiceAccounts".
docs/deploy.md says how to go on ("If a deployment would lose data").`;

test('templates that would lose data are refused, and a small limit on functions is said', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  await signInTo('000000000000', { data: DEPLOYED });
  const output = dirname((await synthesize('yandex')).directoryOfUpload('any'));
  expect(await refusalOf(checkTemplates(readEnvironment(LOCAL), output))).toBe(LOSS);
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/^The account may run 10 functions at the same time in us-east-1, and /)],
  ]);
});

test('a deployment that would lose data is refused before it begins, and the synthesis says nothing before', async () => {
  const said = await saidBy('infra/cdk.ts', ['deploy', 'development'], {
    ...(await signInTo('111122223333', { data: DEPLOYED })),
    // AWS's validator takes half of the time. `environments.test.ts` proves that it finds nothing.
    ...sized({ CDK_VALIDATION: 'false' }, {}),
  });
  expect(said).toMatch(/^The account may run 10 functions at the same time in eu-central-1, and [^\n]*\n/);
  expect(said.slice(said.indexOf('\n') + 1)).toBe(`${LOSS}\n`);
  // The output says what was deployed.
  const [application = ''] = readdirSync(OUTPUT).filter((file) => file.endsWith('-application.template.json'));
  const { Outputs } = JSON.parse(readFileSync(join(OUTPUT, application), 'utf8')) as {
    Outputs: { Commit: { Value: string } };
  };
  const { stdout: head } = await promisify(execFile)('git', ['rev-parse', 'HEAD']);
  expect(Outputs.Commit.Value.replace(/-changed$/, '')).toBe(head.trim());
});

test('npm run diff of an unknown environment says so, and nothing about a file', async () => {
  expect(await refusalOf(run(['diff', 'nope']))).toMatch(/^There is no environment "nope": the folder deploy has /);
});

test('the CDK by hand deploys no environment that nobody has named, and takes no settings of before', async () => {
  expect(await saidBy('infra/app.ts', [])).toContain('Error: Name the environment: npm run deploy -- <environment>.');
  expect(await saidBy('infra/app.ts', [], { CDK_CONTEXT_JSON: '{"stage":"production"}' })).toContain(
    'Error: stage is a field of deploy/<environment>.json now, not a context',
  );
});
