import { unitTestsInOneProcess } from '@streamstock/tooling/unit-tests';
import { streamstockDedupe, streamstockVitePlugins } from '@streamstock/ui/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: streamstockVitePlugins(),
  resolve: { dedupe: streamstockDedupe },
  test: {
    ...unitTestsInOneProcess,
    name: 'store',
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
  },
});
