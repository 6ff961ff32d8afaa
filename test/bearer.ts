/** Access tokens of tests. They are kept, because signing one takes as long as a small request. */
import type { LocalStack } from '../local/localStack.ts';

/** A token holds for an hour. On a stack's moved clock, it is soon too old or too new. */
const KEPT_MS = 10 * 60_000;

type Kept = { token: Promise<string>; signedAt: number };
const bearers = new WeakMap<LocalStack, Map<string, Kept>>();

/** The `Authorization` header of an account. */
export async function bearerOf(stack: LocalStack, account: string): Promise<string> {
  const ofStack = bearers.get(stack) ?? new Map<string, Kept>();
  bearers.set(stack, ofStack);
  const now = stack.clock.now();
  let kept = ofStack.get(account);
  if (kept === undefined || Math.abs(now - kept.signedAt) > KEPT_MS) {
    kept = { token: stack.token(account), signedAt: now };
    ofStack.set(account, kept);
  }
  return `Bearer ${await kept.token}`;
}
