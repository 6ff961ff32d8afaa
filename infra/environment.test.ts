import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { EnvironmentError, environmentNames, environmentsFolder, readEnvironment } from './environment.ts';
import { environmentSchema } from './environmentSchema.ts';
import { schemaFile, schemaText } from './jsonSchema.ts';

const GOOD = {
  stage: 'development',
  account: '510111222333',
  region: 'eu-central-1',
  program: 'yandex',
  sender: 'Partner portal <partners@dev.firm.cloud>',
};

/** The faults of an environment whose file has these fields, or this text. */
function faultsOf(
  content: Record<string, unknown> | string,
  name = 'testing',
  others: Record<string, object> = {},
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-environments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, `${name}.json`), typeof content === 'string' ? content : JSON.stringify(content));
  for (const [other, fields] of Object.entries(others))
    writeFileSync(join(folder, `${other}.json`), JSON.stringify(fields));
  try {
    readEnvironment(name, { folder });
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return [...error.faults];
    throw error;
  }
}

test('a good file has no fault, also with an invisible mark of an editor at its beginning', () => {
  expect(faultsOf(GOOD)).toEqual([]);
  expect(faultsOf(`\uFEFF${JSON.stringify(GOOD)}`)).toEqual([]);
});

const PROVIDER = { name: 'Acme', domains: ['acme.com'], metadataUrl: 'https://id.acme.com/metadata' };

