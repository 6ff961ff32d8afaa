import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';

/**
 * Adds the claims `email` and `email_verified` to Cognito's access tokens, which lack both: the API knows a person by the
 * verified email address. The token of a service account (client credentials) has no user, and gets no address.
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
