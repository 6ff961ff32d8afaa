/** Who is calling: the access token, verified, and the caller's membership. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { canonicalEmail, emailError, MAX_CLIENT_ID_LENGTH } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import { membershipKey, type Subject } from '../table/keys.ts';
import { getItem, type Item } from '../table/table.ts';
import type { Caller, Membership } from './grants.ts';

/** How far the issuer's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Signatures that need the issuer's private key; `none` and shared secrets are not among them (RFC 8725, 3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * Begins to fetch the issuer's keys, so that they are there when the first request comes; called while a function starts.
 *
 * @returns what verifies an `Authorization` header and says who calls
 */
export function prepareSignIn(): (authorization: string | undefined) => Promise<Caller> {
  const keys = createRemoteJWKSet(new URL(process.env['OIDC_JWKS_URI'] ?? ''));
  // A failure now is no failure of a request: the first request fetches again.
  keys.reload().catch(() => undefined);
  return async (authorization) => {
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      throw new Problem('TOKEN_MISSING', 'Send an access token of your sign-in as `Authorization: Bearer …`.');
    }
    return callerOf(await verified(token, keys));
  };
}

async function verified(token: string, keys: ReturnType<typeof createRemoteJWKSet>): Promise<JWTPayload> {
  const audience = process.env['OIDC_AUDIENCE'];
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: process.env['OIDC_ISSUER'] ?? '',
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub', 'client_id'],
      ...(audience && { audience }),
    });
    // Cognito marks its access tokens with a claim, others with the header's type (RFC 9068, 2.1): an ID token is neither.
    const accessToken =
      payload['token_use'] === 'access' || /^(application\/)?at\+jwt$/i.test(protectedHeader.typ ?? '');
    if (!accessToken)
      throw new Problem('TOKEN_INVALID', 'This is not an access token. Send the access token, not the ID token.');
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new Problem('TOKEN_EXPIRED', 'The access token has expired. Sign in again, or renew the token.');
    }
    if (error instanceof Problem) throw error;
    // Everything that is wrong with a token is a JOSEError; anything else, or keys that don't come, is not the caller's fault.
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

function callerOf(claims: JWTPayload): Caller {
  const { email, email_verified: verifiedEmail, client_id: clientId, sub } = claims;
  const groups = claims[process.env['OPERATOR_CLAIM'] ?? ''];
  const operator = Array.isArray(groups) && groups.includes(process.env['OPERATOR_GROUP']);
  if (typeof email === 'string') {
    // Cognito gives claims of its own as strings.
    if ((verifiedEmail !== true && verifiedEmail !== 'true') || emailError(email) !== undefined) {
      throw new Problem('EMAIL_NOT_VERIFIED', 'Verify your email address at sign-in, then sign in again.');
    }
    const id = canonicalEmail(email);
    return { subject: `USER#${id}`, kind: 'USER', id, email: id, operator };
  }
  // Client credentials: the client itself is the subject (RFC 9068, 2.2). A person's token without an email is nobody's.
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
  return { subject: `SERVICE_ACCOUNT#${clientId}`, kind: 'SERVICE_ACCOUNT', id: clientId, email: null, operator };
}

/** The caller's membership: of one partner at the most. */
export async function loadMembership(subject: Subject): Promise<Membership | undefined> {
  return (await getItem(membershipKey(subject))) as (Membership & Item) | undefined;
}

/** The caller's membership at each attempt of a change: at first the one that let it in, then as it is by then. */
export function membershipByAttempt(
  { subject }: Caller,
  known: Membership | undefined,
): () => Promise<Membership | undefined> {
  let attempts = 0;
  return async () => (attempts++ === 0 ? known : loadMembership(subject));
}
