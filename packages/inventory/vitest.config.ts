import { unitTests } from '@streamstock/tooling/unit-tests';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { ...unitTests, name: 'inventory', include: ['src/**/*.test.ts'], environment: 'node' },
});
