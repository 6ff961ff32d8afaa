import { defineConfig } from 'vitest/config';
import { sized } from './test/size.ts';
import { SlowFirst } from './test/slowFirst.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['{cli,functions,shared,infra,local,portal,test}/**/*.test.ts'],
    // Whole files that only the long form runs.
    exclude: sized(['**/*.long.test.ts'], []),
    globalSetup: ['test/globalSetup.ts', 'test/browser/oneChromium.ts'],
    // The test files of a worker share its stacks (`test/stack.ts`).
    isolate: false,
    setupFiles: ['test/random.ts'],
    // AWS's validator of templates takes half of a synthesis. `infra/environments.test.ts` switches it on, and shows that it works.
    env: { CDK_VALIDATION: 'false' },
    // Limits for a test that hangs. On an idle machine, the slowest test takes a tenth of this.
    hookTimeout: 120_000,
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    maxWorkers: 3,
    // With V8's own sizes, collecting garbage took a seventh of a run's computing. The flags hold for the functions' threads too.
    execArgv: ['--min-semi-space-size=8', '--max-semi-space-size=64', '--initial-old-space-size=64'],
    sequence: { sequencer: SlowFirst },
    // Import CommonJS packages as Node does.
    deps: { interopDefault: false },
  },
});
