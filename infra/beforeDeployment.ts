/** The checks of `cdk.ts` that ask AWS. Each throws a Refusal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concurrencyFault, concurrencyOf } from './concurrency.ts';
import type { Environment } from './environment.ts';
import { type ComparedTemplate, losses } from './keepsData.ts';
import { nameIn, type StackKind } from './names.ts';
import { Refusal } from './refusal.ts';
import { rotationFault } from './rotation.ts';
import { deployedTemplate, senderFault, signInFault } from './signedIn.ts';

/** The stacks with resources that no deployment may lose. */
const KEPT: StackKind[] = ['data', 'pages'];

/** Refuses a sign-in to another account or region than the environment's. */
export async function checkSignIn(environment: Environment): Promise<void> {
  refuse(await signInFault(environment));
}

/** Refuses a deployment that would fail in its middle, or lock out everybody. */
export async function checkEnvironment(environment: Environment): Promise<void> {
  refuse(await senderFault(environment));
  const application = await deployedTemplate(environment.region, nameIn(environment, 'application'));
  refuse(rotationFault(application, environment));
}

/**
 * Refuses a deployment that reserves more concurrent executions than the account has left, or would delete or replace what can't be made
 * again. Says if the account has few concurrent executions.
 *
 * @param output folder of the synthesized stacks
 */
export async function checkTemplates(environment: Environment, output: string): Promise<void> {
  await checkConcurrency(environment, output);
  const templates = readdirSync(output).filter((file) =>
    KEPT.some((kind) => file === `${nameIn(environment, kind)}.template.json`),
  );
  const found = await Promise.all(
    templates.map(async (file) => {
      const before = await deployedTemplate(environment.region, file.replace('.template.json', ''));
      return losses(before, JSON.parse(readFileSync(join(output, file), 'utf8')) as ComparedTemplate);
    }),
  );
  const sentences = found.flat();
  if (sentences.length > 0)
    throw new Refusal(
      `The deployment has not begun, because it would lose data:\n${sentences.map((each) => `  ${each}`).join('\n')}\ndocs/deploy.md says how to go on ("If a deployment would lose data").`,
    );
}

async function checkConcurrency(environment: Environment, output: string): Promise<void> {
  const { region } = environment;
  const application = nameIn(environment, 'application');
  const after = JSON.parse(readFileSync(join(output, `${application}.template.json`), 'utf8')) as ComparedTemplate;
  const before = await deployedTemplate(region, application);
  const account = await concurrencyOf(region).catch((error: unknown) => error as Error);
  // A person who may deploy need not be allowed to read the settings of Lambda.
  if (account instanceof Error)
    return console.error(`The limit of concurrent functions is unknown (${account.message}).`);
  const { fault, warning } = concurrencyFault(account, { before, after, region });
  refuse(fault);
  if (warning !== undefined) console.error(warning);
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new Refusal(fault);
}