/** Mistakes in a good file, each with the one sentence that it gets. */
const MISTAKES: [what: string, fields: Record<string, unknown> | string, sentence: string][] = [
  [
    'an unknown name',
    { ...GOOD, certificatArn: 'x' },
    '"certificatArn" is no field of an environment (did you mean "certificateArn"?).',
  ],
  [
    'a missing field',
    { ...GOOD, region: undefined },
    '"region" is missing: it must be a region of AWS, such as "eu-central-1" (none in China or GovCloud).',
  ],
  [
    'another stage',
    { ...GOOD, stage: 'prod' },
    '"stage" must be "development" or "production", where data outlives its stack and can\'t be deleted by accident, not "prod".',
  ],
  [
    'an account as a number',
    { ...GOOD, account: 510111222333 },
    '"account" must be the number of the AWS account, 12 digits in quotation marks, not 510111222333.',
  ],
  ...['Frankfurt', 'eu-nowhere-9', 'cn-north-1', 'us-gov-west-1'].map((region): (typeof MISTAKES)[number] => [
    `the region ${region}`,
    { ...GOOD, region },
    `"region" must be a region of AWS, such as "eu-central-1" (none in China or GovCloud), not "${region}".`,
  ]),
  ['an unknown program', { ...GOOD, program: 'yandx' }, '"program": There is no program "yandx", but: vng, yandex'],
  [
    'an origin as the domain',
    { ...GOOD, domain: 'https://partners.firm.cloud' },
    '"domain" must be the domain name of the portal, such as "partners.your-company.com" (without https://), not "https://partners.firm.cloud".',
  ],
  [
    'an IP address as the domain',
    { ...GOOD, domain: '203.0.113.7' },
    '"domain" must be the domain name of the portal, such as "partners.your-company.com" (without https://), not "203.0.113.7".',
  ],
  [
    'a certificate in another region',
    { ...GOOD, domain: 'p.firm.cloud', certificateArn: 'arn:aws:acm:eu-west-1:510111222333:certificate/a' },
    '"certificateArn" must be the ARN of the domain\'s certificate in us-east-1, the region that CloudFront takes certificates from, not "arn:aws:acm:eu-west-1:510111222333:certificate/a".',
  ],
  [
    'a certificate of another account',
    { ...GOOD, domain: 'p.firm.cloud', certificateArn: 'arn:aws:acm:us-east-1:610111222333:certificate/a' },
    '"certificateArn" must be a certificate of the account 510111222333, not of 610111222333: CloudFront takes no other.',
  ],
  [
    'three keys of the front door',
    { ...GOOD, frontDoorKeys: ['k1', 'k2', 'k3'] },
    '"frontDoorKeys" must be a list of one or two keys of the front door\'s secret, such as ["k1"]: the distribution sends the first, and functions take both (docs/deploy.md), not ["k1","k2","k3"].',
  ],
  [
    'a certificate without a domain',
    { ...GOOD, certificateArn: 'arn:aws:acm:us-east-1:510111222333:certificate/a' },
    '"certificateArn" must be left out without "domain": it is the certificate of that domain.',
  ],
  [
    'a sender without a mailbox',
    { ...GOOD, sender: 'firm.cloud' },
    '"sender" must be the From of all mails, `Name <address>` or an address in ASCII, instead of the program\'s, not "firm.cloud".',
  ],
  [
    'a rate as a text',
    { ...GOOD, mailsPerSecond: '14' },
    '"mailsPerSecond" must be a whole number of mails a second, at least 1: the rate that SES gives the account, not "14".',
  ],
  [
    'a partner above the API',
    { ...GOOD, partnerRequestsPerSecond: 401 },
    '"partnerRequestsPerSecond" must be a whole number of requests a second, from 1 to 400, which the API takes of all partners together, not 401.',
  ],
  ...(['partner.example', '203.0.113.256', '0.0.0.0/0', '203.0.113.7/33'] as const).map(
    (address): [string, Record<string, unknown>, string] => [
      `the blocked address ${address}`,
      { ...GOOD, blockedAddresses: ['203.0.113.7', '2001:db8::1', '2001:db8::/64', address] },
      `"blockedAddresses.3" must be an IP address or a range such as "198.51.100.0/24" that doesn't end with /0, not "${address}".`,
    ],
  ),
  [
    'a list as a text',
    { ...GOOD, serviceAccounts: 'acme,globex' },
    '"serviceAccounts" must be a list of names such as ["acme", "globex"], in small letters: each is a client of the user pool with client credentials, not "acme,globex".',
  ],
  [
    'a bad name in a list',
    { ...GOOD, serviceAccounts: ['Acme Corp'] },
    '"serviceAccounts.0" must be a name such as "acme", of small letters, digits and "-", which begins with a letter, not "Acme Corp".',
  ],
  [
    'a bad key in a list',
    { ...GOOD, frontDoorKeys: ['first'] },
    '"frontDoorKeys.0" must be a key, such as "k1": a "k" with at most 19 letters, digits and "_", not "first".',
  ],
  ...(['serviceAccounts', 'removedServiceAccounts', 'frontDoorKeys'] as const).map(
    (field): (typeof MISTAKES)[number] => [
      `a name twice in ${field}`,
      { ...GOOD, [field]: ['k1', 'k1'] },
      `"${field}" must not name "k1" twice.`,
    ],
  ),
  [
    'an account that stays and goes',
    { ...GOOD, serviceAccounts: ['acme'], removedServiceAccounts: ['acme'] },
    '"removedServiceAccounts" must not name "acme", which "serviceAccounts" names, too.',
  ],
  [
    'accounts that differ only in a hyphen',
    { ...GOOD, serviceAccounts: ['acme-robot', 'globex', 'acmerobot'] },
    '"serviceAccounts" must not name both "acme-robot" and "acmerobot": the outputs with their client ids would have one name, which has no "-".',
  ],
  [
    'a retention that CloudWatch lacks',
    { ...GOOD, logRetentionDays: 100 },
    expect.stringMatching(
      /^"logRetentionDays" must be a number of days that CloudWatch Logs knows: 1, 3, .*, not 100\.$/,
    ),
  ],
  [
    'an issuer without an audience',
    { ...GOOD, issuer: { url: 'https://id.firm.cloud', jwksUri: 'https://id.firm.cloud/jwks', clientId: 'p' } },
    '"issuer.audience" is missing: it must be the audience of the access tokens: without it, a token for any other application would do.',
  ],
  [
    'an issuer without TLS',
    {
      ...GOOD,
      issuer: { url: 'http://id.firm.cloud', jwksUri: 'https://id.firm.cloud/jwks', audience: 'a', clientId: 'p' },
    },
    '"issuer.url" must be the URL of the issuer, which begins with https, not "http://id.firm.cloud".',
  ],
  [
    'a scope that nobody asks for',
    {
      ...GOOD,
      issuer: {
        url: 'https://id.firm.cloud',
        jwksUri: 'https://id.firm.cloud/jwks',
        audience: 'a',
        clientId: 'p',
        apiScope: 'api',
      },
    },
    '"issuer.apiScope" must be one of "issuer.scope": the portal has to ask for it.',
  ],
  [
    'service accounts at another issuer',
    {
      ...GOOD,
      serviceAccounts: ['acme'],
      issuer: { url: 'https://id.firm.cloud', jwksUri: 'https://id.firm.cloud/jwks', audience: 'a', clientId: 'p' },
    },
    '"serviceAccounts" must be left out with "issuer": make the clients at that issuer.',
  ],
  [
    'a second factor as a truth',
    { ...GOOD, secondFactor: true },
    '"secondFactor" must be "required" if operators\' and owners\' actions need proof of a second factor, or "off", not true.',
  ],
  [
    'a provider without an address, which nobody asks for',
    { ...GOOD, identityProviders: [{ name: 'Acme', domains: ['acme.com'], issuerUrl: 'https://id.acme.com' }] },
    '"identityProviders.0" must have "metadataUrl" (SAML), or "issuerUrl", "clientId" and "clientSecretArn" (OpenID Connect).',
  ],
  ...(
    [
      [
        { secondFactor: 'yes' },
        '"identityProviders.0.secondFactor" must be true if the provider asks all of these people for a second factor, or false, not "yes".',
      ],
      [
        { name: 'Ac' },
        '"identityProviders.0.name" must be the name of the provider on the sign-in page, of 3 to 32 letters, digits and "-", not "Ac".',
      ],
      [
        { name: undefined },
        '"identityProviders.0.name" is missing: it must be the name of the provider on the sign-in page, of 3 to 32 letters, digits and "-".',
      ],
      [
        { domains: 'acme.com' },
        '"identityProviders.0.domains" must be a list of the email domains whose people sign in through the provider, in small letters, such as ["acme.com"], not "acme.com".',
      ],
      [
        { domains: ['Acme.com'] },
        '"identityProviders.0.domains.0" must be a domain in small letters, such as "acme.com", not "Acme.com".',
      ],
      [
        { metadataUrl: 'http://id.acme.com' },
        '"identityProviders.0.metadataUrl" must be the URL of a SAML provider\'s metadata, which begins with https, not "http://id.acme.com".',
      ],
      [
        { domians: ['acme.org'] },
        '"identityProviders.0.domians" is no field of an environment (did you mean "domains"?).',
      ],
    ] as const
  ).map(([fields, sentence]): (typeof MISTAKES)[number] => [
    `a provider with ${JSON.stringify(fields)}`,
    { ...GOOD, identityProviders: [{ ...PROVIDER, ...fields }] },
    sentence,
  ]),
  [
    'a provider as its name',
    { ...GOOD, identityProviders: ['Acme'] },
    '"identityProviders.0" must be an identity provider with "name", "domains", and "metadataUrl" or "issuerUrl", "clientId" and "clientSecretArn", not "Acme".',
  ],
  [
    "a provider's secret in another region",
    {
      ...GOOD,
      identityProviders: [
        {
          ...{ name: 'Globex', domains: ['globex.com'], issuerUrl: 'https://id.globex.com', clientId: 'portal' },
          clientSecretArn: 'arn:aws:secretsmanager:eu-west-1:510111222333:secret:globex-AbCdEf',
        },
      ],
    },
    '"identityProviders.0.clientSecretArn" must be a secret in the region eu-central-1, not in eu-west-1: CloudFormation reads no other.',
  ],
  [
    'a name twice, in big and small letters',
    { ...GOOD, identityProviders: [PROVIDER, { ...PROVIDER, name: 'acme', domains: ['acme.org'] }] },
    '"identityProviders" must not have two providers "acme": user names begin with that name, and big and small letters are the same there.',
  ],
  [
    "a provider with the user pool's own name",
    { ...GOOD, identityProviders: [{ ...PROVIDER, name: 'Cognito' }] },
    '"identityProviders" must not have a provider "COGNITO": it is the user pool.',
  ],
  [
    'a domain of two providers, in one list twice',
    {
      ...GOOD,
      identityProviders: ['Acme', 'Globex'].map((name) => ({
        name,
        domains: ['acme.com'],
        metadataUrl: 'https://id.acme.com/metadata',
      })),
    },
    '"identityProviders" must not name the domain "acme.com" twice: one provider speaks for it.',
  ],
  [
    'mails of a user pool at another issuer',
    {
      ...GOOD,
      signInMails: 'ses',
      issuer: { url: 'https://id.firm.cloud', jwksUri: 'https://id.firm.cloud/jwks', audience: 'a', clientId: 'p' },
    },
    '"signInMails" must be left out with "issuer": that issuer has its own.',
  ],
  [
    'a field twice',
    `{ "stage": "production", ${JSON.stringify(GOOD).slice(1)}`,
    '"stage" must be there once: the file has it twice.',
  ],
  ['a comma too many', '{ "stage": "development", }', expect.stringMatching(/^The file must be JSON: .*\.$/)],
  ['no object', '[]', 'The file must be a JSON object.'],
];
test.each(MISTAKES)('%s is one sentence that names the field and what is right', (_, content, sentence) => {
  expect(faultsOf(content)).toEqual([sentence]);
});

