import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONFIRM_INTENT, intentIn, isIntentFor } from './confirmIntent.ts';
import { keepOnce, takeOnce } from './once.ts';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-05-01T12:00:00Z');
const intent = { customerId: 'dn2bakery', at: NOW };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A tab's storage. */
function useStorage(): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return kept;
}

describe('the intent to confirm', () => {
  it('is for one customer, for ten minutes', () => {
    expect(isIntentFor(intent, 'dn2bakery', NOW)).toBe(true);
    expect(isIntentFor(intent, 'dn2bakery', NOW + 10 * MINUTE_MS)).toBe(true);
    expect(isIntentFor(intent, 'dn2bakery', NOW + 10 * MINUTE_MS + 1)).toBe(false);
    expect(isIntentFor(intent, 'dn2bakery', NOW - 1)).toBe(false);
    expect(isIntentFor(intent, 'dn2mill', NOW)).toBe(false);
    expect(isIntentFor(undefined, 'dn2bakery', NOW)).toBe(false);
  });

  it('can be taken once', () => {
    const kept = useStorage();
    keepOnce(CONFIRM_INTENT, intent);
    expect(intentIn(takeOnce(CONFIRM_INTENT))).toEqual(intent);
    expect(takeOnce(CONFIRM_INTENT)).toBeUndefined();
    expect(kept.size).toBe(0);
  });

  it('is removed even if it is damaged', () => {
    const kept = useStorage();
    kept.set('portal.once.confirm', '{');
    expect(takeOnce(CONFIRM_INTENT)).toBeUndefined();
    expect(kept.size).toBe(0);
  });

  it.each([undefined, null, 7, {}, { wanted: '/customers' }, { customerId: 'dn2bakery' }, { customerId: 7, at: NOW }])(
    'is not in %j',
    (value) => {
      expect(intentIn(value)).toBeUndefined();
    },
  );

  it('does not exist without storage', () => {
    vi.stubGlobal('sessionStorage', undefined);
    keepOnce(CONFIRM_INTENT, intent);
    expect(takeOnce(CONFIRM_INTENT)).toBeUndefined();
  });
});
