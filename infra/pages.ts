import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { madeOnce } from './madeOnce.ts';

const root = join(import.meta.dirname, '..');

/**
 * Builds the portal and the invitation page with `portal/vite.config.ts`, unless this version is built already. The pages are the
 * same for every program and setting: they read both from `/config.json`.
 *
 * @returns path of the folder with the built pages
 * @throws Error with Vite's message
 */
export const buildPages = (): Promise<string> =>
  madeOnce({
    sources: ['portal', 'shared', 'package-lock.json'],
    folder: 'cdk.out/pages',
    kept: 3,
    make: (directory) =>
      // A separate process: Vite takes NODE_ENV from its environment, and tests run with a different one.
      promisify(execFile)(
        process.execPath,
        [
          join(root, 'node_modules/vite/bin/vite.js'),
          'build',
          join(root, 'portal'),
          `--outDir=${directory}`,
          '--emptyOutDir',
          '--logLevel=warn',
        ],
        { env: { ...process.env, NODE_ENV: 'production' } },
      ).catch(({ stderr }: { stderr: string }) => {
        throw new Error(`The pages can't be built: ${reasonIn(stderr)}`);
      }),
  });

/** Vite's error message with the place of the error, without stack traces. */
function reasonIn(stderr: string): string {
  const said = stripVTControlCharacters(stderr);
  const [, reason = said] = /^error during build:\n(?:Build failed.*\n)?((?:(?! +at ).*\n)*)/m.exec(said) ?? [];
  return reason.replaceAll(/\n\s*\n/g, '\n').trim();
}
