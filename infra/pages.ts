import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { madeOnce } from './madeOnce.ts';

const root = join(import.meta.dirname, '..');

/**
 * Builds the portal and the invitation page as `portal/vite.config.ts` says, unless they are built already: they are the same for
 * every program and setting, which `/config.json` tells them.
 *
 * @returns the folder with what is uploaded
 */
export const buildPages = (): Promise<string> =>
  madeOnce({
    sources: ['portal', 'shared', 'package-lock.json'],
    folder: 'cdk.out/pages',
    kept: 3,
    make: (directory) =>
      // A process of its own: Vite takes NODE_ENV from its environment, and tests run under another one.
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

/** What Vite says is wrong, and where, without its stack traces. */
function reasonIn(stderr: string): string {
  const said = stripVTControlCharacters(stderr);
  const [, reason = said] = /^error during build:\n(?:Build failed.*\n)?((?:(?! +at ).*\n)*)/m.exec(said) ?? [];
  return reason.replaceAll(/\n\s*\n/g, '\n').trim();
}
