/** Values that this tab keeps for one use, while a person signs in or out. Without storage, nothing is kept. */

const PREFIX = 'portal.once.';

/** Whether this browser keeps data of the tab. Signing in needs that. */
export function keepsData(): boolean {
  try {
    sessionStorage.setItem(`${PREFIX}probe`, '');
    sessionStorage.removeItem(`${PREFIX}probe`);
    return true;
  } catch {
    return false;
  }
}

/** Keeps a value, which has to be JSON. */
export function keepOnce(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is switched off.
  }
}

/** The kept value. It is gone afterwards, whatever happens next. Undefined if there is none. */
export function takeOnce(name: string): unknown {
  try {
    const kept = sessionStorage.getItem(PREFIX + name);
    sessionStorage.removeItem(PREFIX + name);
    return JSON.parse(kept ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
