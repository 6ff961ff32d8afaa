import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { type Program, programSchema } from '../shared/program/program.ts';

const programsFolder = join(import.meta.dirname, '../shared/program/presets');

/** Lambda allows 4 KB for all environment variables of a function. The program gets most of it; names and ARNs take the rest. */
const MAX_PROGRAM_BYTES = 3 * 1024;

/** The requests per second that the API takes of everybody who signs in, together. `api.ts` says why. */
export const API_REQUESTS_PER_SECOND = 400;

/** Whether a value is an origin with https, or one on this machine. */
const isOrigin = (value: string) =>
  URL.canParse(value) &&
  new URL(value).origin === value &&
  (value.startsWith('https:') || ['127.0.0.1', 'localhost'].includes(new URL(value).hostname));

const url = z
  .string()
  .check(
    z.refine((value) => URL.canParse(value) && isOrigin(new URL(value).origin), 'must be a URL that begins with https'),
  );

/** The settings of a deployment, as CDK context (`-c name=value`, or `context` in cdk.json). */
const settingsSchema = z
  .strictObject({
    /** The program: the name of a file in `shared/program/presets`. The environment variable PROGRAM names it too; the context wins. */
    program: z._default(z.string(), 'yandex'),
    /** In production, data outlives the stack and can't be deleted by accident. */
    stage: z._default(z.enum(['development', 'production']), 'development'),
    /** Origin of the portal; by default, the origin of the distribution. */
    portalUrl: z.optional(
      z.string().check(z.refine(isOrigin, 'must be an origin such as https://partners.cloud.example')),
    ),
    /** ARN of the certificate of the portal's domain. CloudFront takes certificates only from us-east-1. */
    certificateArn: z.optional(
      z
        .string()
        .check(z.regex(/^arn:[\w-]+:acm:us-east-1:\d+:certificate\//, 'must be the ARN of a certificate in us-east-1')),
    ),
    /** The deployer's own OpenID Connect issuer, instead of a Cognito user pool. */
    issuer: z.optional(url),
    jwksUri: z.optional(url),
    audience: z.optional(z.string().check(z.minLength(1))),
    /** The portal's client id at that issuer (a public client, code flow with PKCE), and the scope that the portal requests. */
    clientId: z.optional(z.string().check(z.minLength(1))),
    scope: z._default(z.string().check(z.minLength(1)), 'openid email'),
    /** The scope of the API at that issuer, if it issues one: access tokens without it are refused. */
    apiScope: z.optional(z.string().check(z.regex(/^[^\s"\\]+$/, 'must be one scope'))),
    /** The claim that holds the caller's groups, and the group of the provider's operators. */
    operatorClaim: z._default(z.string().check(z.minLength(1)), 'cognito:groups'),
    operatorGroup: z._default(z.string().check(z.minLength(1)), 'operators'),
    /** Mails per second: SES's rate for the account (1 in the sandbox, 14 after it). */
    mailsPerSecond: z._default(
      z.string().check(z.regex(/^[1-9][0-9]{0,3}$/, 'must be a whole number of mails a second, such as 14')),
      '14',
    ),
    /**
     * Requests per second of one partner: all its members and service accounts together. A program that sends one request after another
     * makes about 20. All partners share the limit of the API. The requests that each instance of a function serves uncounted come on top
     * (`requestLimit.ts`), so that fewer than 16 partners can use their 25 requests at the same time.
     */
    partnerRequestsPerSecond: z._default(
      z.string().check(
        z.regex(/^[1-9][0-9]{0,3}$/, 'must be a whole number of requests a second, such as 25'),
        z.refine(
          (value) => Number(value) <= API_REQUESTS_PER_SECOND,
          `must be at most ${API_REQUESTS_PER_SECOND}, the requests a second that the API takes of all partners together`,
        ),
      ),
      '25',
    ),
    /** Partners' service accounts, comma-separated: each becomes a client of the user pool with client credentials. */
    serviceAccounts: z._default(
      z.string().check(z.regex(/^([a-z][a-z0-9-]*(,[a-z][a-z0-9-]*)*)?$/, 'must be names such as acme,globex')),
      '',
    ),
  })
  .check(
    z.refine(
      ({ issuer, jwksUri, audience }) => !issuer === !jwksUri && !issuer === !audience,
      'issuer, jwksUri and audience go together: without an audience, a token for any other application would do',
    ),
    z.refine(
      ({ issuer, clientId }) => !issuer === !clientId,
      'issuer and clientId go together: the portal signs in as a client of the issuer',
    ),
    z.refine(
      ({ issuer, apiScope, scope }) => !apiScope || (issuer !== undefined && scope.split(' ').includes(apiScope)),
      'apiScope is a scope of issuer, and the portal has to ask for it in scope',
    ),
    z.refine(
      ({ portalUrl, certificateArn }) => !certificateArn || portalUrl !== undefined,
      'certificateArn needs portalUrl: it is the certificate of that domain',
    ),
    z.refine(
      ({ issuer, serviceAccounts }) => !issuer || !serviceAccounts,
      'serviceAccounts are clients of the user pool: with an issuer of your own, make them there',
    ),
  );

/** The settings of a deployment, with the program itself and the list of service accounts. */
export type Settings = Omit<z.infer<typeof settingsSchema>, 'program' | 'serviceAccounts'> & {
  program: Program;
  serviceAccounts: string[];
};

/**
 * Reads the settings and the program that they name.
 *
 * @throws Error that names each wrong setting, or each wrong field of the program
 */
export function readSettings(app: App, environment: Record<string, string | undefined>): Settings {
  const context = Object.keys(settingsSchema.def.shape).map((name) => [name, app.node.tryGetContext(name)]);
  const given = { program: environment['PROGRAM'], ...withoutUndefined(context) };
  const settings = valid(settingsSchema, withoutUndefined(Object.entries(given)), 'The context (-c name=value)');
  return {
    ...settings,
    program: readProgram(settings.program),
    serviceAccounts: settings.serviceAccounts.split(',').filter(Boolean),
  };
}

const withoutUndefined = (entries: [string, unknown][] | unknown[][]) =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));

/**
 * Reads and validates a program by the name of its preset.
 *
 * @throws Error if the preset is unknown, isn't JSON, has a wrong field, or is too large for a function's environment
 */
export function readProgram(name: string, folder = programsFolder): Program {
  const presets = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  if (!presets.includes(name)) throw new Error(`There is no program "${name}", but: ${presets.join(', ')}`);
  const file = join(folder, `${name}.json`);
  const program = valid(programSchema, readJson(file), `The program "${name}"`);
  const bytes = Buffer.byteLength(JSON.stringify(program));
  if (bytes > MAX_PROGRAM_BYTES)
    throw new Error(`The program "${name}" has ${bytes} bytes; ${MAX_PROGRAM_BYTES} fit into a function's environment`);
  return program;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function valid<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value, { error: en().localeError });
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(whole)'}: ${message}`);
  throw new Error(`${what} is not valid:\n${wrong.join('\n')}`);
}
