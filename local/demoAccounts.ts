/** The accounts that can sign in on this machine. */

/** The operators' group in tokens of the local issuer. */
export const OPERATOR_GROUP = 'operators';

/** Service account of the partner `acme`: an OIDC client with client credentials. */
export const SERVICE_ACCOUNT = 'acme-robot';

/** Demo accounts of the sign-in page, with their roles. Every other email address signs in as a customer. */
export const DEMO_ACCOUNTS: readonly { email: string; about: string }[] = [
  { email: 'owner@acme.example', about: 'owner of the partner Acme' },
  { email: 'admin@acme.example', about: 'administrator at Acme' },
  { email: 'editor@acme.example', about: 'editor at Acme' },
  { email: 'accountant@acme.example', about: 'accountant at Acme' },
  { email: 'viewer@acme.example', about: 'viewer at Acme' },
  { email: 'owner@globex.example', about: 'owner of the partner Globex' },
  { email: 'operator@provider.example', about: "the provider's operator" },
  { email: 'nobody@nowhere.example', about: 'signed in, no partner' },
];

export { ELIGIBLE } from '../cli/story.ts';

const OPERATORS = ['operator@provider.example'];

/** The claims of a person's tokens, beside the claims of the protocol. */
export function claimsOf(email: string): { email: string; email_verified: boolean; groups: string[] } {
  return { email, email_verified: true, groups: OPERATORS.includes(email) ? [OPERATOR_GROUP] : [] };
}

/**
 * The `sub` of a person. As with other issuers, it isn't the email address itself. It is computed from the address, so that every
 * address can sign in and nothing is stored.
 */
export const subOf = (email: string): string => Buffer.from(normalized(email)).toString('hex');
/** The email address of a `sub`, in lower case. */
export const emailOfSub = (sub: string): string => Buffer.from(sub, 'hex').toString();

/** Upper and lower case make no difference in addresses, as at other issuers. */
const normalized = (email: string): string => email.trim().toLowerCase();
