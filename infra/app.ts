/**
 * The CDK app: `npm run synth`, `npm run deploy`. `settings.ts` declares the settings.
 *
 * @example npm run deploy -- -c stage=production -c serviceAccounts=acme,globex
 */
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildBundles } from './bundles.ts';
import { buildPages } from './pages.ts';
import { readSettings } from './settings.ts';
import { definePartnerPortal } from './stack.ts';

const app = new App();
const settings = readSettings(app, process.env);
// A temporary folder: the CDK copies the bundles into the cloud assembly.
using bundles = mkdtempDisposableSync(join(tmpdir(), 'partner-portal-'));
await buildBundles(bundles.path);
definePartnerPortal(app, settings, bundles.path, await buildPages());
app.synth();
