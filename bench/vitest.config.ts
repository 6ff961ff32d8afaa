import { mergeConfig } from 'vitest/config';
import tests from '../vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default mergeConfig(
  { ...tests, test: { ...tests.test, include: [] } },
  { test: { include: ['bench/*.test.ts'] } },
);
