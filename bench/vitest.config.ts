import { mergeConfig } from 'vitest/config';
import tests from '../vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default mergeConfig(
  // Measured with V8's own sizes, as under `npm start`.
  { ...tests, test: { ...tests.test, include: [], execArgv: [] } },
  { test: { include: ['bench/*.test.ts'] } },
);
