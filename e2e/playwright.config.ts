import { defineConfig } from '@playwright/test';
import { BROWSER_ARGUMENTS } from './src/support/browser.ts';

const report = process.env['STREAMSTOCK_E2E_REPORT'];
/** Keep the product to a promise in seconds: nothing of ours may run beside them. */
const TIMED = '**/offline-journey.spec.ts';

export default defineConfig({
  testDir: './src/specs',
  // Every test has servers, ports and profiles of its own.
  fullyParallel: true,
  projects: [
    { name: 'alone', testMatch: TIMED, workers: 1 },
    { name: 'beside', testIgnore: TIMED },
  ],
  // How many of them at a time is said by src/run.ts.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ...(report === undefined ? [] : [['json', { outputFile: report }] as const])],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '', args: BROWSER_ARGUMENTS },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
