// `e2e`: finds or fetches a browser, then runs the browser tests in it. Without arguments all of them: those that keep the product
// to a time by themselves, then the others, two at a time. Arguments go on to Playwright, and nothing runs beside then. With
// STREAMSTOCK_E2E_REPORTS each of these runs leaves its report in that folder. Their temporary files go when they end.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireBrowser } from './support/browser.ts';

/** As many as the smallest machine has cores. */
const BESIDE_WORKERS = 2;
const ALL = [['--project=alone'], ['--project=beside', `--workers=${BESIDE_WORKERS}`]] as const;

const folder = fileURLToPath(new URL('..', import.meta.url));
const cli = fileURLToPath(import.meta.resolve('@playwright/test/cli'));
const dist = (app: string) => fileURLToPath(new URL(`../../apps/${app}/dist/index.html`, import.meta.url));

function playwright(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const tests = spawnSync(process.execPath, [cli, 'test', ...args], { cwd: folder, env, stdio: 'inherit' });
  return tests.status ?? 1;
}

function main(given: readonly string[]): number {
  for (const app of ['store', 'admin']) {
    if (existsSync(dist(app))) continue;
    console.error(`The ${app} app is not built. Run "pnpm build" first.`);
    return 1;
  }
  const reports = process.env['STREAMSTOCK_E2E_REPORTS'];
  const browser = requireBrowser();
  // Browsers that are killed leave files there. A short name: the paths of their sockets have a bound of about a hundred characters.
  const temporary = mkdtempSync(join(tmpdir(), 'e2e-'));
  try {
    const ends = (given.length === 0 ? ALL : [given]).map((args, index) => {
      const report = reports === undefined ? {} : { STREAMSTOCK_E2E_REPORT: join(reports, `browser-${index}.json`) };
      return playwright(args, { ...process.env, ...report, CHROMIUM: browser, TMPDIR: temporary });
    });
    return Math.max(...ends);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

process.exitCode = main(process.argv.slice(2));
