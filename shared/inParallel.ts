/**
 * Runs `work` on all elements, `atOnce` at a time. They start in order. An element is taken when its work can start: if `all` reads
 * elements page by page, no more than a page waits in memory.
 *
 * After a failure no other work starts. The work that is under way ends before the failure is thrown: Lambda freezes a function that has
 * answered, with all that it has not finished.
 */
export async function inParallel<T>(
  all: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in all ? all[Symbol.asyncIterator]() : all[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    while (failures.length === 0) {
      const next = await rest.next();
      if (next.done) return;
      await work(next.value);
    }
  };
  const failed = (error: unknown) => void failures.push(error);
  await Promise.all(Array.from({ length: atOnce }, () => worker().catch(failed)));
  if (failures.length > 0) throw failures[0];
}
