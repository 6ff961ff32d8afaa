/** The requests to the user pool with which a person sets up a second factor (TOTP). */
import { noAnswer } from '../../shared/client/ApiProblem.ts';

/** `code`: the code is not right. `signIn`: the sign-in is too old, or may not do this. */
export class PoolRefusal extends Error {
  readonly reason: 'code' | 'signIn' | 'other';

  constructor(reason: PoolRefusal['reason']) {
    super(reason);
    this.reason = reason;
  }
}

const REASONS: Record<string, PoolRefusal['reason']> = {
  EnableSoftwareTokenMFAException: 'code',
  CodeMismatchException: 'code',
  NotAuthorizedException: 'signIn',
};

type Answer = { SecretCode?: string; UserMFASettingList?: string[] };

/** @throws PoolRefusal, or ApiProblem NO_ANSWER */
async function send(url: string, operation: string, body: object): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw Object.assign(noAnswer(), { cause });
  });
  const answer = (await response.json().catch(() => ({}))) as Answer & { __type?: string };
  if (response.ok) return answer;
  const type = answer.__type?.split('#').at(-1) ?? '';
  // What is no code by its pattern.
  if (operation === 'VerifySoftwareToken' && type === 'InvalidParameterException') throw new PoolRefusal('code');
  throw new PoolRefusal(REASONS[type] ?? 'other');
}

/** Whether the person has an authenticator app, which the sign-in asks for. */
export async function hasSecondFactor(url: string, accessToken: string): Promise<boolean> {
  const { UserMFASettingList = [] } = await send(url, 'GetUser', { AccessToken: accessToken });
  return UserMFASettingList.includes('SOFTWARE_TOKEN_MFA');
}

/** A new key for an authenticator app. An app of before counts until the new one is confirmed. */
export async function newKey(url: string, accessToken: string): Promise<string> {
  const { SecretCode = '' } = await send(url, 'AssociateSoftwareToken', { AccessToken: accessToken });
  return SecretCode;
}

/** Confirms the app by a code that it shows. From then on, the sign-in asks for a code. */
export async function confirmKey(url: string, accessToken: string, code: string): Promise<void> {
  await send(url, 'VerifySoftwareToken', { AccessToken: accessToken, UserCode: code });
  await send(url, 'SetUserMFAPreference', {
    AccessToken: accessToken,
    SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
  });
}

/** How often the end of the sessions is asked for. */
const SIGN_OUT_ATTEMPTS = 3;
const SIGN_OUT_PAUSE_MS = 1000;

/**
 * Ends all sessions: those of before have begun without a code. Asks again by itself if it fails.
 *
 * @throws PoolRefusal, or ApiProblem NO_ANSWER
 */
export async function endSessions(url: string, accessToken: string, pauseMs = SIGN_OUT_PAUSE_MS): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send(url, 'GlobalSignOut', { AccessToken: accessToken });
      return;
    } catch (error) {
      // The pool refuses the token of a session that has ended: an answer was lost.
      if (error instanceof PoolRefusal && error.reason === 'signIn') return;
      if (attempt === SIGN_OUT_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** The address that authenticator apps read from the picture. */
export const keyAddress = (key: string, { brand, account }: { brand: string; account: string }): string =>
  `otpauth://totp/${encodeURIComponent(brand)}:${encodeURIComponent(account)}?secret=${key}&issuer=${encodeURIComponent(brand)}`;
