/** The front door on this machine: the values of secrets in the template, and the digests that a deployment makes of them. */
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { FrontDoorDefinition, SecretDefinition } from './stackDefinition.ts';

export type Secret = SecretDefinition & { value: string };

/** A dynamic reference to a value in a JSON secret: `{{resolve:secretsmanager:<arn>:SecretString:<key>::}}`. */
const REFERENCE = /\{\{resolve:secretsmanager:(arn:[^{}]+?):SecretString:(\w+)::\}\}/g;

/** A text with the values of its dynamic references, as CloudFormation reads them. @throws Error at a secret or a key that is not there */
export const withSecrets = (text: string, secrets: readonly Secret[]): string =>
  text.replace(REFERENCE, (reference, arn: string, key: string) => {
    const { [key]: value } = JSON.parse(secretOf(arn, secrets)) as Record<string, string>;
    if (value === undefined) throw new Error(`${reference} has no value.`);
    return value;
  });

function secretOf(arn: string, secrets: readonly Secret[]): string {
  const found = secrets.find((secret) => secret.arn === arn);
  if (!found) throw new Error(`There is no secret ${arn}.`);
  return found.value;
}

type Response = { Status: string; Reason?: string; Data?: { Digests: string } };

/**
 * Runs the code that makes the digests during a deployment, with the secrets of this machine.
 *
 * @throws Error with the reason that CloudFormation would show
 */
export async function makeDigests(
  { code, properties }: FrontDoorDefinition,
  secrets: readonly Secret[],
): Promise<string> {
  const sdk = {
    SecretsManagerClient: class {
      send = async ({ SecretId }: { SecretId: string }) => ({ SecretString: secretOf(SecretId, secrets) });
    },
    GetSecretValueCommand: class {
      readonly SecretId: string;
      constructor({ SecretId }: { SecretId: string }) {
        this.SecretId = SecretId;
      }
    },
  };
  const builtIn = createRequire(import.meta.url);
  const exports: { handler?: (event: object) => Promise<void> } = {};
  let response: Response = { Status: 'MISSING' };
  runInNewContext(code, {
    exports,
    require: (module: string) => (module.startsWith('@aws-sdk/') ? sdk : builtIn(module)),
    fetch: async (_: string, { body }: { body: string }) => {
      response = JSON.parse(body) as Response;
    },
  });
  await exports.handler?.({ RequestType: 'Create', ResponseURL: '', ResourceProperties: properties });
  if (response.Data === undefined) throw new Error(response.Reason ?? 'The digests of the front door are missing.');
  return response.Data.Digests;
}
