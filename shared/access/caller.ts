/** Who is calling: verifies the access token, and loads the caller's membership. */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { canonicalEmail, emailError, MAX_CLIENT_ID_LENGTH } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import { membershipKey, type Subject, serviceAccountKey } from '../table/keys.ts';
import { type Alongside, byAttempt, getItem, type Item, update } from '../table/table.ts';
import type { Caller, Membership } from './grants.ts';
import { issuerKeys } from './issuerKeys.ts';
import { provesSecondFactor } from './secondFactor.ts';

/** How far the issuer's clock may differ from ours. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Only signatures that need the issuer's private key: neither `none` nor shared secrets (RFC 8725, 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * Starts to fetch the issuer's keys, so that the first request need not wait for them. Called while a function starts.
 *
 * @returns a function that verifies an `Authorization` header and returns the caller. It throws Problem TOKEN_MISSING, TOKEN_INVALID,
 *   TOKEN_EXPIRED, EMAIL_NOT_VERIFIED, or TRY_AGAIN if the keys can't be read. `requireKnownClient` then checks a service account
 */
export function prepareSignIn(): (authorization: string | undefined) => Promise<Caller> {
  const keys = issuerKeys();
  // A failure here fails no request: the first request fetches the keys again.
  keys.reload().catch(() => undefined);
  return async (authorization) => {
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      throw new Problem('TOKEN_MISSING', 'Send an access token of your sign-in as `Authorization: Bearer …`.');
    }
    return callerOf(await verified(token, keys));
  };
}

async function verified(token: string, keys: ReturnType<typeof issuerKeys>): Promise<JWTPayload> {
  const audience = process.env['OIDC_AUDIENCE'];
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: process.env['OIDC_ISSUER'] ?? '',
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub', 'client_id'],
      ...(audience && { audience }),
    });
    // Cognito marks its access tokens with a claim, others by the header's type (RFC 9068, 2.1). An ID token has neither.
    const accessToken =
      payload['token_use'] === 'access' || /^(application\/)?at\+jwt$/i.test(protectedHeader.typ ?? '');
    if (!accessToken)
      throw new Problem('TOKEN_INVALID', 'This is not an access token. Send the access token, not the ID token.');
    if (!hasScope(payload)) {
      throw new Problem('TOKEN_INVALID', 'The access token is not for this API: it lacks the scope. Sign in again.');
    }
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new Problem('TOKEN_EXPIRED', 'The access token has expired. Sign in again, or renew the token.');
    }
    if (error instanceof Problem) throw error;
    if (error instanceof errors.JWTClaimValidationFailed && error.reason === 'missing') {
      throw new Problem(
        'TOKEN_INVALID',
        `The access token has no ${error.claim}. Ask the provider to let the issuer add this claim.`,
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed') {
      throw new Problem(
        'TOKEN_INVALID',
        "The access token is not valid yet: the issuer's clock and this service's clock differ. Try again shortly.",
      );
    }
    // A JOSEError means a bad token, with two exceptions: the keys timed out, or could not be fetched. Those are not the caller's fault.
    if (
      error instanceof errors.JOSEError &&
      !(error instanceof errors.JWKSTimeout) &&
      error.code !== 'ERR_JOSE_GENERIC'
    ) {
      throw new Problem('TOKEN_INVALID', "The access token is not one of this portal's issuer. Sign in again.");
    }
    throw new Problem('TRY_AGAIN', "The issuer's keys can't be read at the moment. Try again shortly.", {
      retryAfterSeconds: 5,
    });
  }
}

/** Whether a token has the scope of the API. An issuer without such a scope tells the API by the audience alone. */
function hasScope({ scope }: JWTPayload): boolean {
  const wanted = process.env['OIDC_SCOPE'];
  // A list with spaces (RFC 9068, 2.2.3).
  return !wanted || (typeof scope === 'string' && scope.split(' ').includes(wanted));
}

