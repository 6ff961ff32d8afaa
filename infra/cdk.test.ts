/** The commands `npm run bootstrap`, `deploy`, `diff` and `synth`, up to the point at which they would call the CDK. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { close, listen } from '../local/httpListener.ts';

const OUTPUT = 'cdk.out/deploy/development';

/** Runs a program of this folder. @returns what it says on its error output */
async function saidBy(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  return promisify(execFile)(process.execPath, [program, ...args], {
    // No credentials of this machine.
    env: { PATH: process.env['PATH'], HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
  }).then(
    ({ stdout }) => `no refusal: ${stdout}`,
    ({ stderr }: { stderr: string }) => stderr,
  );
}
const refusalOf = (args: string[], environment?: NodeJS.ProcessEnv) => saidBy('infra/cdk.ts', args, environment);

/** A sign-in to an account, whose deployed stacks have these templates by the end of their name. It may run 10 functions at the same time, as a new account. */
async function signedInTo(account: string, deployed: Record<string, object> = {}): Promise<NodeJS.ProcessEnv> {
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
  return {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
  };
}

test.each([
  [
    ['deploy'],
    /^Name the environment: npm run deploy -- <environment>\. The folder deploy has development, local, production\.\n$/,
  ],
  [
    ['deploy', '-c', 'stage=production'],
    /^Settings are fields of deploy\/<environment>\.json now, not -c name=value: /,
  ],
  [['bootstrap'], /^Name the environment: npm run bootstrap -- <environment>\. /],
  [['bootstrap', 'aws://111122223333/eu-central-1'], /There is no environment "aws:/],
  [['bootstrap', 'development'], /^You are not signed in to AWS \(.+\): sign in to the account 111122223333, such as /],
  [['deploy', 'local'], /^The environment "local" runs on this machine: npm start\.\n$/],
  [['synth', 'production'], /^deploy\/production\.json is not right:\n {2}"account" must be /],
  [
    ['diff', 'development'],
    /^You are not signed in to AWS \(.+\): sign in to the account 111122223333, such as with .*\n$/,
  ],
])('npm run %j stops with one sentence before anything is synthesized', async (args, sentence) => {
  expect(await refusalOf(args)).toMatch(sentence);
});

test('a sign-in to another account or region is refused', async () => {
  const signedIn = await signedInTo('510111222333');
  expect(await refusalOf(['deploy', 'development'], signedIn)).toBe(
    'You are signed in to the account 510111222333, and deploy/development.json names 111122223333: sign in to that account, or correct "account".\n',
  );
  expect(await refusalOf(['deploy', 'development'], { ...signedIn, AWS_REGION: 'us-west-2' })).toBe(
    'Your sign-in is for the region us-west-2, and deploy/development.json names eu-central-1: set AWS_REGION=eu-central-1, or correct "region".\n',
  );
});

test('bootstrap prepares the region of the environment, and the one of CloudFront', async () => {
  expect(await refusalOf(['bootstrap', 'development'], await signedInTo('510111222333'))).toMatch(
    /^You are signed in to the account 510111222333, /,
  );
  const said = await refusalOf(['bootstrap', 'development'], await signedInTo('111122223333'));
  expect(said.match(/Bootstrapping environment \S+(?=\.\.\.)/g)).toEqual([
    'Bootstrapping environment aws://111122223333/us-east-1',
    'Bootstrapping environment aws://111122223333/eu-central-1',
  ]);
});

test('a deployment whose distribution would send what functions refuse does not begin', async () => {
  const digests = { Type: 'Custom::FrontDoorDigests', Properties: { Keys: ['k8', 'k9'] } };
  const application = { Resources: { Digests: digests } };
  const said = await refusalOf(['deploy', 'development'], await signedInTo('111122223333', { application }));
  expect(said).toMatch(
    /^"frontDoorKeys" must begin with a key that the deployed functions take \(k8, k9\), not with k1: .*\n$/,
  );
});

test('a deployment that would lose data is refused before it begins, and a small limit on functions is said', async () => {
  const client = {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: { ClientName: 'acme', AllowedOAuthFlowsUserPoolClient: true },
  };
  const data = { Resources: { TableOfBefore: { Type: 'AWS::DynamoDB::Table' }, Acme: client } };
  const said = await refusalOf(['deploy', 'development'], await signedInTo('111122223333', { data }));
  // The synthesis has said nothing before.
  expect(said).toMatch(/^The account may run 10 functions at the same time in eu-central-1, and /);
  expect(said.slice(said.indexOf('The deployment'))).toBe(
    `The deployment has not begun, because it would lose data:
  TableOfBefore (AWS::DynamoDB::Table) would be deleted.
  The client of the service account "acme" would be deleted, with the secret that its partner holds: name "acme" in "serviceAccounts" again, or in "removedServiceAccounts".
docs/deploy.md says how to go on ("If a deployment would lose data").
`,
  );
  // The output says what was deployed.
  const [application = ''] = readdirSync(OUTPUT).filter((file) => file.endsWith('-application.template.json'));
  const { Outputs } = JSON.parse(readFileSync(join(OUTPUT, application), 'utf8')) as {
    Outputs: { Commit: { Value: string } };
  };
  const { stdout: head } = await promisify(execFile)('git', ['rev-parse', 'HEAD']);
  expect(Outputs.Commit.Value.replace(/-changed$/, '')).toBe(head.trim());
});

test('npm run diff of an unknown environment says so, and nothing about a file', async () => {
  expect(await refusalOf(['diff', 'nope'])).toMatch(/^There is no environment "nope": the folder deploy has /);
});

test('the CDK by hand deploys no environment that nobody has named, and takes no settings of before', async () => {
  expect(await saidBy('infra/app.ts', [])).toContain('Error: Name the environment: npm run deploy -- <environment>.');
  expect(await saidBy('infra/app.ts', [], { CDK_CONTEXT_JSON: '{"stage":"production"}' })).toContain(
    'Error: stage is a field of deploy/<environment>.json now, not a context',
  );
});
