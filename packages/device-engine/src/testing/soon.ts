/** What a test waits for comes in milliseconds on a machine that is not busy; this only ends a test that hangs. */
export const SOON = { timeout: 20_000, interval: 5 };
