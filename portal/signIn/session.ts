/** The session of the person who is signed in (OpenID Connect: code flow with PKCE, renewed by refresh token). */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { PortalConfig } from '../config.ts';
import { forgetImports } from '../imports/forget.ts';
import { forgetTyped } from '../shell/typed.ts';
import { answerPage, CONFIRM_INTENT, intentIn, isIntentFor } from './confirmIntent.ts';
import { keepOnce, takeOnce } from './once.ts';

/** An access token is renewed this long before it expires. */
const RENEW_SECONDS = 60;
/** The longest that the issuer may take to answer. */
const REQUEST_SECONDS = 10;

/** Under this name, a page is kept that the next sign-in leads to. */
const NEXT_PAGE = 'nextPage';

/** `elsewhere`: signed out in another tab. `here`: in this browser alone, because the issuer couldn't be told. */
export type SignedOut = 'elsewhere' | 'here';

export type Session = ReturnType<typeof createSession>;

/** Tokens live in this tab's storage, and end with the tab. Signing out in one tab signs out all open tabs. */
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
    // The pages read the person from `GET /v1/me`.
    loadUserInfo: false,
  });

  /** Tells the other tabs which subject has signed out. */
  const tabs = new BroadcastChannel('portal.signedOut');

  let renewing: Promise<string | undefined> | undefined;
  let leaving = false;
  /** Removes the session that a renewal under way would otherwise leave behind. */
  const stayOut = () => users.events.addUserLoaded(() => void users.removeUser());
  let tell = (_how: SignedOut): void => {};
  /**
   * From the copied link's page. It lasts until it is taken, the page is loaded again, or a sign-in takes it along. It ends if another page
   * is loaded than the one that it is for: then the person has given up the way to that page.
   */
  const kept = intentIn(takeOnce(CONFIRM_INTENT));
  let intent = kept && location.pathname === answerPage(kept.customerId) ? kept : undefined;
  return {
    users,
    token: async () => (await users.getUser())?.access_token,
    /** One renewal for all requests that were refused at the same time: some issuers accept a refresh token only once. */
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
    /** Goes to the issuer's page, and later returns to the page of now. @throws Error if the issuer can't be reached */
    signIn: async () => {
      if (leaving) return;
      leaving = true;
      const wanted = pageOfNow();
      const confirm = intent && wanted === answerPage(intent.customerId) ? intent : undefined;
      intent = undefined;
      try {
        // This state stays in the tab's storage. The issuer gets its random id, and only the answer with this id brings it back, once.
        await users.signinRedirect({ state: { wanted, ...(confirm && { confirm }) } });
      } catch (error) {
        leaving = false;
        throw error;
      }
    },
    /** The person has come back from the issuer's page. @returns the page that the person wanted */
    signedIn: (state: unknown): string => {
      intent = intentIn((state as { confirm?: unknown } | undefined)?.confirm);
      return wantedPage(state);
    },
    /** Whether the person has pressed *Sign in and confirm* for this customer. Says so once. */
    takeIntent: (customerId: string): boolean => {
      const taken = intent;
      intent = undefined;
      return isIntentFor(taken, customerId, Date.now());
    },
    /** Calls back when the person was signed out but stays on the page. A request under way can't restore the session. */
    onSignedOut: (told: (how: SignedOut) => void) => {
      tell = told;
      tabs.onmessage = async ({ data: subject }) => {
        const user = await users.getUser();
        if (!user || user.profile.sub !== subject) return;
        leaving = true;
        told('elsewhere');
        forgetTyped();
        stayOut();
        void forgetImports(user.profile.sub);
        void users.revokeTokens(['refresh_token']).catch(() => {});
        await users.removeUser();
      };
    },
    /** @param nextPage the page for whoever signs in next in this tab */
    signOut: async (nextPage?: string) => {
      leaving = true;
      if (nextPage !== undefined) keepOnce(NEXT_PAGE, nextPage);
      const subject = (await users.getUser())?.profile.sub;
      tabs.postMessage(subject);
      forgetTyped();
      const forgetting = subject === undefined ? undefined : forgetImports(subject);
      await users.revokeTokens(['refresh_token']).catch(() => {});
      await forgetting;
      if (oidc.signOutUrl === undefined) {
        // The issuer can't be reached, or has no page for signing out.
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

/** The page for which a person has to sign in: the one of now, or after signing out the page that was kept. */
function pageOfNow(): string {
  const kept = takeOnce(NEXT_PAGE);
  const now = `${location.pathname}${location.search}`;
  return now === '/' && typeof kept === 'string' ? kept : now;
}

/** The page to return to after signing in. An address of another origin counts as none. */
function wantedPage(state: unknown): string {
  const { wanted } = (state ?? {}) as { wanted?: unknown };
  if (typeof wanted !== 'string') return '/';
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin ? `${url.pathname}${url.search}` : '/';
}
