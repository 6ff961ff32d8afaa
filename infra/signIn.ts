import type { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import type { Settings } from './settings.ts';
import { PortalUserPool, USER_POOL_ORIGINS } from './userPool.ts';

/** Cognito waits 5 seconds for a trigger. */
const TRIGGER_TIMEOUT_SECONDS = 5;

/** The issuer of access tokens: `environment` for the functions that verify tokens, `oidc` for the pages that request them. */
type SignIn = { environment: Record<string, string>; oidc: PortalConfig['oidc'] };

/** Sets up sign-in: at the deployer's issuer if the settings name one, otherwise at a new user pool. */
export function makeSignIn(scope: Construct, parts: FunctionParts): SignIn {
  const { issuer, jwksUri, audience, clientId, scope: oidcScope, apiScope, ...settings } = parts.settings;
  const operators = { OPERATOR_CLAIM: settings.operatorClaim, OPERATOR_GROUP: settings.operatorGroup };
  if (issuer && jwksUri && audience && clientId)
    return {
      environment: {
        OIDC_ISSUER: issuer,
        OIDC_JWKS_URI: jwksUri,
        OIDC_AUDIENCE: audience,
        OIDC_CLIENT_ID: clientId,
        ...(apiScope && { OIDC_SCOPE: apiScope }),
        ...operators,
      },
      oidc: { authority: issuer, clientId, scope: oidcScope },
    };
  const pool = new PortalUserPool(scope, 'SignIn', {
    portalUrl: parts.portalUrl,
    operatorGroup: settings.operatorGroup,
    serviceAccounts: settings.serviceAccounts,
    addEmailClaims: new PortalFunction(scope, 'addEmailClaims', parts, { timeoutSeconds: TRIGGER_TIMEOUT_SECONDS }),
    stage: settings.stage,
  });
  return {
    environment: {
      OIDC_ISSUER: pool.issuer,
      OIDC_JWKS_URI: pool.jwksUri,
      OIDC_CLIENT_ID: pool.oidc.clientId,
      OIDC_SCOPE: pool.apiScope,
      ...operators,
    },
    oidc: pool.oidc,
  };
}

/** The origins that a browser calls during sign-in. */
export const signInOrigins = ({ issuer, jwksUri }: Settings): string[] =>
  issuer && jwksUri ? [...new Set([issuer, jwksUri].map((url) => new URL(url).origin))] : USER_POOL_ORIGINS;
