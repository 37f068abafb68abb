import { defineConfig } from '@playwright/test';
import { BROWSER_ARGUMENTS } from './src/support/browser.ts';

const report = process.env['STREAMSTOCK_E2E_REPORT'];

export default defineConfig({
  testDir: './src/specs',
  // Two cores: one browser test at a time keeps timings honest.
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