test('a wrong field of production has one sentence', () => {
  const faults = faultsOf({ ...GOOD, stage: 'production', domain: 'https://partners.firm.cloud', alarmAddress: 'ops' });
  expect(faults.filter((fault) => /^"(domain|alarmAddress)"/.test(fault))).toHaveLength(2);
});

test('an account that is named twice, and is to go, has one sentence about that', () => {
  const faults = faultsOf({ ...GOOD, serviceAccounts: ['acme', 'acme'], removedServiceAccounts: ['acme'] });
  expect(faults.filter((fault) => fault.startsWith('"removedServiceAccounts"'))).toHaveLength(1);
});

test('all faults are said at once', () => {
  expect(faultsOf({ ...GOOD, region: 'x', stge: 'production', mailsPerSecond: 0 })).toHaveLength(3);
});

test('a name that can be no part of the names of resources is refused', () => {
  for (const name of ['Production', 'a-name-of-many-letters', 'aws-test'])
    expect(faultsOf(GOOD, name)).toEqual([expect.stringMatching(new RegExp(`^The name "${name}" must have `))]);
});

test('a name without a file gets the names of the environments, and the nearest one', () => {
  expect(() => readEnvironment('prodction')).toThrow(
    /^There is no environment "prodction" \(did you mean "production"\?\): the folder deploy has development, local, production\.$/,
  );
});

