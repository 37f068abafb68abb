// `e2e`: finds or fetches a browser, then runs the browser tests in it. Arguments go on to Playwright.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requireBrowser } from './support/browser.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = (app: string) => fileURLToPath(new URL(`../../apps/${app}/dist/index.html`, import.meta.url));

function main(): number {
  for (const app of ['store', 'admin']) {
    if (existsSync(dist(app))) continue;
    console.error(`The ${app} app is not built. Run "pnpm build" first.`);
    return 1;
  }
  const env = { ...process.env, CHROMIUM: requireBrowser() };
  const cli = fileURLToPath(import.meta.resolve('@playwright/test/cli'));
  const tests = spawnSync(process.execPath, [cli, 'test', ...process.argv.slice(2)], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  return tests.status ?? 1;
}

process.exitCode = main();
