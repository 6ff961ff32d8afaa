import { defineConfig } from 'vitest/config';

/** The tests that the mutants of the pure modules run against (`npm run test:mutants`). They need no stack. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  root: '/work/wt/customer',
  test: {
    include: ['{portal,shared}/**/*.test.ts'],
    setupFiles: ['test/random.ts'],
    // It builds and parses hundreds of mails, which takes seconds, and proves nothing of these modules.
    exclude: ['**/raw.test.ts'],
    testTimeout: 30_000,
    // CommonJS packages are imported as Node imports them.
    deps: { interopDefault: false },
  },
});
