import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { madeOnce } from './madeOnce.ts';
import { FUNCTION_NAMES } from './permissions.ts';

const root = join(import.meta.dirname, '..');
const sdkInLambda = join(import.meta.dirname, 'sdkInLambda.ts');

/** Replaces single files of nodemailer. (An alias replaces only whole modules.) */
const nodemailerInLambda: Plugin = {
  name: 'nodemailerInLambda',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(mime-types|fetch\/index)\.js$/ }, ({ importer }) =>
      /[\\/]nodemailer[\\/]/.test(importer) ? { path: join(import.meta.dirname, 'nodemailerInLambda.ts') } : null,
    ),
};

/** Replaces SHA-256 in JavaScript, which the SDK uses only where Node lacks its own. */
const sha256InLambda: Plugin = {
  name: 'sha256InLambda',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/Sha256Js$/ }, () => ({ path: sdkInLambda })),
};

/**
 * Marks the calls that declare the contract as free of side effects, so that esbuild drops the declarations that a bundle doesn't use.
 * esbuild follows `@__NO_SIDE_EFFECTS__` only within a file, and would otherwise keep every call.
 */
const unusedDeclarations: Plugin = {
  name: 'unusedDeclarations',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]shared[\\/]contract[\\/]\w+\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(
        /^((?:export )?const \w+ = )(?=(?:declared|endpoint|method)\(\(\) =>)/gm,
        '$1/* @__PURE__ */ ',
      ),
    })),
};

/** Lets jose keep the headers of its request in a Map: `Headers` would load all of `fetch` (see `shared/access/issuerKeys.ts`). */
const joseInLambda: Plugin = {
  name: 'joseInLambda',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]jose[\\/].*[\\/]jwks[\\/]remote\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace('new Headers(', 'new Map('),
    })),
};

/** Reduces the `package.json` of each SDK client to its version, the only field that the SDK reads. */
const versionsOfClients: Plugin = {
  name: 'versionsOfClients',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { loader: 'json', contents: JSON.stringify({ version }) };
    }),
};

/** How functions are bundled. No source maps: with `--enable-source-maps`, every cold start would parse a map larger than the bundle. */
const BUILD_OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  /** Letters of Russian and Vietnamese take two or three bytes instead of six (`\uXXXX`). */
  charset: 'utf8',
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  alias: {
    '@aws-sdk/credential-provider-node': sdkInLambda,
    '@aws-sdk/endpoint-cache': sdkInLambda,
    '@smithy/core/event-streams': sdkInLambda,
  },
  plugins: [nodemailerInLambda, joseInLambda, sha256InLambda, unusedDeclarations, versionsOfClients],
  logLevel: 'warning',
} satisfies BuildOptions;

/** Name of the file with the list of sources, beside the bundles. */
const METAFILE = 'metafile.json';

/**
 * Bundles all functions in one build, as `<function>/index.mjs`, unless this version is built already. The bundles depend only on their
 * sources, so that equal sources have equal asset hashes.
 *
 * @returns path of the folder with the bundles
 */
export const buildBundles = (): Promise<string> =>
  madeOnce({
    sources: ['functions', 'shared', 'infra', 'package.json', 'package-lock.json', 'tsconfig.json'],
    folder: 'cdk.out/bundles',
    kept: 3,
    make: async (directory) => {
      const { metafile } = await build({
        ...BUILD_OPTIONS,
        entryPoints: Object.fromEntries(FUNCTION_NAMES.map((name) => [`${name}/index`, `functions/${name}.ts`])),
        outdir: directory,
        metafile: true,
      });
      writeFileSync(join(directory, METAFILE), JSON.stringify(metafile));
    },
  });

/** esbuild's list of the sources in each bundle of a folder. */
export const metafileOf = (folder: string): Metafile =>
  JSON.parse(readFileSync(join(folder, METAFILE), 'utf8')) as Metafile;

/**
 * The name of the code in bundles: the version of the package, and a digest of all bundles, such as `0.1.0+3f9a2b7c`. Equal sources have
 * equal names, wherever and whenever they are synthesized.
 */
export function releaseOf(folder: string): string {
  const digest = createHash('sha256');
  for (const file of globSync('**/*.mjs', { cwd: folder }).sort())
    digest.update(file).update(readFileSync(join(folder, file)));
  return `${packageJson.version}+${digest.digest('hex').slice(0, 8)}`;
}
