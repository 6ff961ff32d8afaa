/**
 * The intent to confirm an invitation, from the button *Sign in and confirm* on the page of the copied link. It is in this tab's storage,
 * and moves from there into the state of one sign-in, which is in this tab's storage, too. No part of it comes from a URL.
 */

/** The invitation page keeps the intent for one use under this name (`portal/invite/invite.js`). */
export const CONFIRM_INTENT = 'confirm';
/** Long enough to sign in, also with a new password. Later, the person may have other things in mind. */
const VALID_MS = 10 * 60_000;

/** `at`: when the button was pressed, in milliseconds. */
export type ConfirmIntent = { customerId: string; at: number };

/** The page on which an invited person who is signed in answers. */
export const answerPage = (customerId: string): string => `/my/invitations/${customerId}`;

/** The intent in a stored value; undefined if the value is something else. */
export function intentIn(value: unknown): ConfirmIntent | undefined {
  const { customerId, at } = (value ?? {}) as Partial<ConfirmIntent>;
  return typeof customerId === 'string' && typeof at === 'number' ? { customerId, at } : undefined;
}

/** Whether an intent is for a customer and not too old. A time in the future is none: somebody has changed the clock. */
export function isIntentFor(intent: ConfirmIntent | undefined, customerId: string, now: number): boolean {
  return intent?.customerId === customerId && now >= intent.at && now - intent.at <= VALID_MS;
}
