// What all unit tests are run with, in every package. Machines differ, and other work runs beside: waiting is for a condition,
// and the time it may take only ends a test that hangs.

import { COMPILED } from './run.ts';

/** For `test` of a vitest configuration. */
export const unitTests = {
  setupFiles: ['@streamstock/tooling/property-seed', '@streamstock/tooling/temporary-folder'],
  /**
   * Files at a time, of all packages together: what counts is each package's own figure, never that of the root. Left away it
   * is one less than the machine has cores: one, of two.
   */
  maxWorkers: 2,
  /** Servers, command lines and threads that tests start need not read the same sources anew each time. */
  env: { NODE_COMPILE_CACHE: COMPILED },
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
};

/**
 * For packages whose modules and tests keep nothing to themselves between two tests: their files share processes, which start,
 * and load what they import, once instead of once for each file.
 */
export const unitTestsInOneProcess = { ...unitTests, isolate: false };
