/** The session of who is signed in (OpenID Connect: code flow with PKCE, renewed by refresh token). */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { PortalConfig } from '../config.ts';
import { forgetTyped } from '../shell/typed.ts';

/** How long before it ends an access token is renewed. */
const RENEW_SECONDS = 60;
/** How long the issuer may take to answer a request. */
const REQUEST_SECONDS = 10;

/** `elsewhere`: in another tab. `here`: in this browser alone, the issuer doesn't know of it. */
export type SignedOut = 'elsewhere' | 'here';

export type Session = ReturnType<typeof createSession>;

/** Tokens stay in this tab's storage and end with it. Whoever signs out in one tab, is signed out in the others that are open. */
export function createSession({ oidc }: PortalConfig) {
  const origin = `${location.origin}/`;
  const users = new UserManager({
    authority: oidc.authority,
    client_id: oidc.clientId,
    scope: oidc.scope,
    redirect_uri: origin,
    post_logout_redirect_uri: origin,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    accessTokenExpiringNotificationTimeInSeconds: RENEW_SECONDS,
    requestTimeoutInSeconds: REQUEST_SECONDS,
    // What there is to know about the person comes from `GET /v1/me`.
    loadUserInfo: false,
  });

  /** What tabs tell each other: the subject that has signed out. */
  const tabs = new BroadcastChannel('portal.signedOut');

  let renewing: Promise<string | undefined> | undefined;
  let leaving = false;
  /** A renewal that is still under way leaves no session behind. */
  const stayOut = () => users.events.addUserLoaded(() => void users.removeUser());
  let tell = (_how: SignedOut): void => {};
  return {
    users,
    token: async () => (await users.getUser())?.access_token,
    /** Once for all requests that were refused at the same time: a refresh token may be good for one use. */
    renew: () => {
      renewing ??= users
        .signinSilent()
        .then((user) => user?.access_token)
        .catch(() => undefined)
        .finally(() => {
          renewing = undefined;
        });
      return renewing;
    },
    /** Leaves for the issuer's page; whoever comes back is where they wanted to be. Fails where the issuer can't be reached. */
    signIn: async () => {
      if (leaving) return;
      leaving = true;
      const wanted = `${location.pathname}${location.search}`;
      try {
        await users.signinRedirect({ state: { wanted } });
      } catch (error) {
        leaving = false;
        throw error;
      }
    },
    /** Calls back where somebody is signed out and stays on the page: nothing that is still under way here brings them back. */
    onSignedOut: (told: (how: SignedOut) => void) => {
      tell = told;
      tabs.onmessage = async ({ data: subject }) => {
        const user = await users.getUser();
        if (!user || user.profile.sub !== subject) return;
        leaving = true;
        told('elsewhere');
        forgetTyped();
        stayOut();
        void users.revokeTokens(['refresh_token']).catch(() => {});
        await users.removeUser();
      };
    },
    signOut: async () => {
      leaving = true;
      tabs.postMessage((await users.getUser())?.profile.sub);
      forgetTyped();
      await users.revokeTokens(['refresh_token']).catch(() => {});
      if (oidc.signOutUrl === undefined) {
        // The issuer can't be reached, or has no page for it.
        await users.signoutRedirect().catch(() => {
          stayOut();
          tell('here');
        });
        return;
      }
      await users.removeUser();
      location.assign(oidc.signOutUrl);
    },
  };
}

/** The page that somebody wanted before signing in. */
export function wantedPage(state: unknown): string {
  const { wanted } = (state ?? {}) as { wanted?: unknown };
  if (typeof wanted !== 'string') return '/';
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin ? `${url.pathname}${url.search}` : '/';
}
