import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { engineBinary } from '../local/engineBinary.ts';
import { synthesize } from '../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of everything that this run writes; it is removed afterwards. */
    runDirectory: string;
  }
}

/** Before all tests: each program's stack is synthesized once, and the engine is fetched if it isn't installed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env['DYNAMODB_ENDPOINT']) await engineBinary();
  for (const program of ['yandex', 'vng']) await synthesize(program);
  const runDirectory = await mkdtemp(join(tmpdir(), 'partner-portal-test-'));
  project.provide('runDirectory', runDirectory);
  return () => rm(runDirectory, { recursive: true, force: true });
}
