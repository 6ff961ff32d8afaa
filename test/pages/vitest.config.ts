import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({ ...shared, test: { ...shared.test, include: ['test/pages/**/*.test.ts'], exclude: [] } });
