/** Reads and checks `deploy/<environment>.json`, before anything is synthesized. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { duplicateKey } from '../shared/http/duplicateKey.ts';
import type { Program } from '../shared/program/program.ts';
import { type EnvironmentFile, environmentSchema } from './environmentSchema.ts';
import { nearestHint } from './nearest.ts';
import { readProgram } from './programs.ts';

/** The folder of the environments' files. */
export const environmentsFolder = join(import.meta.dirname, '../deploy');
/** The environment of `npm start`. */
export const LOCAL = 'local';

/** The longest name: with the longest region and function, the function's name has 64 characters, as many as Lambda allows. */
const MAX_NAME_LENGTH = 14;

/** An environment: its file, its name and its program. */
export type Environment = Omit<EnvironmentFile, 'program' | '$schema'> & {
  /** The name of the file, without `.json`. */
  name: string;
  /** The program with the environment's `brandName` and `sender`. */
  program: Program;
};

/** The faults of an environment: one sentence each. Without a file, there is no such environment. */
export class EnvironmentError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[], file?: string) {
    super(
      file === undefined
        ? faults.join('\n')
        : `${file} is not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

/**
 * Reads an environment and everything that it names.
 *
 * @param program replaces the program that the file names
 * @throws EnvironmentError with all faults at once
 */
export function readEnvironment(
  name: string,
  { folder = environmentsFolder, program }: { folder?: string; program?: string | undefined } = {},
): Environment {
  requireEnvironment(name, folder);
  const file = `deploy/${name}.json`;
  const faults = nameFaults(name);
  const read = readFile(join(folder, `${name}.json`));
  if ('fault' in read) throw new EnvironmentError([...faults, read.fault], file);
  const result = environmentSchema.safeParse({ ...read.value, ...(program !== undefined && { program }) });
  if (!result.success) faults.push(...result.error.issues.flatMap((issue) => issueFaults(issue, read.value)));
  const given = rightFields(read.value, program);
  const { program: named, fault } = programOf(given);
  if (fault !== undefined) faults.push(fault);
  const others = othersThan(name, folder);
  // A field that is wrong is missing here, and has its sentence already.
  const wrong = result.error?.issues.map(({ path }) => path[0]) ?? [];
  faults.push(
    ...[
      ...relationFaults(given),
      ...(given.stage === 'production' ? placeholderFaults(given, named) : []),
      ...domainFaults(given, others),
      ...(wrong.includes('sender') ? [] : identityFaults(given, others)),
    ].filter((each) => !wrong.includes(/^"(\w+)/.exec(each)?.[1] ?? '')),
  );
  if (faults.length > 0 || !result.success || !named) throw new EnvironmentError(faults, file);
  const { $schema, ...environment } = result.data;
  return { ...environment, name, program: named };
}

/** @throws EnvironmentError if there is no environment of this name */
export function requireEnvironment(name: string, folder = environmentsFolder): void {
  const names = environmentNames(folder);
  if (!names.includes(name))
    throw new EnvironmentError([
      `There is no environment "${name}"${nearestHint(name, names)}: the folder deploy has ${names.join(', ')}.`,
    ]);
}

/** The fields that are right on their own, for the checks between fields. */
function rightFields(value: Record<string, unknown>, program: string | undefined): Partial<EnvironmentFile> {
  const given: Record<string, unknown> = { ...value, ...(program !== undefined && { program }) };
  const fields = Object.entries(environmentSchema.def.shape).flatMap(([key, schema]) => {
    const result = schema.safeParse(given[key]);
    return result.success && result.data !== undefined ? [[key, result.data]] : [];
  });
  return Object.fromEntries(fields) as Partial<EnvironmentFile>;
}

/** The names of all environments. */
export const environmentNames = (folder = environmentsFolder): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();

/** The domain of a mailbox: `cloud.example` of `Partner portal <partners@cloud.example>`. */
export const domainOf = (mailbox: string): string => mailbox.slice(mailbox.lastIndexOf('@') + 1).replace(/>\s*$/, '');

/** Whether the mails of sign-in come from the environment's sender. */
export const sendsSignInMails = ({ stage, signInMails }: Pick<Environment, 'stage' | 'signInMails'>): boolean =>
  (signInMails ?? (stage === 'production' ? 'ses' : 'cognito')) === 'ses';

function nameFaults(name: string): string[] {
  const isName = /^[a-z][a-z0-9-]*$/.test(name) && name.length <= MAX_NAME_LENGTH;
  // "You can't use the text aws, amazon, or cognito in the domain prefix" (Cognito, "Using the Amazon Cognito domain").
  const isReserved = /aws|amazon|cognito/.test(name);
  return isName && !isReserved
    ? []
    : [
        `The name "${name}" must have at most ${MAX_NAME_LENGTH} small letters, digits and "-", without "aws", "amazon" and "cognito": it is a part of the resources' names.`,
      ];
}

