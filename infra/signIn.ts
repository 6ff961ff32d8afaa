import type { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import type { Settings } from './settings.ts';
import { PortalUserPool, USER_POOL_ORIGINS } from './userPool.ts';

/** Cognito gives a trigger 5 seconds. */
const TRIGGER_TIMEOUT_SECONDS = 5;

/** Where access tokens come from: for the functions that verify them, and for the pages that ask for them. */
type SignIn = { environment: Record<string, string>; oidc: PortalConfig['oidc'] };

/** Signs in at the deployer's issuer if the settings name one; otherwise makes a user pool and signs in there. */
export function makeSignIn(scope: Construct, parts: FunctionParts): SignIn {
  const { issuer, jwksUri, audience, clientId, scope: oidcScope, ...settings } = parts.settings;
  const operators = { OPERATOR_CLAIM: settings.operatorClaim, OPERATOR_GROUP: settings.operatorGroup };
  if (issuer && jwksUri && audience && clientId)
    return {
      environment: { OIDC_ISSUER: issuer, OIDC_JWKS_URI: jwksUri, OIDC_AUDIENCE: audience, ...operators },
      oidc: { authority: issuer, clientId, scope: oidcScope },
    };
  const pool = new PortalUserPool(scope, 'SignIn', {
    portalUrl: parts.portalUrl,
    operatorGroup: settings.operatorGroup,
    serviceAccounts: settings.serviceAccounts,
    addEmailClaims: new PortalFunction(scope, 'addEmailClaims', parts, { timeoutSeconds: TRIGGER_TIMEOUT_SECONDS }),
    stage: settings.stage,
  });
  return { environment: { OIDC_ISSUER: pool.issuer, OIDC_JWKS_URI: pool.jwksUri, ...operators }, oidc: pool.oidc };
}

/** The origins that a browser talks to when it signs in. */
export const signInOrigins = ({ issuer, jwksUri }: Settings): string[] =>
  issuer && jwksUri ? [...new Set([issuer, jwksUri].map((url) => new URL(url).origin))] : USER_POOL_ORIGINS;
