/** The settings with which other programs run `app.ts` directly. The CDK's command line would set them too, but takes a second to start. */
import { join } from 'node:path';
import cdk from '../cdk.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** The program that synthesizes the stacks of the environment `ENVIRONMENT`. */
export const APP = join(root, 'infra/app.ts');

/** Lets Node compile the CDK once, which saves half a second for the app and a second for the command line. */
export const COMPILED_ONCE = { NODE_COMPILE_CACHE: join(root, 'cdk.out/compiled') };

/** The CDK's settings of a synthesis: those of the project, and those that the command line adds. */
export const CONTEXT = {
  ...cdk.context,
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:disable-version-reporting': true,
  // The app itself says the findings of its checks, and fails if one is a fault.
  '@aws-cdk/core:appMode': 'process',
};

/**
 * The variables of a process of `app.ts`.
 *
 * @param output folder for the stacks
 */
export const appVariables = (output: string): NodeJS.ProcessEnv => ({
  CDK_OUTDIR: output,
  CDK_CONTEXT_JSON: JSON.stringify(CONTEXT),
  ...COMPILED_ONCE,
});
