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

const app = new App();
const name = process.env['ENVIRONMENT'] ?? LOCAL;
const environment = readEnvironment(name, { program: name === LOCAL ? process.env['PROGRAM'] : undefined });
// A temporary folder: the CDK copies the bundles into the cloud assembly.
using bundles = mkdtempDisposableSync(join(tmpdir(), 'partner-portal-'));
const built = buildPages();
await buildBundles(bundles.path);
definePartnerPortal(app, environment, bundles.path, await built);
app.synth();
