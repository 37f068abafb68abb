import { defineConfig } from 'vitest/config';

// Real servers, processes and disks: on a busy machine one of these tests takes seconds.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 30_000 } });
