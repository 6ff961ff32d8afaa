import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { render } from 'react-email';

type Component = () => React.ReactElement;

const root = join(import.meta.dirname, '../../..');

/** The layout as HTML with slots, for `layout.json`. */
export async function renderLayout(): Promise<{ page: string; paragraph: string; fact: string }> {
  const { Page, Paragraph, Fact } = await components();
  const [page, paragraph, fact] = await Promise.all([html(Page), html(Paragraph), html(Fact)]);
  const fragment = (document: string) => document.replace(/^<!DOCTYPE[^>]*>/, '');
  return { page: `<!DOCTYPE html>${fragment(page)}`, paragraph: fragment(paragraph), fact: fragment(fact) };
}

/** The HTML of a component, without comments (but with Outlook's), and with `ses:no-track` without a value, as SES documents it. */
async function html(component: Component): Promise<string> {
  const rendered = await render(component());
  return rendered.replace(/<!--(?!\[if).*?-->/gs, '').replaceAll('ses:no-track=""', 'ses:no-track');
}

/** Bundles and imports the components, because Node runs TypeScript but not JSX. */
async function components(): Promise<Record<'Page' | 'Paragraph' | 'Fact', Component>> {
  const dist = join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  // Beside node_modules, so that the bundle's imports are found.
  const scratch = mkdtempSync(join(dist, 'layout-'));
  try {
    const { outputFiles } = buildSync({
      absWorkingDir: root,
      entryPoints: ['shared/mail/layout/Layout.tsx'],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
    });
    const file = join(scratch, 'Layout.mjs');
    writeFileSync(file, outputFiles[0]?.contents ?? '');
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
