/** The synthesized stack with its bundles, made anew only when something it is made from has changed. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './startError.ts';
import type { Template } from './template.ts';

const root = join(import.meta.dirname, '..');
const assemblies = join(root, 'cdk.out', 'local');

/** What the stack and its bundles are made from. */
const SOURCES = ['infra', 'functions', 'shared', 'mail', 'portal', 'cdk.json', 'package-lock.json'];
/** How many assemblies stay: one per program and branch that somebody goes back and forth between. */
const KEPT_ASSEMBLIES = 6;

export type Assembly = {
  template: Template;
  directoryOf: (functionId: string, metadata: Record<string, unknown>) => string;
};

/** @throws StartError when the stack can't be synthesized, with what the CDK says */
export async function synthesize(program: string): Promise<Assembly> {
  const directory = join(assemblies, sourceHash(program));
  if (!existsSync(directory)) await runCdk(program, directory);
  const now = new Date();
  utimesSync(directory, now, now);
  forgetOldAssemblies();
  return {
    template: JSON.parse(readFileSync(join(directory, 'PartnerPortal.template.json'), 'utf8')) as Template,
    directoryOf: (functionId, metadata) => {
      const path = metadata['aws:asset:path'];
      if (typeof path !== 'string')
        throw new StartError(`The template doesn't say where the bundle of ${functionId} is.`);
      return join(directory, path);
    },
  };
}

async function runCdk(program: string, directory: string): Promise<void> {
  mkdirSync(assemblies, { recursive: true });
  const unfinished = `${directory}.${process.pid}`;
  const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  try {
    await promisify(execFile)(process.execPath, [cdk, 'synth', '--quiet', '--no-notices', '--output', unfinished], {
      cwd: root,
      // `node` of the app command is the project's own.
      env: {
        ...process.env,
        PROGRAM: program,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
    });
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    // With the lines below it that name what is wrong, one for each field; then come those of the stack trace.
    const reason = /^\w*Error: (.+(\n {2}\S.*)*)/m.exec(said)?.[1] ?? said.trim();
    throw new StartError(`The stack can't be synthesized: ${reason}\n(\`npm run synth\` says more.)`);
  }
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // Another process made the same one meanwhile.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

/** Hash of the program's name and every source file. Tests aren't sources. */
function sourceHash(program: string): string {
  const hash = createHash('sha256').update(program);
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
  for (const source of SOURCES) add(source);
  return hash.digest('hex').slice(0, 16);
}

function forgetOldAssemblies(): void {
  const complete = readdirSync(assemblies).filter((name) => !name.includes('.'));
  const byAge = complete
    .map((name) => ({ path: join(assemblies, name), usedAt: statSync(join(assemblies, name)).mtimeMs }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of byAge.slice(KEPT_ASSEMBLIES)) rmSync(path, { recursive: true, force: true });
}
