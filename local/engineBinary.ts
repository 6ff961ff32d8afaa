/** The binary of the DynamoDB-compatible engine: installed with the project, or fetched with npm. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { madeOnce } from '../infra/madeOnce.ts';
import packageJson from '../package.json' with { type: 'json' };
import { StartError } from './startError.ts';

const NAME = `@dynoxide/${process.platform}-${process.arch}`;
/** The engines of all platforms have the same version. */
const [VERSION] = Object.values(packageJson.optionalDependencies);
/** Number of versions that stay in the cache: one for each branch that a developer switches between. */
const KEPT_ENGINES = 3;

/**
 * Finds the engine's binary for this platform. `npm ci` installs the engines of the platforms in `package-lock.json`. On other
 * platforms, the first call fetches the engine into a cache folder.
 *
 * @returns path of the binary
 * @throws StartError if the engine isn't installed and can't be fetched
 */
export async function engineBinary(): Promise<string> {
  return (
    binaryIn(import.meta.filename) ??
    binaryIn(join(await fetchedEngine(), 'package.json')) ??
    noEngine('it has no binary')
  );
}

/** The binary in the packages that a file can import. */
function binaryIn(importer: string): string | undefined {
  try {
    const binary = `${NAME}/dynoxide${process.platform === 'win32' ? '.exe' : ''}`;
    return createRequire(importer).resolve(binary);
  } catch {
    return undefined;
  }
}

/** @returns a folder in which npm has installed the engine */
function fetchedEngine(): Promise<string> {
  const lockfile = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8');
  const lock = JSON.parse(lockfile) as { packages: Record<string, { integrity?: string }> };
  const integrity = lock.packages[`node_modules/${NAME}`]?.integrity;
  const dependencies = { [NAME]: VERSION };
  // With the checksum of the project's lockfile. For a platform that isn't in it, npm takes the checksum of the registry.
  const packages = { '': { dependencies }, [`node_modules/${NAME}`]: { version: VERSION, integrity } };
  return madeOnce({
    sources: [],
    variant: JSON.stringify(packages),
    folder: '.cache/engine',
    kept: KEPT_ENGINES,
    make: async (directory) => {
      console.error(`The DynamoDB engine isn't installed: fetching ${NAME}@${VERSION} with npm, this once.`);
      mkdirSync(directory);
      writeFileSync(join(directory, 'package.json'), JSON.stringify({ dependencies }));
      writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
      // Only one retry: by default, npm lets a person without a network wait for more than a minute.
      const args = [
        'ci',
        '--prefer-offline',
        '--fetch-retries=1',
        '--ignore-scripts',
        '--no-audit',
        '--loglevel=error',
      ];
      // On Windows, npm is a script for the shell.
      await promisify(execFile)('npm', args, { cwd: directory, shell: process.platform === 'win32' }).catch(
        (error: Error & { stderr?: string }) => noEngine(reasonIn(error.stderr || error.message)),
      );
    },
  });
}

/** The first lines of npm's error: its code and its meaning. */
function reasonIn(said: string): string {
  const lines = [...said.matchAll(/^npm error (?:code )?(?!syscall|errno)(.+)$/gm)].map(([, line]) => line);
  return lines.slice(0, 2).join(': ') || said.trim();
}

function noEngine(reason: string): never {
  throw new StartError(
    `The DynamoDB engine ${NAME}@${VERSION} can't be fetched (${reason}): try again with a connection to the npm registry, or start AWS's DynamoDB Local (\`docker run -p 8000:8000 amazon/dynamodb-local\`) and set DYNAMODB_ENDPOINT=http://127.0.0.1:8000.`,
  );
}
