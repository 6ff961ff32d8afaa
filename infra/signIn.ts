import type { PortalConfig } from '../portal/config.ts';
import type { Environment } from './environment.ts';
import { type PortalClient, type SignInPool, userPoolOrigins } from './userPool.ts';

/** The issuer of access tokens: `environment` for the functions that verify tokens, `oidc` for the pages that request them. */
type SignIn = { environment: Record<string, string>; oidc: PortalConfig['oidc'] };

/** Sign-in at the environment's own issuer, or at its user pool. */
export function signInOf(
  environment: Environment,
  pool: SignInPool | undefined,
  portal: PortalClient | undefined,
): SignIn {
  const { issuer, operatorClaim, operatorGroup, secondFactor, secondFactorClaim } = environment;
  const privileged = {
    OPERATOR_CLAIM: operatorClaim,
    OPERATOR_GROUP: operatorGroup,
    ...(secondFactor === 'required' && { SECOND_FACTOR_CLAIM: secondFactorClaim }),
  };
  if (issuer) {
    const { url, jwksUri, audience, clientId, scope, apiScope } = issuer;
    return {
      environment: {
        OIDC_ISSUER: url,
        OIDC_JWKS_URI: jwksUri,
        OIDC_AUDIENCE: audience,
        OIDC_CLIENT_ID: clientId,
        ...(apiScope && { OIDC_SCOPE: apiScope }),
        ...privileged,
      },
      oidc: { authority: url, clientId, scope },
    };
  }
  if (!pool || !portal) throw new Error('The environment has neither an issuer nor a user pool');
  return {
    environment: {
      OIDC_ISSUER: pool.issuer,
      OIDC_JWKS_URI: pool.jwksUri,
      OIDC_CLIENT_ID: portal.oidc.clientId,
      OIDC_SCOPE: pool.apiScope,
      ...privileged,
    },
    oidc: portal.oidc,
  };
}

/** The origins that a browser calls during sign-in. */
export const signInOrigins = (environment: Environment): string[] => {
  const { issuer } = environment;
  return issuer
    ? [...new Set([issuer.url, issuer.jwksUri].map((url) => new URL(url).origin))]
    : userPoolOrigins(environment);
};
