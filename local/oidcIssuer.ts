/**
 * The OpenID Connect issuer of this machine: sign-in without passwords, and tokens like those of the deployed user pool
 * (`email`, `email_verified` and groups in the access token).
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Grant, type KoaContextWithOIDC, Provider, type ResourceServer } from 'oidc-provider';
import type { Language } from '../shared/contract/vocabulary.ts';
import type { Clock } from './clock.ts';
import { claimsOf, emailOfSub, SERVICE_ACCOUNT, subOf } from './demoAccounts.ts';
import { textOf } from './httpClient.ts';
import { keep } from './localState.ts';
import { artifactStore } from './oidcArtifacts.ts';
import { SECOND_FACTOR_PATH, SecondFactors } from './secondFactors.ts';
import { signInPage } from './signInPage.ts';
import { languageOf, signedOutPage, signOutPage } from './signOutPages.ts';

/** Client id of the portal, a public client with PKCE. */
export const PORTAL_CLIENT = 'portal';
/** The scope of the API, as functions check it (`OIDC_SCOPE`). */
export const API_SCOPE = 'api';
/** The scope that the portal requests. */
export const PORTAL_SCOPE = `openid email ${API_SCOPE}`;
/** Audience of access tokens, as functions check it (`OIDC_AUDIENCE`). */
export const AUDIENCE = 'urn:partner-portal:api';
/** The claim of a sign-in with a second factor, as functions check it (`SECOND_FACTOR_CLAIM`). */
export const SECOND_FACTOR_CLAIM = 'mfa';

const ALGORITHM = 'RS256';
const ACCESS_TOKEN_SECONDS = 60 * 60;
const SESSION_SECONDS = 12 * 60 * 60;
const RESOURCE_SERVER: ResourceServer = {
  audience: AUDIENCE,
  scope: API_SCOPE,
  accessTokenFormat: 'jwt',
  accessTokenTTL: ACCESS_TOKEN_SECONDS,
  jwt: { sign: { alg: ALGORITHM } },
};

/** Keys and secrets of the issuer, kept from run to run. */
type Secrets = { key: JWK; cookieKey: string; serviceAccountSecret: string };

/** A running issuer. */
export type OidcIssuer = {
  /** Answers a request to the issuer. */
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Makes an access token for an email address, or for a service account by its client id. `claims` replace the usual claims. */
  token: (account: string, claims?: JWTPayload) => Promise<string>;
  /** Client secret of the demo service account. */
  serviceAccountSecret: string;
};

/**
 * Makes the issuer. The caller passes it the requests to its address.
 *
 * @param issuer origin of the issuer
 * @param directory folder of its keys and sessions
 * @param portalUrl origin to which people return after they sign in or out
 */
export async function createOidcIssuer(
  issuer: string,
  { portalUrl, directory, clock }: { portalUrl: string; directory: string; clock: Clock },
): Promise<OidcIssuer> {
  const secrets = await keep<Secrets>(`${directory}/oidc.json`, makeSecrets);
  const factors = new SecondFactors(`${directory}/second-factors.json`, new URL(portalUrl).origin, clock);
  const provider = makeProvider(issuer, portalUrl, directory, secrets, factors);
  const callback = provider.callback();
  const key = await importJWK(secrets.key);
  const { kty, n = '', e = '' } = secrets.key;
  const publicKey = await importJWK({ kty: kty ?? 'RSA', n, e }, ALGORITHM);
  return {
    serviceAccountSecret: secrets.serviceAccountSecret,
    handle: (request, response) => {
      if (request.url === SECOND_FACTOR_PATH)
        return void factors.answer(request, response, async (token) => {
          const currentDate = new Date(clock.now());
          const { payload } = await jwtVerify(token, publicKey, { issuer, audience: AUDIENCE, currentDate });
          return String(payload.sub);
        });
      if (!request.url?.startsWith('/interaction/')) return void callback(request, response);
      signIn(provider, request, response).catch((error: unknown) => {
        response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(`Sign in again from the portal: ${error instanceof Error ? error.message : error}`);
      });
    },
    token: async (account, claims = {}) => {
      const person = account.includes('@');
      return new SignJWT({
        sub: person ? subOf(account) : account,
        client_id: person ? PORTAL_CLIENT : account,
        scope: person ? PORTAL_SCOPE : API_SCOPE,
        ...(person && claimsOf(emailOfSub(subOf(account)))),
        iss: issuer,
        aud: AUDIENCE,
        iat: Math.floor(clock.now() / 1000),
        exp: Math.floor(clock.now() / 1000) + ACCESS_TOKEN_SECONDS,
        jti: randomBytes(16).toString('base64url'),
        ...claims,
      })
        .setProtectedHeader({
          alg: ALGORITHM,
          typ: 'at+jwt',
          ...(secrets.key.kid !== undefined && { kid: secrets.key.kid }),
        })
        .sign(key);
    },
  };
}

