import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*'],
    // Two cores: more workers only make timings noisy.
    maxWorkers: 2,
  },
});
