import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of everything that this run writes; it is removed afterwards. */
    runDirectory: string;
  }
}

/** Before all tests: each program's stack is synthesized once, and not by each file that starts one at the same time. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const program of ['yandex', 'vng']) await synthesize(program);
  const runDirectory = await mkdtemp(join(tmpdir(), 'partner-portal-test-'));
  project.provide('runDirectory', runDirectory);
  return () => rm(runDirectory, { recursive: true, force: true });
}
