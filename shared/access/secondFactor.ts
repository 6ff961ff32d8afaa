/** The second factor: whose actions need it, and how an access token proves it (ADR 24). The rule is here alone. */
import type { Endpoint } from '../contract/endpoint.ts';
import { Problem } from '../contract/problem.ts';
import { OWNER_ROLE } from '../contract/roles.ts';
import type { Caller } from './grants.ts';

/**
 * Whether a claim proves a second factor: `true` or `"true"`, as Cognito's trigger writes it, or a list of the methods of the sign-in with
 * `mfa` in it (the claim `amr`, RFC 8176).
 */
export const provesSecondFactor = (claim: unknown): boolean =>
  [claim].flat().some((value) => value === true || value === 'true' || value === 'mfa');

/** How a caller comes to an endpoint: as an operator of the provider, or with its roles on the partner account. */
type Capacity = { asOperator: boolean; roles: readonly string[] };

/**
 * Whether a request is an operator's or an owner's action. An operator's requests all are: they read the data of all partners. An owner's
 * are those that change something: an owner can hand out every role, and so make an administrator with a stolen password.
 */
export const needsSecondFactor = ({ method }: Pick<Endpoint, 'method'>, { asOperator, roles }: Capacity): boolean =>
  asOperator || (method !== 'GET' && roles.includes(OWNER_ROLE));

/**
 * Refuses an operator's or an owner's action without proof of a second factor. Service accounts have none: their secret is no password that
 * a person types.
 *
 * @throws Problem SECOND_FACTOR_REQUIRED
 */
export function requireSecondFactor(
  { kind, secondFactor, federated }: Pick<Caller, 'kind' | 'secondFactor' | 'federated'>,
  endpoint: Pick<Endpoint, 'method'>,
  capacity: Capacity,
): void {
  if (kind === 'USER' && !secondFactor && needsSecondFactor(endpoint, capacity)) throw secondFactorRequired(federated);
}

/** The refusal of a caller who has proved no second factor. One who signs in through an identity provider can't set one up at the portal. */
export const secondFactorRequired = (federated?: true) =>
  federated
    ? new Problem(
        'SECOND_FACTOR_REQUIRED',
        "This needs a second factor, and your organization's identity provider is not known to ask for one. Ask the provider's operator.",
        { members: { federated } },
      )
    : new Problem(
        'SECOND_FACTOR_REQUIRED',
        'This needs a second factor. Set it up in the menu of your account, on the page Second factor, and sign in again.',
      );
