/** What the portal's pages are told about the deployment that they belong to: `GET /config.json`. */
import type { Program } from '../shared/program/program.ts';

export type PortalConfig = Pick<
  Program,
  'brandName' | 'defaultLanguage' | 'defaultRole' | 'statusLabels' | 'providerApproval' | 'allowedEmailDomains'
> & {
  /** Sign-in with OpenID Connect: code flow with PKCE, `<origin>/` is where it ends. */
  oidc: {
    /** The issuer, which has its endpoints in its discovery document. */
    authority: string;
    clientId: string;
    /** Space-separated. */
    scope: string;
    /** Where signing out ends the issuer's session, for one whose discovery document doesn't say (Cognito). */
    signOutUrl?: string;
  };
};

export async function loadConfig(): Promise<PortalConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`/config.json answers ${response.status}`);
  return (await response.json()) as PortalConfig;
}
