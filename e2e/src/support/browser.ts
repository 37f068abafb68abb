// Finds a real Chromium: the one named by CHROMIUM, an installed one, Playwright's own, or, failing these, gets one:
// Playwright's download, then Debian's package. What can not be had fails loudly with the remedy.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const DOWNLOAD_TIMEOUT_MS = 3 * 60 * 1_000;
const PACKAGE_TIMEOUT_MS = 10 * 60 * 1_000;

const REMEDY =
  'No Chromium could be found or installed, so the browser tests can not run. Install one ' +
  '(Debian: apt-get install chromium), or name its path in the environment variable CHROMIUM.';

/** Path of a browser that exists. Throws with the remedy when none can be had. */
export function requireBrowser(): string {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which does not exist.`);
  }
  const found = findBrowser() ?? downloadBrowser() ?? installPackage();
  if (found === undefined) throw new Error(REMEDY);
  return found;
}

function findBrowser(): string | undefined {
  return [...INSTALLED, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
}

function downloadBrowser(): string | undefined {
  console.log('No Chromium is installed; trying Playwright’s download.');
  spawnSync('playwright', ['install', 'chromium'], { stdio: 'inherit', timeout: DOWNLOAD_TIMEOUT_MS });
  return findBrowser();
}

function installPackage(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  console.log('Installing Debian’s chromium package.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: 'inherit', timeout: PACKAGE_TIMEOUT_MS, env });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  return findBrowser();
}

/** Flags every test's browser is started with: root needs no sandbox, and nothing may call out. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
