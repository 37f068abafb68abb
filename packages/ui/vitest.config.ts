import { unitTestsInOneProcess } from '@streamstock/tooling/unit-tests';
import { defineConfig } from 'vitest/config';
import { streamstockDedupe, streamstockVitePlugins } from './src/vite.ts';

export default defineConfig({
  plugins: streamstockVitePlugins(),
  resolve: { dedupe: streamstockDedupe },
  test: {
    ...unitTestsInOneProcess,
    name: 'ui',
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
