/** Runs `work` on all elements, `atOnce` at a time. They start in order. */
export async function inParallel<T>(
  all: readonly T[] | AsyncGenerator<T>,
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = Array.isArray(all) ? all.values() : all;
  const worker = async () => {
    for await (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
