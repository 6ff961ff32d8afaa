import { defineConfig } from 'vitest/config';

/** The tests that the mutants of the pure modules run against (`npm run test:mutants`). They need no stack. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts'],
    setupFiles: ['test/random.ts'],
    // The first builds and parses hundreds of mails, the second reads texts of 64 KB: each takes seconds.
    exclude: ['**/raw.test.ts', '**/linearTime.test.ts'],
    testTimeout: 30_000,
    // CommonJS packages are imported as Node imports them.
    deps: { interopDefault: false },
  },
});
