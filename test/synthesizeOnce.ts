import { engineBinary } from '../local/engineBinary.ts';
import { synthesize } from '../local/synthesize.ts';

/** Before all tests: the engine is fetched and the stack is synthesized once, and not by each file that starts one at the same time. */
export async function setup(): Promise<void> {
  if (!process.env['DYNAMODB_ENDPOINT']) await engineBinary();
  for (const program of ['yandex', 'vng']) await synthesize(program);
}
