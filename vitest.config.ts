import { defineConfig } from 'vitest/config';

// What each package is run with, and how many files at a time, is said in its own configuration.
export default defineConfig({ test: { projects: ['packages/*', 'apps/*'] } });
