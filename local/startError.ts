/** Why the stack can't start, in one line that says how to go on. */
export class StartError extends Error {
  override name = 'StartError';
}
