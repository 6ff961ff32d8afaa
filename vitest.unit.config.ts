import { defineConfig } from 'vitest/config';

/** The tests that run against the mutants of the pure modules (`npm run test:mutants`). They need no stack. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts'],
    setupFiles: ['test/random.ts'],
    // This test builds and parses hundreds of mails for seconds, and tests none of these modules.
    exclude: ['**/rawMail.test.ts'],
    testTimeout: 30_000,
    // Import CommonJS packages as Node does.
    deps: { interopDefault: false },
  },
});
