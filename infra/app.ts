/**
 * The CDK app of one environment: `ENVIRONMENT` names its file in `deploy`. `npm run deploy`, `diff` and `synth` run it (`cdk.ts`).
 * `npm start` runs it for `local`, with the program that `PROGRAM` names. `DEPLOYED_COMMIT` becomes an output, if it is set.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { App, CfnOutput } from 'aws-cdk-lib';
import { buildBundles } from './bundles.ts';
import { LOCAL, readEnvironment } from './environment.ts';
import { buildPages } from './pages.ts';

/** Settings of earlier versions, which were CDK context. */
const SETTINGS_OF_BEFORE = [
  'stage',
  'program',
  'portalUrl',
  'certificateArn',
  'issuer',
  'serviceAccounts',
  'mailsPerSecond',
];

const root = join(import.meta.dirname, '..');
const app = new App();
const name = process.env['ENVIRONMENT'];
for (const setting of SETTINGS_OF_BEFORE)
  if (app.node.tryGetContext(setting) !== undefined)
    throw new Error(
      `${setting} is a field of deploy/<environment>.json now, not a context: docs/deploy.md has all fields.`,
    );
if (name === undefined) throw new Error('Name the environment: npm run deploy -- <environment>.');
const environment = readEnvironment(name, { program: name === LOCAL ? process.env['PROGRAM'] : undefined });
// esbuild and Vite work while Node loads the constructs.
const [bundles, pages, { definePartnerPortal }] = await Promise.all([
  buildBundles(),
  buildPages(),
  import('./stacks.ts'),
]);
// The metadata list the calls that made each construct. They must not tell which of the three above ended last.
await setImmediate();
const { application } = definePartnerPortal(app, environment, bundles, pages);
const commit = process.env['DEPLOYED_COMMIT'];
if (commit !== undefined) new CfnOutput(application, 'Commit', { value: commit });
const { directory } = app.synth();
// Metadata say where each construct was made. Without the path of this folder, equal sources make equal files wherever they are.
for (const file of readdirSync(directory).filter((each) => each.endsWith('.metadata.json'))) {
  const metadata = readFileSync(join(directory, file), 'utf8');
  writeFileSync(join(directory, file), metadata.replaceAll(`${pathToFileURL(root)}/`, ''));
}
