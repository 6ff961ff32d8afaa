import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
    sources: ['portal', 'shared', 'cli/spreadsheet.ts', 'package-lock.json'],
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
      ),
  });
