/** The triggers of the user pool, with the events that Cognito documents. The laptop has no user pool, so these tests call them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CustomMessageTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler as addEmailClaims } from '../functions/addEmailClaims.ts';
import { handler as writeSignInMail } from '../functions/writeSignInMail.ts';
import { LANGUAGES } from '../shared/contract/vocabulary.ts';

/** The user pool's answers to AdminGetUser, and what it was asked. */
let settings: string[] | undefined;
let asked: unknown[] = [];
const pool = createServer(async (request, response) => {
  asked.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
  expect(request.headers['x-amz-target']).toBe('AWSCognitoIdentityProviderService.AdminGetUser');
  if (!settings) response.writeHead(400, { 'x-amzn-errortype': 'UserNotFoundException' });
  response.end(JSON.stringify(settings ? { Username: 'u', UserMFASettingList: settings } : { message: 'no user' }));
});
beforeAll(() => new Promise<void>((resolve) => void pool.listen(0, '127.0.0.1', resolve)));
afterAll(() => pool.close());
beforeEach(() => {
  asked = [];
  settings = [];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  const { port } = pool.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', `http://127.0.0.1:${port}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const PROVIDERS = [
  { name: 'Acme', domains: ['acme.com', 'acme.de'], secondFactor: true },
  { name: 'Globex', domains: ['globex.com'], secondFactor: false },
  { name: 'Пример', domains: ['xn--e1afmkfd.xn--p1ai'] },
];
const of = (providerName: string) =>
  JSON.stringify([{ userId: 'x', providerName, providerType: 'SAML', primary: true }]);

/** The claims that the trigger adds for a user. */
async function claimsOf(
  userAttributes: Record<string, string>,
  {
    secondFactorClaim,
    providers = [],
    triggerSource = 'TokenGeneration_HostedAuth',
  }: { secondFactorClaim?: string; providers?: object[]; triggerSource?: string } = {},
): Promise<unknown> {
  vi.stubEnv('SECOND_FACTOR_CLAIM', secondFactorClaim);
  vi.stubEnv('IDENTITY_PROVIDERS', JSON.stringify(providers));
  const event = {
    version: '2',
    triggerSource,
    region: 'eu-central-1',
    userPoolId: 'eu-central-1_pool',
    userName: 'sub-1',
    request: { userAttributes, groupConfiguration: {}, scopes: [] },
    response: {},
  } as unknown as PreTokenGenerationV2TriggerEvent;
  const { response } = await addEmailClaims(event);
  return response?.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride;
}
const IVAN = { email: 'ivan@wind.com', email_verified: 'true' };

describe('the access token', () => {
  test('has the address, and says whether it is verified; the pool is asked nothing more', async () => {
    expect(await claimsOf(IVAN)).toEqual(IVAN);
    expect(await claimsOf({ email: 'ivan@wind.com' })).toEqual({ ...IVAN, email_verified: 'false' });
    expect(await claimsOf({})).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('proves a second factor if the user has an authenticator app, in the claim of the environment', async () => {
    settings = ['SOFTWARE_TOKEN_MFA'];
    expect(await claimsOf(IVAN, { secondFactorClaim: 'mfa' })).toEqual({ ...IVAN, mfa: 'true' });
    expect(asked).toEqual([{ UserPoolId: 'eu-central-1_pool', Username: 'sub-1' }]);
    expect(await claimsOf(IVAN, { secondFactorClaim: 'strong' })).toEqual({ ...IVAN, strong: 'true' });
    settings = ['SMS_MFA', 'EMAIL_OTP'];
    expect(await claimsOf(IVAN, { secondFactorClaim: 'mfa' })).toEqual(IVAN);
  });

  test('proves none if the pool does not answer, and the person signs in', async () => {
    settings = undefined;
    expect(await claimsOf(IVAN, { secondFactorClaim: 'mfa' })).toEqual(IVAN);
    expect(vi.mocked(process.stdout.write).mock.calls.flat().join('')).toMatch(
      /"level":"ERROR".*UserNotFoundException/,
    );
  });
});

describe('a person of an identity provider', () => {
  const options = { secondFactorClaim: 'mfa', providers: PROVIDERS };

  test('has a verified address in a domain of the provider, and the second factor that the provider vouches for', async () => {
    const ann = { email: 'Ann@Acme.de', identities: of('Acme') };
    const claims = { email: 'Ann@Acme.de', email_verified: 'true', federated: 'true' };
    expect(await claimsOf(ann, options)).toEqual({ ...claims, mfa: 'true' });
    expect(await claimsOf(ann, { providers: PROVIDERS })).toEqual(claims);
    const bob = { email: 'bob@globex.com', identities: of('Globex') };
    settings = ['SOFTWARE_TOKEN_MFA'];
    // The pool asks federated users for no code, so that an authenticator app in the pool proves nothing.
    expect(await claimsOf(bob, options)).toEqual({
      email: 'bob@globex.com',
      email_verified: 'true',
      federated: 'true',
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['of a customer', 'ivan@wind.com', 'Acme'],
    ['of another provider', 'bob@globex.com', 'Acme'],
    ['in a subdomain', 'ann@mail.acme.com', 'Acme'],
    ['whose domain only ends alike', 'ann@notacme.com', 'Acme'],
    ['of a provider that the environment no longer has', 'ann@acme.com', 'Initech'],
  ])('can not claim the address %s, whatever the provider says', async (_, email, provider) => {
    const attributes = { email, email_verified: 'true', identities: of(provider) };
    expect(await claimsOf(attributes, { providers: PROVIDERS })).toEqual({
      email,
      email_verified: 'false',
      federated: 'true',
    });
  });

  test.each([
    ['ann@acme.com', 'Acme'],
    ['Ann@ACME.com', 'Acme'],
    ['ann@acme。com', 'Acme'],
    ['ann@ａcme.com', 'Acme'],
    ['ann@acme.com\u200b', 'Acme'],
    ['ann@пример.рф', 'Пример'],
    ['ann@xn--e1afmkfd.xn--p1ai', 'Пример'],
  ])('does not sign in or stay signed in with a password, past the provider: %s', async (email, provider) => {
    for (const triggerSource of ['TokenGeneration_HostedAuth', 'TokenGeneration_RefreshTokens'])
      await expect(claimsOf({ email, email_verified: 'true' }, { ...options, triggerSource })).rejects.toThrow(
        `Addresses of your organization sign in through ${provider}.`,
      );
    // The refusal is an error of the function, which its alarm must not take for a fault.
    const lines = vi.mocked(process.stdout.write).mock.calls.map(([line]) => JSON.parse(String(line)) as object);
    const line = expect.objectContaining({ level: 'INFO', provider, passwordRefusals: 1 });
    expect(lines).toEqual([line, line]);
  });

  test('has a verified address in a domain with letters of another alphabet, however the provider writes it', async () => {
    for (const email of ['ann@пример.рф', 'ann@XN--E1AFMKFD.xn--p1ai'])
      expect(await claimsOf({ email, identities: of('Пример') }, options)).toEqual({
        email,
        email_verified: 'true',
        federated: 'true',
      });
  });

  test('gets the same claims with each new access token of the session', async () => {
    const ann = { email: 'ann@acme.com', identities: of('Acme') };
    expect(await claimsOf(ann, { ...options, triggerSource: 'TokenGeneration_RefreshTokens' })).toEqual(
      await claimsOf(ann, options),
    );
  });
});

describe('the mail of a sign-in', () => {
  const SOURCES = ['SignUp', 'ResendCode', 'ForgotPassword', 'UpdateUserAttribute', 'VerifyUserAttribute'];
  async function mailOf(
    source: string,
    { locale, lang, brandName = 'Nimbus' }: { locale?: string; lang?: string; brandName?: string } = {},
  ) {
    vi.stubEnv('BRAND_NAME', brandName);
    vi.stubEnv('DEFAULT_LANGUAGE', 'vi');
    const { response } = await writeSignInMail({
      triggerSource: `CustomMessage_${source}`,
      request: {
        userAttributes: { email: 'ivan@wind.com', ...(locale && { locale }) },
        ...(lang && { clientMetadata: { lang } }),
        codeParameter: '{####}',
        usernameParameter: source === 'AdminCreateUser' ? '{username}' : null,
      },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    } as unknown as CustomMessageTriggerEvent);
    return { subject: response.emailSubject ?? '', html: response.emailMessage ?? '' };
  }
  const languagesIn = (html: string) => [...html.matchAll(/lang="(\w+)"/g)].map(([, language]) => language);

  test.each(SOURCES)('%s has its code in the language of the request, or of the user', async (source) => {
    for (const language of LANGUAGES) {
      const mail = await mailOf(source, { locale: `${language}-XX` });
      expect(languagesIn(mail.html)).toEqual([language]);
      expect(mail.html).toContain('{####}');
      expect(mail.html).toContain('Nimbus');
      expect(mail.subject).toMatch(/^Nimbus: /);
      expect(await mailOf(source, { locale: 'en', lang: language })).toEqual(mail);
    }
  });

  test('is in all languages if the language is not known, the default first', async () => {
    for (const locale of [undefined, 'fr', '']) {
      const { subject, html } = await mailOf('SignUp', locale === undefined ? {} : { locale });
      expect(languagesIn(html)).toEqual(['vi', 'en', 'ru']);
      expect(subject).toBe('Nimbus: xác minh địa chỉ email');
      expect(html.match(/\{####\}/g)).toHaveLength(3);
    }
  });

  test('says other things to confirm an address, to set a password, with a first password, and to use another address', async () => {
    const kinds = ['SignUp', 'ForgotPassword', 'AdminCreateUser', 'UpdateUserAttribute'];
    for (const locale of LANGUAGES) {
      const mails = await Promise.all(kinds.map((source) => mailOf(source, { locale })));
      expect(new Set(mails.map(({ subject }) => subject)).size).toBe(4);
      expect(mails[2]?.html).toContain('{username}');
    }
  });

  test("is within Cognito's limits, and shows a name as text", async () => {
    for (const source of [...SOURCES, 'AdminCreateUser']) {
      const { subject, html } = await mailOf(source, { brandName: "<b>$& & Söhne's</b>" });
      // "emailSubject: 1 to 140 characters", "emailMessage: 6 to 20,000 characters" (Cognito, VerificationMessageTemplateType)
      expect(subject.length).toBeLessThanOrEqual(140);
      expect(html.length).toBeLessThan(20_000);
      expect(html).toContain("&#60;b&#62;$&#38; &#38; Söhne's&#60;/b&#62;");
    }
  });

  test('leaves other messages to Cognito', async () => {
    expect(await mailOf('Authentication')).toEqual({ subject: '', html: '' });
  });
});
