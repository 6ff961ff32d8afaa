import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

type Made = {
  /** Files and folders of the project that the result is made from. */
  sources: readonly string[];
  /** A further input of the result, such as the name of a program. */
  variant?: string;
  /** Folder of the project in which each version of the result has a folder of its own. */
  folder: string;
  /** Number of versions that stay: one for each branch that a developer switches between. */
  kept: number;
  /** Makes the result in this new folder. */
  make: (directory: string) => Promise<unknown>;
};

/**
 * Makes a result from sources, unless this version is made already. Several processes may do so at the same time.
 *
 * @returns path of the folder with the result
 * @throws the error of `make`
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
      // Another process may have made the same version meanwhile.
      if (!existsSync(directory)) throw error;
    }
  }
  const now = new Date();
  utimesSync(directory, now, now);
  forgetOld(join(root, folder), kept);
  return directory;
}

/** Hash of the variant and of every source file, without tests. */
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
