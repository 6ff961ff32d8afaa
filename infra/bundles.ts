import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { FUNCTION_NAMES } from './permissions.ts';

const root = join(import.meta.dirname, '..');
const sdkInLambda = join(import.meta.dirname, 'sdkInLambda.ts');

/** Files inside a package, which an alias doesn't reach. */
const nodemailerInLambda: Plugin = {
  name: 'nodemailerInLambda',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(mime-types|fetch\/index)\.js$/ }, ({ importer }) =>
      /[\\/]nodemailer[\\/]/.test(importer) ? { path: join(import.meta.dirname, 'nodemailerInLambda.ts') } : null,
    ),
};

/**
 * Marks the declarations of the contract as free of side effects, so that a bundle holds those that it uses and no others. esbuild
 * knows `@__NO_SIDE_EFFECTS__` only within a file, and would otherwise keep every call.
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

/** Of the `package.json` of a client, the SDK reads the version alone. */
const versionsOfClients: Plugin = {
  name: 'versionsOfClients',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { loader: 'json', contents: JSON.stringify({ version }) };
    }),
};

/**
 * How functions are bundled. There are no source maps: with `--enable-source-maps` every cold start would parse one that is larger than its bundle.
 */
const BUILD_OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  /** Texts in Russian and Vietnamese stay one or two bytes a letter instead of six. */
  charset: 'utf8',
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  alias: {
    '@aws-sdk/credential-provider-node': sdkInLambda,
    '@aws-sdk/endpoint-cache': sdkInLambda,
    '@smithy/core/event-streams': sdkInLambda,
  },
  plugins: [nodemailerInLambda, unusedDeclarations, versionsOfClients],
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Bundles all functions in one build: `<folder>/<function>/index.mjs`. What comes out depends on the sources alone, so that
 * equal sources have equal asset hashes.
 *
 * @returns what each bundle is made of
 */
export async function buildBundles(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    ...BUILD_OPTIONS,
    entryPoints: Object.fromEntries(FUNCTION_NAMES.map((name) => [`${name}/index`, `functions/${name}.ts`])),
    outdir: folder,
    metafile: true,
  });
  return metafile;
}
