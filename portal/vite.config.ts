/** How the web pages are built: the portal, and the invitation page, which shares nothing with it. `vite build portal`. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/**
 * The design system brings Latin letters of Open Sans as data: URLs, which the Content-Security-Policy forbids and which Russian
 * and Vietnamese pages would mix with another face. Without them every language is in the device's own sans serif.
 */
const deviceFonts: Plugin = {
  name: 'device-fonts',
  enforce: 'pre',
  transform: {
    filter: { id: /@cloudscape-design\/global-styles\/index\.css/ },
    handler: (css) => css.replace(/@font-face\s*\{[^}]*\}/g, ''),
  },
};

// biome-ignore lint/style/noDefaultExport: vite reads it so
export default defineConfig({
  root,
  plugins: [deviceFonts, react()],
  resolve: {
    alias: [
      // What the contract's schemas take from Node, as browsers have it.
      { find: 'node:url', replacement: join(root, 'domainToASCII.ts') },
      { find: 'csv-parse/sync', replacement: 'csv-parse/browser/esm/sync' },
    ],
  },
  build: {
    outDir: join(root, '../dist/portal'),
    emptyOutDir: true,
    // Hashed names: whatever is under /assets never changes.
    assetsDir: 'assets',
    // A data: URL is what the Content-Security-Policy forbids.
    assetsInlineLimit: 0,
    // Browsers of the last three years have it; its polyfill would only add to each page.
    modulePreload: { polyfill: false },
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      input: { portal: join(root, 'index.html'), invite: join(root, 'invite/index.html') },
    },
  },
});
