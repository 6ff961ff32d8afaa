/**
 * The Idempotency-Key of what a person does. One key stands for one action: pressing again after no answer came sends the
 * same one, so that an action whose answer was lost isn't done twice; once an answer has come, the next is another action.
 */
export class ActionKey {
  #open: { input: string; key: string } | undefined;

  for(input: unknown): string {
    const content = JSON.stringify(input);
    if (this.#open?.input !== content) this.#open = { input: content, key: crypto.randomUUID() };
    return this.#open.key;
  }

  /** An answer came, whatever it says. */
  answered(): void {
    this.#open = undefined;
  }
}
