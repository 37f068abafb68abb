import { unitTestsInOneProcess } from '@streamstock/tooling/unit-tests';
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: unitTestsInOneProcess });
