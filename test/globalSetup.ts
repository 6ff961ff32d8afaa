import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { engineBinary } from '../local/engineBinary.ts';
import { synthesize } from '../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder for all files of this run; it is removed afterwards. */
    runDirectory: string;
  }
}

/** Synthesizes the stack of each program that tests use. */
export async function synthesizePrograms(): Promise<void> {
  for (const program of ['yandex', 'vng']) await synthesize(program);
}

/** Before all tests: synthesizes each program's stack once, and fetches the engine if it isn't installed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env['DYNAMODB_ENDPOINT']) await engineBinary();
  await synthesizePrograms();
  const runDirectory = await mkdtemp(join(tmpdir(), 'partner-portal-test-'));
  project.provide('runDirectory', runDirectory);
  return () => rm(runDirectory, { recursive: true, force: true });
}
