import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
  test: {
    include: ['{cli,functions,shared,infra,local,mail,portal,test}/**/*.test.ts'],
    globalSetup: ['test/synthesizeOnce.ts', 'test/browser/oneChromium.ts'],
    // A stack of its own for each file: the time is for its start, on a machine that does other things as well.
    hookTimeout: 60_000,
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    // CommonJS packages are imported as Node imports them.
    deps: { interopDefault: false },
  },
});
