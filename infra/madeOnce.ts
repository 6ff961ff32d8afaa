import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

type Made = {
  /** Files and folders of the project that it is made from. */
  sources: readonly string[];
  /** What it depends on besides. */
  variant?: string;
  /** Where each version has its folder, and how many of them stay: one for each branch that somebody goes back and forth between. */
  folder: string;
  kept: number;
  make: (directory: string) => Promise<unknown>;
};

/**
 * What is made from sources alone, made anew only when one of them has changed. Several processes may ask for it at the same time.
 *
 * @returns the folder that it is in
 */
export async function madeOnce({ sources, variant = '', folder, kept, make }: Made): Promise<string> {
  const directory = join(root, folder, sourceHash(sources, variant));
  if (!existsSync(directory)) {
    const unfinished = `${directory}.${process.pid}`;
    mkdirSync(join(root, folder), { recursive: true });
    try {
      await make(unfinished);
      renameSync(unfinished, directory);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      // Unless another process made the same one meanwhile.
      if (!existsSync(directory)) throw error;
    }
  }
  const now = new Date();
  utimesSync(directory, now, now);
  forgetOld(join(root, folder), kept);
  return directory;
}

/** Hash of every source file. Tests aren't sources. */
function sourceHash(sources: readonly string[], variant: string): string {
  const hash = createHash('sha256').update(variant);
  const add = (path: string): void => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort())
        if (name !== 'node_modules' && name !== 'dist') add(join(path, name));
    } else if (!/\.test\.tsx?$/.test(path)) {
      hash.update(`\0${path}\0`).update(readFileSync(full));
    }
  };
  for (const source of sources) add(source);
  return hash.digest('hex').slice(0, 16);
}

function forgetOld(folder: string, kept: number): void {
  const byAge = readdirSync(folder)
    .filter((name) => !name.includes('.'))
    .map((name) => ({ path: join(folder, name), usedAt: statSync(join(folder, name)).mtimeMs }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of byAge.slice(kept)) rmSync(path, { recursive: true, force: true });
}