test('two environments do not both make the identity of one domain in one account and region', () => {
  const other = { other: { ...GOOD, sender: 'news@dev.firm.cloud' } };
  expect(faultsOf(GOOD, 'testing', other)).toEqual([
    expect.stringMatching(/^"senderIdentity" must be "shared" here or in deploy\/other\.json/),
  ]);
  expect(faultsOf({ ...GOOD, senderIdentity: 'shared' }, 'testing', other)).toEqual([]);
  expect(faultsOf({ ...GOOD, region: 'eu-west-1' }, 'testing', other)).toEqual([]);
  expect(faultsOf({ ...GOOD, sender: 'news@firm.cloud' }, 'testing', other)).toEqual([]);
});

test('an environment shares the identity of a domain only if another one makes it', () => {
  const shared = { ...GOOD, senderIdentity: 'shared' };
  const nobody = [
    '"senderIdentity" must be "own" here or in another file: no environment of this folder makes the identity dev.firm.cloud (510111222333, eu-central-1).',
  ];
  expect(faultsOf(shared)).toEqual(nobody);
  expect(faultsOf(shared, 'testing', { other: shared })).toEqual(nobody);
  expect(faultsOf(shared, 'testing', { other: { ...GOOD, region: 'eu-west-1' } })).toEqual(nobody);
  expect(faultsOf(shared, 'testing', { other: { ...GOOD, account: '610111222333' } })).toEqual(nobody);
  expect(faultsOf(shared, 'testing', { other: GOOD })).toEqual([]);
  // No second sentence about the identity, which nobody knows.
  expect(faultsOf({ ...shared, region: 'x' })).toHaveLength(1);
  expect(faultsOf({ ...shared, sender: 'x' })).toHaveLength(1);
});

test('two environments do not have one domain', () => {
  const here = { ...GOOD, domain: 'partners.firm.cloud' };
  const far = { ...here, account: '610111222333', region: 'eu-west-1' };
  expect(faultsOf(here, 'testing', { other: far })).toEqual([
    '"domain" must not be that of deploy/other.json, too: CloudFront takes "partners.firm.cloud" once.',
  ]);
  expect(faultsOf(here, 'testing', { other: { ...far, domain: 'eu.firm.cloud' } })).toEqual([]);
});

