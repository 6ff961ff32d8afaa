/** The synthesized stacks with their bundles, made again only after one of its sources has changed. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { LOCAL } from '../infra/environment.ts';
import { madeOnce } from '../infra/madeOnce.ts';
import { APP, appVariables } from '../infra/synthesis.ts';
import { StartError } from './startError.ts';
import type { Template } from './template.ts';

const root = join(import.meta.dirname, '..');

/** The sources of the stacks, their bundles and their pages. */
const SOURCES = ['deploy/local.json', 'infra', 'functions', 'shared', 'portal', 'cdk.json', 'package-lock.json'];
/** Number of assemblies that stay: one for each program and branch that a developer switches between. */
const KEPT_ASSEMBLIES = 6;
/** The end of a template's file. Its beginning is the name of the stack. */
const TEMPLATE = '.template.json';

/** The synthesized stacks: their templates by stack, and the folders of their assets. */
export type Assembly = {
  templates: Record<string, Template>;
  /** Folder of a function's bundle, by the function's logical id and metadata in the template. */
  directoryOf: (functionId: string, metadata: Record<string, unknown>) => string;
  /** Folder of the files that are uploaded under a key, such as `<hash>.zip`. */
  directoryOfUpload: (key: string) => string;
};

/**
 * Synthesizes the stacks of the environment `local` for a program, unless this version is synthesized already.
 *
 * @throws StartError with the CDK's message if the stacks can't be synthesized
 */
export async function synthesize(program: string): Promise<Assembly> {
  const directory = await madeOnce({
    sources: SOURCES,
    variant: program,
    folder: 'cdk.out/local',
    kept: KEPT_ASSEMBLIES,
    make: (folder) => runApp(program, folder),
  });
  return {
    templates: Object.fromEntries(
      readdirSync(directory)
        .filter((file) => file.endsWith(TEMPLATE))
        .map((file) => [
          file.slice(0, -TEMPLATE.length),
          JSON.parse(readFileSync(join(directory, file), 'utf8')) as Template,
        ]),
    ),
    directoryOf: (functionId, metadata) => {
      const path = metadata['aws:asset:path'];
      if (typeof path !== 'string')
        throw new StartError(`The template doesn't say where the bundle of ${functionId} is.`);
      return join(directory, path);
    },
    directoryOfUpload: (key) => join(directory, `asset.${key.replace(/\.zip$/, '')}`),
  };
}

async function runApp(program: string, directory: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [APP], {
      cwd: root,
      env: {
        ...process.env,
        ...appVariables(directory),
        ENVIRONMENT: LOCAL,
        PROGRAM: program,
        // AWS's validator takes half of the time, and AWS never gets these templates. A deployment and `npm test` have it.
        CDK_VALIDATION: 'false',
      },
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new StartError(
      `The stack can't be synthesized: ${reasonIn(said)}\nCorrect that, and start again. (\`npm run synth -- local\` says more.)`,
    );
  }
}

/** The message of the error that ended the CDK's app, without stack trace. A syntax error or type error gets its place in the code too. */
export function reasonIn(said: string): string {
  const [, kind = '', message] = /^(\w*)Error(?: \[\w+\])?: ((?:(?! +at ).*\n)*)/m.exec(said) ?? [];
  if (message === undefined) return said.trim();
  const [, place = ''] = /^file:\/\/(.+:\d+)$/m.exec(said) ?? [];
  return kind && place ? `${relative(root, place)}: ${message.trim()}` : message.trim();
}
