/**
 * The CDK app of one environment: `ENVIRONMENT` names its file in `deploy`. `npm run deploy`, `diff` and `synth` run it (`cdk.ts`).
 * `npm start` runs it for `local`, with the program that `PROGRAM` names.
 */
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildBundles } from './bundles.ts';
import { LOCAL, readEnvironment } from './environment.ts';
import { buildPages } from './pages.ts';
import { definePartnerPortal } from './stacks.ts';

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

const app = new App();
const name = process.env['ENVIRONMENT'];
for (const setting of SETTINGS_OF_BEFORE)
  if (app.node.tryGetContext(setting) !== undefined)
    throw new Error(
      `${setting} is a field of deploy/<environment>.json now, not a context: docs/deploy.md has all fields.`,
    );
if (name === undefined) throw new Error('Name the environment: npm run deploy -- <environment>.');
const environment = readEnvironment(name, { program: name === LOCAL ? process.env['PROGRAM'] : undefined });
// A temporary folder: the CDK copies the bundles into the cloud assembly.
using bundles = mkdtempDisposableSync(join(tmpdir(), 'partner-portal-'));
const built = buildPages();
await buildBundles(bundles.path);
definePartnerPortal(app, environment, bundles.path, await built);
app.synth();