async function makeSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return {
    key: { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: ALGORITHM, use: 'sig' },
    cookieKey: randomBytes(32).toString('base64url'),
    serviceAccountSecret: randomBytes(32).toString('base64url'),
  };
}

function makeProvider(
  issuer: string,
  portalUrl: string,
  directory: string,
  secrets: Secrets,
  factors: SecondFactors,
): Provider {
  const provider = new Provider(issuer, {
    adapter: artifactStore(`${directory}/sessions.json`),
    clients: [
      {
        client_id: PORTAL_CLIENT,
        client_name: 'Partner portal',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${portalUrl}/`],
        post_logout_redirect_uris: [`${portalUrl}/`],
        scope: `${PORTAL_SCOPE} offline_access`,
      },
      {
        client_id: SERVICE_ACCOUNT,
        client_secret: secrets.serviceAccountSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: API_SCOPE,
      },
    ],
    scopes: ['openid', 'email', 'offline_access', API_SCOPE],
    // The ID token has these claims too, as the one of a user pool.
    claims: { openid: ['sub', 'email', 'email_verified', 'groups'] },
    conformIdTokenClaims: false,
    jwks: { keys: [secrets.key] },
    cookies: { keys: [secrets.cookieKey] },
    clientBasedCORS: (_, origin) => origin === new URL(portalUrl).origin,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => RESOURCE_SERVER,
      },
      rpInitiatedLogout: { enabled: true, logoutSource: signOut, postLogoutSuccessSource: signedOut },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, ...claimsOf(emailOfSub(sub)) }),
    }),
    extraTokenClaims: (_, token) =>
      'accountId' in token
        ? {
            ...claimsOf(emailOfSub(token.accountId)),
            ...(factors.has(token.accountId) && { [SECOND_FACTOR_CLAIM]: 'true' }),
          }
        : undefined,
    loadExistingGrant: grantEverything,
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    renderError: (ctx, { error, error_description }) => {
      ctx.type = 'text';
      ctx.body = `${error}: ${error_description}`;
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      Interaction: 60 * 60,
      Session: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
      RefreshToken: SESSION_SECONDS,
    },
  });
  // A client that asks for no scope gets those that it may have, as at a user pool.
  const { save } = provider.ClientCredentials.prototype;
  provider.ClientCredentials.prototype.save = function () {
    this.scope ??= API_SCOPE;
    return save.call(this);
  };
  // People may return to every page of the portal.
  const ofPortal = (uri: string): boolean => URL.canParse(uri) && new URL(uri).origin === new URL(portalUrl).origin;
  provider.Client.prototype.redirectUriAllowed = ofPortal;
  provider.Client.prototype.postLogoutRedirectUriAllowed = ofPortal;
  return provider;
}

/** Grants all scopes without consent: the portal and the issuer belong to the same party. */
async function grantEverything({ oidc: { provider, client, session } }: KoaContextWithOIDC): Promise<Grant> {
  const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
  grant.addOIDCScope(`${PORTAL_SCOPE} offline_access`);
  grant.addResourceScope(AUDIENCE, API_SCOPE);
  await grant.save();
  return grant;
}

/** Answers with the sign-in page, or signs in with the address that its form sends. */
async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const email = new URLSearchParams(await textOf(request)).getAll('email').at(-1)?.trim() ?? '';
    if (/^[^\s@]+@[^\s@]+$/.test(email)) {
      return provider.interactionFinished(request, response, { login: { accountId: subOf(email) } });
    }
    return sendPage(response, signInPage(email, 'Enter an email address, such as owner@acme.example.'));
  }
  sendPage(response, signInPage(String(params['login_hint'] ?? '')));
}

function sendPage(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html);
}

function signOut(ctx: KoaContextWithOIDC, form: string): void {
  ctx.body = signOutPage(languageFor(ctx), form);
}

function signedOut(ctx: KoaContextWithOIDC): void {
  ctx.body = signedOutPage(languageFor(ctx));
}

/** The language that the portal asks for (`ui_locales`), or else the browser. */
const languageFor = (ctx: KoaContextWithOIDC): Language =>
  languageOf([...String(ctx.query['ui_locales'] ?? '').split(' '), ...ctx.acceptsLanguages()]);
