/** Identity providers of organizations, through which their people sign in. Pure. */
import { canonicalEmail, domainOf } from '../contract/fields.ts';

/** A provider: the email domains that it speaks for, and whether it asks everybody for a second factor. */
export type IdentityProvider = { name: string; domains: readonly string[]; secondFactor?: boolean };

/** The provider that speaks for the domain of an address, however it is written. A domain does not include its subdomains. */
export const providerOfDomain = (
  email: string,
  providers: readonly IdentityProvider[],
): IdentityProvider | undefined => {
  const domain = domainOf(canonicalEmail(email));
  return providers.find(({ domains }) => domains.includes(domain));
};
