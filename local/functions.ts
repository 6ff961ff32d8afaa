/** All functions of the stack. A limited number of them stays warm. */
import { setFlagsFromString } from 'node:v8';
import type { Clock } from './clock.ts';
import { LambdaFunction } from './lambdaFunction.ts';
import type { FunctionDefinition } from './stackDefinition.ts';

/** How many functions stay warm, the least recently used one ends first; and how much memory each of them has. */
export type Warmth = {
  functions: number;
  oldSpaceMegabytes: number;
  /** The space for new objects: the smaller, the more often V8 collects garbage. */
  youngSpaceMegabytes: number;
  /** Whether V8 prefers memory to speed where it can trade one for the other, in the whole process. */
  optimizeForSize: boolean;
};

/**
 * A laptop has other things to do: each worker takes some 15 MB, and the whole stack is to stay under 600 MB. One more is a cold start
 * of some 100 ms, which Lambda has as well. Optimizing for size saves some 60 MB with all workers warm.
 */
export const SMALL: Warmth = {
  functions: 12,
  oldSpaceMegabytes: 256,
  youngSpaceMegabytes: 4,
  optimizeForSize: true,
};

export class Functions {
  readonly #functions: LambdaFunction[];
  readonly #maxWarm: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #begun = 0;

  constructor(
    definitions: readonly FunctionDefinition[],
    options: {
      environmentOf: (definition: FunctionDefinition) => Record<string, string>;
      logDirectory: string;
      clock: Clock;
      warmth: Warmth;
      patience: number;
    },
  ) {
    const { environmentOf, logDirectory, clock, warmth, patience } = options;
    this.#maxWarm = warmth.functions;
    if (warmth.optimizeForSize) setFlagsFromString('--optimize-for-size');
    const heap = {
      maxOldGenerationSizeMb: warmth.oldSpaceMegabytes,
      maxYoungGenerationSizeMb: warmth.youngSpaceMegabytes,
    };
    this.#functions = definitions.map(
      (each) => new LambdaFunction(each, { environment: environmentOf(each), logDirectory, clock, heap, patience }),
    );
    clock.onMove(() => {
      for (const each of this.#functions) each.followClock();
    });
  }

  /** @param name what the CDK app calls it, or its logical id */
  get(name: string): LambdaFunction {
    const found = this.#functions.find(({ definition }) => definition.name === name || definition.logicalId === name);
    if (!found) throw new Error(`The stack has no function ${name}.`);
    return found;
  }

  invoke(name: string, event: unknown): Promise<unknown> {
    const wanted = this.get(name);
    if (!wanted.warm) this.#makeRoom();
    const invocation = wanted.invoke(event).finally(() => this.#underWay.delete(invocation));
    this.#underWay.add(invocation);
    this.#begun += 1;
    return invocation;
  }

  /** How many invocations have begun so far, and whether one has no answer yet. */
  get begun(): number {
    return this.#begun;
  }
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Until every invocation that is under way now has ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async close(): Promise<void> {
    await Promise.all(this.#functions.map((each) => each.close()));
  }

  #makeRoom(): void {
    const warm = this.#functions.filter((each) => each.warm);
    if (warm.length < this.#maxWarm) return;
    const [oldest] = warm.filter((each) => !each.busy).sort((one, other) => one.usedAt - other.usedAt);
    void oldest?.stop();
  }
}