function callerOf(claims: JWTPayload): Caller {
  const { email, email_verified: verifiedEmail, client_id: clientId, sub } = claims;
  // Some issuers write a claim with one value as a string.
  const groups = [claims[process.env['OPERATOR_CLAIM'] ?? '']].flat();
  const group = process.env['OPERATOR_GROUP'];
  const operator = group !== undefined && groups.includes(group);
  const secondFactorClaim = process.env['SECOND_FACTOR_CLAIM'];
  const secondFactor = secondFactorClaim === undefined || provesSecondFactor(claims[secondFactorClaim]);
  if (typeof email === 'string') {
    // People use other applications of the same issuer too, and these must not act for them here (RFC 9700, 2.3).
    if (clientId !== process.env['OIDC_CLIENT_ID']) {
      throw new Problem('TOKEN_INVALID', 'The access token was issued to another application. Sign in to the portal.');
    }
    // A claim that Cognito's trigger adds is a string.
    if ((verifiedEmail !== true && verifiedEmail !== 'true') || emailError(email) !== undefined) {
      throw new Problem('EMAIL_NOT_VERIFIED', 'Verify your email address at sign-in, then sign in again.');
    }
    const id = canonicalEmail(email);
    // As the trigger of the user pool writes it.
    const federated = claims['federated'] === 'true' && { federated: true as const };
    return { subject: `USER#${id}`, kind: 'USER', id, email: id, operator, secondFactor, ...federated };
  }
  // Client credentials: the client itself is the subject (RFC 9068, 2.2). A person's token without an email names no caller.
  if (typeof clientId !== 'string' || clientId !== sub) {
    throw new Problem(
      'EMAIL_NOT_VERIFIED',
      'The access token names no email address. Ask the provider to add it to its tokens.',
    );
  }
  if (clientId.length > MAX_CLIENT_ID_LENGTH) {
    throw new Problem(
      'TOKEN_INVALID',
      'The client id of the access token is too long. Register the client under a shorter one.',
    );
  }
  return {
    subject: `SERVICE_ACCOUNT#${clientId}`,
    kind: 'SERVICE_ACCOUNT',
    id: clientId,
    email: null,
    operator,
    secondFactor,
  };
}

/** The membership of a person or service account, who belongs to at most one partner; undefined if to none. */
export async function loadMembership(subject: Subject): Promise<Membership | undefined> {
  return (await getItem(membershipKey(subject))) as (Membership & Item) | undefined;
}

/**
 * Checks that a service account is one of a partner: that it has a membership, or that the operator has recorded it. The issuer may have
 * other clients, whose tokens are not for this API. A client that the issuer itself names as an operator needs no record.
 *
 * @returns the membership that the check has read
 * @throws Problem TOKEN_INVALID
 */
export async function requireKnownClient({ subject, id, operator }: Caller): Promise<Membership | undefined> {
  if (operator) return undefined;
  const membership = await loadMembership(subject);
  if (membership || (await getItem(serviceAccountKey(id)))) return membership;
  throw new Problem(
    'TOKEN_INVALID',
    'The client of the access token is no service account of a partner. Ask the provider to record it.',
  );
}

/**
 * The caller's membership for each attempt of a change.
 *
 * @param known the membership that authorised the request: the first attempt uses it, later attempts load the membership again
 */
export function membershipByAttempt(
  { subject }: Caller,
  known: Membership | undefined,
): () => Promise<Membership | undefined> {
  return byAttempt(known, () => loadMembership(subject));
}

/** The refusal of a caller who belongs to no partner. */
export const notAPartner = () =>
  new Problem(
    'NOT_A_PARTNER',
    'You belong to no partner. Ask an owner of the partner account to invite you. If you are invited, accept under My invitations (GET /v1/me/memberships).',
  );

/**
 * The write by which a change goes through only while its caller belongs to the partner. It counts the member's revision up, so a
 * departure at the same time is decided again, and takes a time after the change.
 */
export const whileMember = (
  { subject, partnerId }: { subject: Subject; partnerId: string },
  refused: Alongside['refused'],
): Alongside => ({
  write: update(membershipKey(subject), 'ADD revision :one', {
    condition: 'partnerId = :partnerId',
    values: { ':partnerId': partnerId, ':one': 1 },
  }),
  refused,
});
