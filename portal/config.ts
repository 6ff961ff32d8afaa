/** The deployment's settings that the pages need: `GET /config.json`. */
import type { Program } from '../shared/program/program.ts';

export type PortalConfig = Pick<
  Program,
  | 'brandName'
  | 'defaultLanguage'
  | 'defaultRole'
  | 'statusLabels'
  | 'pageLabels'
  | 'roleInForm'
  | 'consoleUrls'
  | 'providerApproval'
  | 'allowedEmailDomains'
  | 'resellerServedCustomers'
> & {
  /** Sign-in with OpenID Connect: code flow with PKCE; the issuer redirects to `<origin>/`. */
  oidc: {
    /** The issuer. Its discovery document names the endpoints. */
    authority: string;
    clientId: string;
    /** Separated by spaces. */
    scope: string;
    /** The address that ends the issuer's session, if its discovery document names none (Cognito). */
    signOutUrl?: string;
    /** The address at which a person sets up a second factor: the API of the user pool. Other issuers have a page of their own. */
    secondFactorUrl?: string;
  };
  /** The page that shows all mails. Only the stack on a laptop has one. */
  inbox?: string;
};

/** Reads the settings. @throws Error if the server has none, or no answer comes */
export async function loadConfig(): Promise<PortalConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`/config.json answers ${response.status}`);
  return (await response.json()) as PortalConfig;
}
