// What all unit tests are run with, in every package. Machines differ, and other work runs beside: waiting is for a condition,
// and the time it may take only ends a test that hangs.

/** For `test` of a vitest configuration. */
export const unitTests = {
  setupFiles: ['@streamstock/tooling/property-seed'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
};
