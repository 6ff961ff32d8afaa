import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';

/**
 * Puts the email address and whether it is verified into Cognito's access tokens, which have neither: a person is its
 * verified email address. Client credentials come without a user, and stay without an address.
 */
export async function handler(event: PreTokenGenerationV2TriggerEvent): Promise<PreTokenGenerationV2TriggerEvent> {
  const { email, email_verified: verified } = event.request.userAttributes;
  if (email !== undefined) {
    event.response = {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: { email, email_verified: verified === 'true' ? 'true' : 'false' },
        },
      },
    };
  }
  return event;
}
