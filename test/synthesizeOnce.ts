import { synthesize } from '../local/synthesize.ts';

/** Before all tests: the stack is synthesized once, and not by each file that starts one at the same time. */
export async function setup(): Promise<void> {
  for (const program of ['yandex', 'vng']) await synthesize(program);
}
