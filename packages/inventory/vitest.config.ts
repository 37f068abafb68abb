import { unitTestsInOneProcess } from '@streamstock/tooling/unit-tests';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { ...unitTestsInOneProcess, name: 'inventory', include: ['src/**/*.test.ts'], environment: 'node' },
});
