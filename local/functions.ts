/** All functions of the stack, of which a limited number stays warm. */
import type { Clock } from './clock.ts';
import { LambdaFunction } from './lambdaFunction.ts';
import type { FunctionDefinition } from './stackDefinition.ts';

/** How many functions stay warm, and how much memory each of them has. */
export type Warmth = {
  /** Number of warm functions. To start another one, the least recently used one ends. */
  functions: number;
  oldSpaceMegabytes: number;
  /** The space for new objects; by default as V8's flags say. V8 collects garbage more often in a smaller one. */
  youngSpaceMegabytes?: number;
};

/**
 * The warmth for a laptop that runs other programs too: each worker takes some 15 MB, and the whole stack should stay under 600 MB.
 * A function that isn't warm needs a cold start of some 100 ms, as in Lambda.
 */
export const SMALL: Warmth = {
  functions: 12,
  oldSpaceMegabytes: 256,
  youngSpaceMegabytes: 4,
};

/** The functions of a stack by name. */
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
    const heap = {
      maxOldGenerationSizeMb: warmth.oldSpaceMegabytes,
      ...(warmth.youngSpaceMegabytes !== undefined && { maxYoungGenerationSizeMb: warmth.youngSpaceMegabytes }),
    };
    this.#functions = definitions.map(
      (each) => new LambdaFunction(each, { environment: environmentOf(each), logDirectory, clock, heap, patience }),
    );
    clock.onMove(() => {
      for (const each of this.#functions) each.followClock();
    });
  }

  /**
   * @param name the function's name in the CDK app, or its logical id
   * @throws Error if the stack has no such function
   */
  get(name: string): LambdaFunction {
    const found = this.#functions.find(({ definition }) => definition.name === name || definition.logicalId === name);
    if (!found) throw new Error(`The stack has no function ${name}.`);
    return found;
  }

  /**
   * Invokes a function and returns its result.
   *
   * @throws FunctionError if the function fails
   */
  invoke(name: string, event: unknown): Promise<unknown> {
    const wanted = this.get(name);
    if (!wanted.warm) this.#makeRoom();
    const invocation = wanted.invoke(event).finally(() => this.#underWay.delete(invocation));
    this.#underWay.add(invocation);
    this.#begun += 1;
    return invocation;
  }

  /** Number of invocations so far. */
  get begun(): number {
    return this.#begun;
  }
  /** Whether an invocation has no answer yet. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Resolves when every current invocation has ended. */
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
