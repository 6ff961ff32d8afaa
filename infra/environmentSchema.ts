/** The fields of `deploy/<environment>.json`. The JSON Schema beside these files is made from this schema (`npm run schema`). */
import * as z from 'zod/mini';

/** The requests per second that the API takes of everybody who signs in, together. `api.ts` says why. */
export const API_REQUESTS_PER_SECOND = 400;

/** The retentions that CloudWatch Logs knows, in days. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Adds to a field the text that says what is right. A fault is `"<field>" must be <text>`, so the text is a noun. */
const is = <Schema extends z.ZodMiniType>(right: string, schema: Schema): Schema => schema.check(z.describe(right));

const text = (pattern: RegExp) => z.string().check(z.regex(pattern));
const httpsUrl = /^https:\/\/[^\s/?#]+\S*$/;
const mailAddress = /^[!-;=?-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/;
/** `Name <address>` or an address, in ASCII, because it is given to SES unencoded. */
const mailbox = /^([ -;=?-~]*<[!-;=?-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+>|[!-;=?-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+)$/;
const serviceAccount = /^[a-z][a-z0-9-]*$/;

const issuer = z.strictObject({
  url: is('the URL of the issuer, which begins with https', text(httpsUrl)),
  jwksUri: is("the URL of the issuer's keys, which begins with https", text(httpsUrl)),
  audience: is('the audience of the access tokens: without it, a token for any other application would do', text(/./)),
  clientId: is("the portal's client id at the issuer (a public client, code flow with PKCE)", text(/./)),
  scope: is(
    'the scopes that the portal asks for, separated by spaces',
    z._default(text(/^[^\s"\\]+( [^\s"\\]+)*$/), 'openid email'),
  ),
  apiScope: is('the scope of the API at the issuer, which is one of "scope"', z.optional(text(/^[^\s"\\]+$/))),
});

/** A provider is a SAML provider with `metadataUrl`, or an OpenID Connect provider with the other three (`environment.ts` checks it). */
const identityProvider = z.strictObject({
  name: is(
    'the name of the provider on the sign-in page, of 3 to 32 letters, digits and "-"',
    text(/^[A-Za-z][A-Za-z0-9-]{2,31}$/),
  ),
  domains: is(
    'a list of the email domains whose people sign in through the provider, in small letters, such as ["acme.com"]',
    z.array(text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)).check(z.minLength(1)),
  ),
  secondFactor: is(
    'true if the provider asks all of these people for a second factor, or false',
    z._default(z.boolean(), false),
  ),
  metadataUrl: is("the URL of a SAML provider's metadata, which begins with https", z.optional(text(httpsUrl))),
  issuerUrl: is('the URL of an OpenID Connect issuer, which begins with https', z.optional(text(httpsUrl))),
  clientId: is('the client id of the user pool at the OpenID Connect issuer', z.optional(text(/./))),
  clientSecretArn: is(
    "the ARN of a secret of Secrets Manager, whose value is the client's secret",
    z.optional(text(/^arn:[\w-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/)),
  ),
});

/** An environment as its file says it. */
export const environmentSchema = z.strictObject({
  $schema: is('the path of the JSON Schema, for editors', z.optional(z.string())),
  stage: is(
    '"development" or "production", where data outlives its stack and can\'t be deleted by accident',
    z.enum(['development', 'production']),
  ),
  account: is('the number of the AWS account, 12 digits in quotation marks', text(/^\d{12}$/)),
  region: is('the AWS region, such as "eu-central-1"', text(/^[a-z]{2}(-[a-z]+)+-\d$/)),
  program: is('the name of a file in shared/program/presets, without .json', text(/^[\w-]+$/)),
  brandName: is(
    "the name of the provider's cloud in mails and on pages, instead of the program's",
    z.optional(text(/\S/)),
  ),
  domain: is(
    'the domain name of the portal, such as "partners.your-company.com" (without https://)',
    z.optional(text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)),
  ),
  certificateArn: is(
    "the ARN of the domain's certificate in us-east-1, the region that CloudFront takes certificates from",
    z.optional(text(/^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/)),
  ),
  sender: is(
    "the From of all mails, `Name <address>` or an address in ASCII, instead of the program's",
    z.optional(text(mailbox)),
  ),
  senderIdentity: is(
    '"own" if this environment makes the identity of the sender\'s domain in SES, or "shared" if another environment of the account and region has it',
    z._default(z.enum(['own', 'shared']), 'own'),
  ),
  alarmAddress: is('the mail address that gets the alarms', z.optional(text(mailAddress))),
  logRetentionDays: is(
    `a number of days that CloudWatch Logs knows: ${LOG_RETENTION_DAYS.join(', ')}`,
    z._default(z.literal(LOG_RETENTION_DAYS), 90),
  ),
  /** SES's rate for the account (1 in the sandbox, 14 after it). */
  mailsPerSecond: is(
    'a whole number of mails a second, at least 1: the rate that SES gives the account',
    z._default(z.int().check(z.minimum(1), z.maximum(9999)), 14),
  ),
  /** SES's quota for the account (200 in the sandbox, 50,000 after it). */
  mailsPerDay: is(
    'a whole number of mails, at least 1: how many SES lets the account send in 24 hours, for the alarm before they are used up',
    z._default(z.int().check(z.minimum(1)), 50_000),
  ),
  /**
   * Requests per second of one partner: all its members and service accounts together. A program that sends one request after another
   * makes about 20. All partners share the limit of the API. The requests that each instance of a function serves uncounted come on top
   * (`requestLimit.ts`), so that fewer than 16 partners can use their 25 requests at the same time.
   */
  partnerRequestsPerSecond: is(
    `a whole number of requests a second, from 1 to ${API_REQUESTS_PER_SECOND}, which the API takes of all partners together`,
    z._default(z.int().check(z.minimum(1), z.maximum(API_REQUESTS_PER_SECOND)), 25),
  ),
  /** Names of keys in the secret of `frontDoor.ts`. Two of them are valid during a rotation (docs/deploy.md). */
  frontDoorKeys: is(
    'a list of one or two keys of the front door\'s secret, such as ["k1"]: the distribution sends the first, and functions take both (docs/deploy.md)',
    z._default(z.array(text(/^k\w{1,19}$/)).check(z.minLength(1), z.maxLength(2)), ['k1']),
  ),
  hold: is(
    'true to send no mail, after the data was restored, until the mails are released (docs/restore.md), or false',
    z._default(z.boolean(), false),
  ),
  serviceAccounts: is(
    'a list of names such as ["acme", "globex"], in small letters: each is a client of the user pool with client credentials',
    z._default(z.array(text(serviceAccount)), []),
  ),
  removedServiceAccounts: is(
    'a list of former service accounts, whose clients can no longer sign in, and are deleted once their names are left out',
    z._default(z.array(text(serviceAccount)), []),
  ),
  operatorClaim: is("the name of the claim with the caller's groups", z._default(text(/\S/), 'cognito:groups')),
  operatorGroup: is("the name of the group of the provider's operators", z._default(text(/\S/), 'operators')),
  /** Production must say which (`environment.ts`); elsewhere it is off. */
  secondFactor: is(
    '"required" if operators\' and owners\' actions need proof of a second factor, or "off"',
    z.optional(z.enum(['required', 'off'])),
  ),
  secondFactorClaim: is(
    'the name of the claim that proves a second factor, such as "mfa" or "amr"',
    z._default(text(/\S/), 'mfa'),
  ),
  /** By default `ses` in production, and `cognito` elsewhere: in its sandbox, SES sends to verified addresses alone. */
  signInMails: is(
    '"ses" if the codes of sign-in come from the sender, or "cognito" for Cognito\'s own sender, with 50 mails a day',
    z.optional(z.enum(['ses', 'cognito'])),
  ),
  identityProviders: is(
    'a list of identity providers, each with "name", "domains", and "metadataUrl" or "issuerUrl", "clientId" and "clientSecretArn"',
    z._default(z.array(identityProvider), []),
  ),
  issuer: is(
    'an OpenID Connect issuer of your own, with "url", "jwksUri", "audience" and "clientId", instead of a user pool',
    z.optional(issuer),
  ),
});

export type EnvironmentFile = z.output<typeof environmentSchema>;
