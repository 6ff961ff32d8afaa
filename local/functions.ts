/** All functions of the stack, of which so many stay warm as this machine's memory is meant to carry. */
import { setFlagsFromString } from 'node:v8';
import { LambdaFunction } from './lambdaFunction.ts';
import type { FunctionDefinition } from './stackDefinition.ts';

/**
 * Workers that are kept, the least recently used one ends first: each takes some 15 MB, and the whole stack is to stay
 * under 600 MB. One more is a cold start of some 100 ms, which Lambda has as well.
 */
const MAX_WARM = 12;

// Of what V8 trades memory for speed a local stack wants the memory: some 60 MB with all workers warm.
setFlagsFromString('--optimize-for-size');

export class Functions {
  readonly #functions: LambdaFunction[];

  constructor(
    definitions: readonly FunctionDefinition[],
    environmentOf: (definition: FunctionDefinition) => Record<string, string>,
    logDirectory: string,
  ) {
    this.#functions = definitions.map((each) => new LambdaFunction(each, environmentOf(each), logDirectory));
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
    return wanted.invoke(event);
  }

  async close(): Promise<void> {
    await Promise.all(this.#functions.map((each) => each.close()));
  }

  #makeRoom(): void {
    const warm = this.#functions.filter((each) => each.warm);
    if (warm.length < MAX_WARM) return;
    const [oldest] = warm.filter((each) => !each.busy).sort((one, other) => one.usedAt - other.usedAt);
    void oldest?.stop();
  }
}
