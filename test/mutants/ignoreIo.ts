/** Leaves out functions that read or write the table: tests over HTTP prove them. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const IO = new Set(['loadOwnBindings']);

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'io', {
    shouldIgnore: ({ node }: { node: { type: string; id?: { name: string } | null } }) =>
      node.type === 'FunctionDeclaration' && IO.has(node.id?.name ?? '') ? 'reads or writes the table' : undefined,
  }),
];
