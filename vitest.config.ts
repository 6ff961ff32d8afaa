import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
  test: {
    include: ['{cli,functions,shared,infra,local,portal,test}/**/*.test.ts'],
    globalSetup: ['test/globalSetup.ts', 'test/browser/oneChromium.ts'],
    // Files of a worker share its stacks (`test/stack.ts`).
    isolate: false,
    setupFiles: ['test/random.ts'],
    // These end a test that hangs. On a machine that does nothing else, the slowest takes a tenth of it.
    hookTimeout: 120_000,
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    maxWorkers: 2,
    // CommonJS packages are imported as Node imports them.
    deps: { interopDefault: false },
  },
});
