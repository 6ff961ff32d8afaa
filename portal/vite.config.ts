/** The build of the web pages: the portal, and the invitation page, which shares no code with it. `vite build portal`. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/**
 * Removes the design system's fonts. They are data: URLs, which the Content-Security-Policy forbids, and they have Latin letters alone:
 * Russian and Vietnamese pages would mix two fonts. Without them every language uses the device's own sans serif.
 */
const deviceFonts: Plugin = {
  name: 'device-fonts',
  enforce: 'pre',
  transform: {
    filter: { id: /@cloudscape-design\/global-styles\/index\.css/ },
    handler: (css) => css.replace(/@font-face\s*\{[^}]*\}/g, ''),
  },
};

// biome-ignore lint/style/noDefaultExport: vite requires a default export
export default defineConfig({
  root,
  plugins: [deviceFonts, react()],
  resolve: {
    alias: [
      // The contract's schemas import this from Node.
      { find: 'node:url', replacement: join(root, 'domainToASCII.ts') },
      // Its list is loaded after the first page.
      { find: /^\.\/topLevelDomains\.ts$/, replacement: join(root, 'topLevelDomains.ts') },
    ],
  },
  build: {
    outDir: join(root, '../dist/portal'),
    emptyOutDir: true,
    // The distribution tells browsers to keep /assets for ever, so names change with the content.
    assetsDir: 'assets',
    // The Content-Security-Policy forbids data: URLs.
    assetsInlineLimit: 0,
    // Browsers of the last three years support modulepreload; the polyfill would make each page larger.
    modulePreload: { polyfill: false },
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      output: {
        // Code that pages share is put together by the pages that use it, in files of about this size. Without this the first page had 71
        // scripts and 21 style sheets instead of 18 and 10, and was shown in 0.4 seconds instead of 0.2 from the browser's cache.
        codeSplitting: {
          groups: [{ name: 'common', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 50 * 1024 }],
        },
        // The name of such a file would list all its pages.
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
      },
      input: { portal: join(root, 'index.html'), invite: join(root, 'invite/index.html') },
    },
  },
});