test('production refuses what was left of the examples', () => {
  // The file of the example, which a reader copies.
  expect(() => readEnvironment('production')).toThrow(EnvironmentError);
  const example = JSON.parse(readFileSync(join(environmentsFolder, 'production.json'), 'utf8')) as object;
  expect(faultsOf({ ...example }, 'production')).toEqual([
    '"account" must be the number of your AWS account, not the placeholder 111122223333.',
    '"domain" must be a real name or address, not the placeholder "partners.cloud.example".',
    '"sender" must be a real name or address, not the placeholder "Partner portal <partners@cloud.example>".',
    '"alarmAddress" must be a real name or address, not the placeholder "partner-portal-alarms@cloud.example".',
    '"program" must name a program with your own "replyTo": "yandex" has the placeholder "Partner support <partner-support@cloud.example>".',
    ...['cloud', 'organization'].map(
      (page) =>
        `"program" must name a program with your own "consoleUrls.${page}": "yandex" has the placeholder "https://console.cloud.example/${page}s/{${page}Id}".`,
    ),
    '"brandName" must be the name of your cloud: the program "yandex" has "Yandex Cloud", which is the example\'s.',
  ]);
  const { sender, ...withoutSender } = { ...GOOD, stage: 'production' };
  const faults = faultsOf(withoutSender);
  expect(faults).toContainEqual(
    expect.stringMatching(/^"domain" is missing: production must have a domain of its own/),
  );
  expect(faults).toContainEqual(expect.stringMatching(/^"alarmAddress" is missing/));
  expect(faults).toContainEqual(expect.stringMatching(/^"secondFactor" is missing: production must say "required"/));
  expect(faults).toContainEqual(expect.stringMatching(/^"sender" must be the address that your mails come from: /));
});

test("production refuses the documents' company, and the brand of an example in each place", () => {
  const production = { ...GOOD, stage: 'production', domain: 'partners.firm.cloud' };
  expect(faultsOf({ ...production, domain: 'partners.your-company.com' })).toContain(
    '"domain" must be a real name or address, not the placeholder "partners.your-company.com".',
  );
  for (const alarmAddress of ['smoke@your-company.com', 'ops@dev.your-company.cloud'])
    expect(faultsOf({ ...production, alarmAddress })).toContain(
      `"alarmAddress" must be a real name or address, not the placeholder "${alarmAddress}".`,
    );
  expect(faultsOf({ ...production, alarmAddress: 'ops@not-your-company.com' }).join()).not.toContain('alarmAddress');
  for (const brandName of ['Yandex Cloud', 'VNG Cloud'])
    expect(faultsOf({ ...production, brandName })).toContain(
      `"brandName" must be the name of your cloud, not "${brandName}", which is the example's.`,
    );
  expect(faultsOf({ ...production, brandName: 'Firm Cloud' }).join()).not.toContain('brandName');
});

test.each(['111111111111', '123456789012', '111122223333', '444455556666', '000000000000'])(
  'production refuses the account %s, which nobody has',
  (account) => {
    expect(faultsOf({ ...GOOD, stage: 'production', account })).toContain(
      `"account" must be the number of your AWS account, not the placeholder ${account}.`,
    );
  },
);

test('the examples of the repository are right, but for the placeholders of production', () => {
  for (const name of environmentNames().filter((each) => each !== 'production'))
    expect(readEnvironment(name).name).toBe(name);
});

type Described = { description?: string; properties?: Record<string, Described>; items?: Described };
/** The paths of the fields and elements without a description. */
const undescribed = ({ properties = {}, items }: Described, path = ''): string[] =>
  [...Object.entries(properties), ...(items ? [['0', items] as const] : [])].flatMap(([key, inner]) => [
    ...(inner.description === undefined ? [`${path}${key}`] : []),
    ...undescribed(inner, `${path}${key}.`),
  ]);

test('each field and each element of a list says what is right', () => {
  expect(undescribed(JSON.parse(schemaText()) as Described)).toEqual([]);
});

test('the JSON Schema for editors is that of the code, and each file names it', () => {
  expect(readFileSync(schemaFile, 'utf8'), 'run `npm run schema`').toBe(schemaText());
  for (const name of environmentNames())
    expect(JSON.parse(readFileSync(join(environmentsFolder, `${name}.json`), 'utf8'))).toMatchObject({
      $schema: './environment.schema.json',
    });
});

/** Mistakes between fields, and of what a field names: a schema can't know them. */
const BEYOND_A_SCHEMA =
  /unknown program|without a domain|of another account|secret in another region|user pool's own name|stays and goes|only in a hyphen|nobody asks for|at another issuer|twice|comma|no object/;
test.each(MISTAKES.filter(([what]) => !BEYOND_A_SCHEMA.test(what)))('the JSON Schema, too, refuses %s', (_, fields) => {
  const schema = z.fromJSONSchema(JSON.parse(schemaText()));
  const content = JSON.parse(JSON.stringify(fields)) as unknown;
  expect(environmentSchema.safeParse(GOOD).success).toBe(true);
  expect(schema.safeParse(GOOD).success).toBe(true);
  expect(schema.safeParse(content).success).toBe(false);
});
