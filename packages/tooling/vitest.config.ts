import { defineConfig } from 'vitest/config';
import { unitTests } from './src/unit-tests.ts';

export default defineConfig({ test: unitTests });
