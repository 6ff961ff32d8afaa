import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { type IdentityProvider, providerOfDomain } from '../shared/access/federation.ts';
import { errorFields, writeLog } from '../shared/log.ts';

/** Cognito waits 5 seconds for a trigger: two attempts have to fit. */
const REQUEST_MS = 1_500;
const ATTEMPTS = 2;

const pool = new CognitoIdentityProviderClient({
  maxAttempts: ATTEMPTS,
  requestHandler: { connectionTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
});

/**
 * Adds claims to Cognito's access tokens: `email` and `email_verified`, which they lack (the API knows a person by the verified email
 * address), the claim of a second factor, and `federated` for people who sign in through an identity provider. The token of a service
 * account (client credentials) has no user, and gets none of them.
 *
 * @throws Error, which the sign-in page shows, for an address that has to sign in through an identity provider
 */
export async function handler(event: PreTokenGenerationV2TriggerEvent): Promise<PreTokenGenerationV2TriggerEvent> {
  const { email, email_verified: verified, identities } = event.request.userAttributes;
  if (email === undefined) return event;
  const providers = JSON.parse(process.env['IDENTITY_PROVIDERS'] ?? '[]') as IdentityProvider[];
  const secondFactorClaim = process.env['SECOND_FACTOR_CLAIM'];
  const ownProvider = providerOfDomain(email, providers);
  const provider = providerOf(identities, providers);
  if (!provider && ownProvider) {
    // Lambda counts an error, which the alarm subtracts.
    writeLog({ level: 'INFO', work: 'addEmailClaims', provider: ownProvider.name }, { passwordRefusals: 1 });
    throw new Error(
      `Addresses of your organization sign in through ${ownProvider.name}. Choose it on the sign-in page.`,
    );
  }
  // A provider can name any address: it speaks for its own domains alone.
  const isVerified = provider ? provider.name === ownProvider?.name : verified === 'true';
  const isProved =
    secondFactorClaim !== undefined && (provider ? provider.secondFactor === true : await hasAuthenticator(event));
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: {
        claimsToAddOrOverride: {
          email,
          email_verified: isVerified ? 'true' : 'false',
          ...(isProved && { [secondFactorClaim]: 'true' }),
          ...(provider && { federated: 'true' }),
        },
      },
    },
  };
  return event;
}

/**
 * The identity provider of a federated user, by the attribute `identities`, which only Cognito writes. A provider that the environment no
 * longer has speaks for no domain.
 */
function providerOf(
  identities: string | undefined,
  providers: readonly IdentityProvider[],
): IdentityProvider | undefined {
  if (identities === undefined) return undefined;
  const [first] = JSON.parse(identities) as { providerName?: string }[];
  const name = first?.providerName ?? '';
  return providers.find((each) => each.name === name) ?? { name, domains: [] };
}

/**
 * Whether the user has an authenticator app (TOTP), for which Cognito asks at each sign-in with a password. The trigger's event doesn't say
 * so. If the pool can't be asked, the person signs in without the claim.
 */
async function hasAuthenticator({ userPoolId, userName }: PreTokenGenerationV2TriggerEvent): Promise<boolean> {
  try {
    const user = await pool.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: userName }));
    return user.UserMFASettingList?.includes('SOFTWARE_TOKEN_MFA') ?? false;
  } catch (error) {
    writeLog({ level: 'ERROR', failed: 'second factor', ...errorFields(error) });
    return false;
  }
}