function readFile(path: string): { value: Record<string, unknown> } | { fault: string } {
  if (!existsSync(path)) return { value: {} };
  // Some editors write a byte order mark, which nobody sees.
  const json = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { fault: `The file must be JSON: ${error instanceof Error ? error.message : error}.` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'The file must be a JSON object.' };
  const twice = duplicateKey(json);
  return twice === undefined
    ? { value: value as Record<string, unknown> }
    : { fault: `"${twice}" must be there once: the file has it twice.` };
}

type Issue = z.core.$ZodIssue;

/** The sentences of an issue that zod found. */
function issueFaults(issue: Issue, value: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(fieldsOf(fieldAt(path)));
    return issue.keys.map(
      (key) => `"${[...path, key].join('.')}" is no field of an environment${nearestHint(key, known)}.`,
    );
  }
  const field = fieldAt(path);
  const right = field && describe(field);
  const given = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], value);
  const name = `"${path.join('.')}"`;
  if (given === undefined) return [`${name} is missing: it must be ${right}.`];
  return [`${name} must be ${right}, not ${JSON.stringify(given)}.`];
}

type Schema = z.ZodMiniType;

/** The schema of the field, or of the element of a list, at a path. */
function fieldAt(path: readonly string[]): Schema {
  return path.reduce<Schema>(
    (schema, key) => fieldsOf(schema)[key] ?? definitionOf(schema).element ?? schema,
    environmentSchema,
  );
}

/** The fields of an object's schema; none for other schemas. */
const fieldsOf = (schema: Schema): Record<string, Schema> => definitionOf(schema).shape ?? {};

type Definition = { shape?: Record<string, Schema>; element?: Schema; innerType?: Schema };

/** The definition of a schema, or of the schema that it makes optional. */
function definitionOf(schema: Schema): Definition {
  const { def } = schema as unknown as { def: Definition };
  return def.innerType ? definitionOf(def.innerType) : def;
}

/** The text that describes the right value of a field. */
const describe = (schema: Schema): string => z.globalRegistry.get(schema)?.description ?? 'something else';

/** The program with the environment's own brand and sender. */
function programOf({ program, brandName, sender }: Partial<EnvironmentFile>): { program?: Program; fault?: string } {
  if (program === undefined) return {};
  try {
    const read = readProgram(program);
    return {
      program: { ...read, ...(brandName !== undefined && { brandName }), ...(sender !== undefined && { sender }) },
    };
  } catch (error) {
    return { fault: `"program": ${error instanceof Error ? error.message : error}` };
  }
}

