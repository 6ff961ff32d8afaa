/** The default bus of EventBridge: matches events with the rules of the template, and invokes the functions of the rules. */
import { setTimeout as sleep } from 'node:timers/promises';
import { matchesFilter } from './filterCriteria.ts';
import type { RuleDefinition } from './stackDefinition.ts';

/** Lambda tries a failed event twice more, after one minute and after two more. The pauses are shorter here. */
const RETRIES = 2;
const RETRY_MILLISECONDS = 300;

type EventBusOptions = {
  rules: readonly RuleDefinition[];
  invoke: (functionId: string, event: unknown) => Promise<unknown>;
  /** Called with events that were given up (the function's on-failure destination). */
  givenUp: (functionId: string, event: unknown, reason: string) => void;
};

/** The bus of one stack. */
export class EventBus {
  /** `losing` drops all events, as EventBridge may do (SES events come "best effort"); for tests. */
  mode: 'running' | 'losing' = 'running';
  readonly #options: EventBusOptions;
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** Takes an event, and invokes the functions in the background. */
  put(event: object): void {
    if (this.mode === 'losing' || this.#stopped) return;
    const { rules } = this.#options;
    const functionIds = rules
      .filter(({ pattern }) => matchesFilter(pattern, event))
      .flatMap((rule) => rule.functionIds);
    for (const functionId of functionIds) {
      const bringing = this.#bring(functionId, event).finally(() => this.#underWay.delete(bringing));
      this.#underWay.add(bringing);
    }
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Resolves when all events have been delivered or given up. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #bring(functionId: string, event: object): Promise<void> {
    const { invoke, givenUp } = this.#options;
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        await invoke(functionId, event);
        return;
      } catch (error) {
        if (this.#stopped) return;
        if (attempt >= RETRIES) return givenUp(functionId, event, String(error));
        await sleep(RETRY_MILLISECONDS);
      }
    }
  }
}
