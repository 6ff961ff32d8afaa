/**
 * Runs `work` on all elements, `atOnce` at a time. They start in order. An element is taken when its work can start: if `all` reads
 * elements page by page, no more than a page waits in memory.
 */
export async function inParallel<T>(
  all: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in all ? all[Symbol.asyncIterator]() : all[Symbol.iterator]();
  const worker = async () => {
    for (let next = await rest.next(); !next.done; next = await rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