/** Faults between fields. */
function relationFaults(given: Partial<EnvironmentFile>): string[] {
  const {
    stage,
    account,
    domain,
    certificateArn,
    secondFactor,
    issuer,
    serviceAccounts = [],
    removedServiceAccounts = [],
  } = given;
  const faults: string[] = [];
  if (stage === 'production' && domain === undefined)
    faults.push(
      '"domain" is missing: production must have a domain of its own, which links and partners\' programs keep.',
    );
  if (stage === 'production' && secondFactor === undefined)
    faults.push(
      '"secondFactor" is missing: production must say "required", or "off" if operators and owners need no second factor.',
    );
  if (certificateArn !== undefined && domain === undefined)
    faults.push('"certificateArn" must be left out without "domain": it is the certificate of that domain.');
  const certificateAccount = certificateArn?.split(':')[4];
  if (certificateAccount !== undefined && account !== undefined && certificateAccount !== account)
    faults.push(
      `"certificateArn" must be a certificate of the account ${account}, not of ${certificateAccount}: CloudFront takes no other.`,
    );
  if (issuer?.apiScope !== undefined && !(issuer.scope ?? '').split(' ').includes(issuer.apiScope))
    faults.push('"issuer.apiScope" must be one of "issuer.scope": the portal has to ask for it.');
  if (issuer !== undefined && serviceAccounts.length > 0)
    faults.push('"serviceAccounts" must be left out with "issuer": make the clients at that issuer.');
  if (issuer !== undefined)
    for (const field of ['signInMails', 'identityProviders'] as const)
      if (given[field] !== undefined && given[field].length > 0)
        faults.push(`"${field}" must be left out with "issuer": that issuer has its own.`);
  faults.push(...providerFaults(given));
  for (const field of ['serviceAccounts', 'removedServiceAccounts', 'frontDoorKeys'] as const)
    for (const name of twice(given[field] ?? [])) faults.push(`"${field}" must not name "${name}" twice.`);
  faults.push(...serviceAccountFaults(serviceAccounts, removedServiceAccounts));
  return faults;
}

function serviceAccountFaults(current: readonly string[], removed: readonly string[]): string[] {
  const names = [...new Set(current)];
  const bare = (name: string) => name.replaceAll('-', '');
  return [
    ...names
      .filter((name) => removed.includes(name))
      .map((name) => `"removedServiceAccounts" must not name "${name}", which "serviceAccounts" names, too.`),
    ...names.flatMap((name, index) =>
      names
        .slice(0, index)
        .filter((other) => bare(other) === bare(name))
        .map(
          (other) =>
            `"serviceAccounts" must not name both "${other}" and "${name}": the outputs with their client ids would have one name, which has no "-".`,
        ),
    ),
  ];
}

/** The values that a list has already. */
const twice = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) < index);

function providerFaults({ region, identityProviders: providers = [] }: Partial<EnvironmentFile>): string[] {
  const names = providers.map(({ name }) => name.toLowerCase());
  return [
    ...providers.flatMap(({ metadataUrl, issuerUrl, clientId, clientSecretArn }, index) => {
      const oidc = [issuerUrl, clientId, clientSecretArn].filter((field) => field !== undefined).length;
      const isOne = metadataUrl === undefined ? oidc === 3 : oidc === 0;
      return isOne
        ? []
        : [
            `"identityProviders.${index}" must have "metadataUrl" (SAML), or "issuerUrl", "clientId" and "clientSecretArn" (OpenID Connect).`,
          ];
    }),
    // A secret of another account will do, if its policy lets this account read it.
    ...providers.flatMap(({ clientSecretArn }, index) => {
      const secretRegion = clientSecretArn?.split(':')[3];
      return secretRegion === undefined || region === undefined || secretRegion === region
        ? []
        : [
            `"identityProviders.${index}.clientSecretArn" must be a secret in the region ${region}, not in ${secretRegion}: CloudFormation reads no other.`,
          ];
    }),
    // The user pool's own name of the people who sign in with a password.
    ...(names.includes('cognito')
      ? ['"identityProviders" must not have a provider "COGNITO": it is the user pool.']
      : []),
    ...twice(names).map(
      (name) =>
        `"identityProviders" must not have two providers "${name}": user names begin with that name, and big and small letters are the same there.`,
    ),
    ...twice(providers.flatMap(({ domains }) => domains)).map(
      (domain) => `"identityProviders" must not name the domain "${domain}" twice: one provider speaks for it.`,
    ),
  ];
}

/** Endings of names that are reserved for examples and tests (RFC 2606, RFC 6761), and the company of the documents. */
const PLACEHOLDER_HOST =
  /(^|[@./])(localhost\b|127\.0\.0\.1\b|your-company\.)|\.(example|test|invalid|localhost)\b|\bexample\.(com|net|org)\b/i;
/** The account numbers of AWS's documentation, and numbers that nobody has: one digit or counting digits. */
const PLACEHOLDER_ACCOUNT = /^(\d)\1{11}$|^(\d)\2{3}(\d)\3{3}(\d)\4{3}$|^123456789012$|^012345678901$/;

