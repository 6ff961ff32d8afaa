/**
 * The Idempotency-Key of a person's actions, one key per action. A retry after a lost answer has the same key, so that the action isn't
 * done twice. Once an answer has come, the next press is a new action with a new key.
 */
export class ActionKey {
  #open: { input: string; key: string } | undefined;

  for(input: unknown): string {
    const content = JSON.stringify(input);
    if (this.#open?.input !== content) this.#open = { input: content, key: crypto.randomUUID() };
    return this.#open.key;
  }

  /** Call when an answer came, of either kind. */
  answered(): void {
    this.#open = undefined;
  }
}