/** The programs that ship with the project, as examples. */
const SHIPPED = ['yandex', 'vng'];

/** Placeholders that production refuses. */
function placeholderFaults(given: Partial<EnvironmentFile>, program: Program | undefined): string[] {
  const faults: string[] = [];
  if (PLACEHOLDER_ACCOUNT.test(String(given.account)))
    faults.push(`"account" must be the number of your AWS account, not the placeholder ${given.account}.`);
  for (const [field, value] of textsOf(given))
    if (PLACEHOLDER_HOST.test(value))
      faults.push(`"${field}" must be a real name or address, not the placeholder "${value}".`);
  if (given.certificateArn !== undefined && PLACEHOLDER_ACCOUNT.test(given.certificateArn.split(':')[4] ?? ''))
    faults.push(`"certificateArn" must be the ARN of your certificate, not the placeholder "${given.certificateArn}".`);
  if (program === undefined) return faults;
  for (const [field, value] of textsOf(program))
    if (PLACEHOLDER_HOST.test(value) && !(field === 'sender' && given.sender !== undefined))
      faults.push(
        field === 'sender'
          ? `"sender" must be the address that your mails come from: the program "${given.program}" has the placeholder "${value}".`
          : `"program" must name a program with your own "${field}": "${given.program}" has the placeholder "${value}".`,
      );
  if (SHIPPED.some((name) => readProgram(name).brandName === program.brandName))
    faults.push(
      given.brandName === undefined
        ? `"brandName" must be the name of your cloud: the program "${given.program}" has "${program.brandName}", which is the example's.`
        : `"brandName" must be the name of your cloud, not "${program.brandName}", which is the example's.`,
    );
  if (given.alarmAddress === undefined)
    faults.push('"alarmAddress" is missing: it must be the mail address that gets the alarms of production.');
  return faults;
}

/** The texts of an object with the path of each, without the schema's path. */
function textsOf(object: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(object).flatMap(([key, value]): [string, string][] => {
    if (key === '$schema') return [];
    if (typeof value === 'string') return [[[...path, key].join('.'), value]];
    return typeof value === 'object' && value !== null ? textsOf(value, [...path, key]) : [];
  });
}

/** The files of the other environments, with the fields that are right. Their own faults are not said here. */
function othersThan(name: string, folder: string): { file: string; fields: Partial<EnvironmentFile> }[] {
  return environmentNames(folder)
    .filter((other) => other !== name && other !== LOCAL)
    .flatMap((other) => {
      const read = readFile(join(folder, `${other}.json`));
      return 'value' in read ? [{ file: `deploy/${other}.json`, fields: rightFields(read.value, undefined) }] : [];
    });
}

/** CloudFront takes a domain once, in all accounts. */
const domainFaults = ({ domain }: Partial<EnvironmentFile>, others: ReturnType<typeof othersThan>): string[] =>
  others
    .filter(({ fields }) => domain !== undefined && fields.domain === domain)
    .map(({ file }) => `"domain" must not be that of ${file}, too: CloudFront takes "${domain}" once.`);

/** SES has one identity of a domain in each account and region, so exactly one environment makes it. */
function identityFaults(given: Partial<EnvironmentFile>, others: ReturnType<typeof othersThan>): string[] {
  const identity = identityOf(given);
  if (identity === undefined) return [];
  const owners = others.filter(({ fields }) => fields.senderIdentity !== 'shared' && identityOf(fields) === identity);
  if (given.senderIdentity === 'shared')
    return owners.length > 0
      ? []
      : [
          `"senderIdentity" must be "own" here or in another file: no environment of this folder makes the identity ${identity}.`,
        ];
  return owners.map(
    ({ file }) =>
      `"senderIdentity" must be "shared" here or in ${file}, or "sender" must have a domain of its own: both make the identity ${identity} in one account and region.`,
  );
}

/** Account, region and domain of the identity that an environment needs; `undefined` if one of these is wrong. */
function identityOf(given: Partial<EnvironmentFile>): string | undefined {
  const { program } = programOf(given);
  const { account, region } = given;
  if (!program || account === undefined || region === undefined) return undefined;
  return `${domainOf(program.sender)} (${account}, ${region})`;
}
