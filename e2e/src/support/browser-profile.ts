// A browser installation with a profile on disk: what a till is. Can be killed without a warning and started again on the same
// profile. Ordinary Playwright contexts keep IndexedDB in memory only, so durability needs this.
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { BROWSER_ARGUMENTS, requireBrowser } from './browser.ts';

/** Without a bound a step that never comes is told as a test that took too long. */
const STEP_WITHIN_MS = 30_000;
const PHONE = { width: 390, height: 844 };

export interface ProfileOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** How long a step of a page may take: `STEP_WITHIN_MS` when absent. */
  readonly stepWithinMs?: number;
}

export class BrowserProfile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'streamstock-profile-'));
  readonly #options: ProfileOptions;
  #context: BrowserContext | null = null;
  readonly problems: string[] = [];

  constructor(options: ProfileOptions = {}) {
    this.#options = options;
  }

  /** Starts the browser; `offline`: without a network from its first moment. */
  async start(offline = false): Promise<Page> {
    const context = await chromium.launchPersistentContext(this.#folder, {
      executablePath: requireBrowser(),
      args: BROWSER_ARGUMENTS,
      viewport: this.#options.viewport ?? PHONE,
      colorScheme: this.#options.colorScheme ?? 'light',
      locale: 'en-GB',
      offline,
    });
    this.#context = context;
    context.setDefaultTimeout(this.#options.stepWithinMs ?? STEP_WITHIN_MS);
    const page = context.pages()[0] ?? (await context.newPage());
    watchProblems(page, this.problems);
    return page;
  }

  async setOffline(offline: boolean): Promise<void> {
    await this.#context?.setOffline(offline);
  }

  /** SIGKILL to the whole browser, as a flat battery would. */
  async kill(): Promise<void> {
    const context = this.#context;
    if (context === null) return;
    const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
    process.kill(browserProcess(this.#folder), 'SIGKILL');
    await closed;
    removeSocket(this.#folder);
    this.#context = null;
  }

  async dispose(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Collects what should never be seen: page errors, and violations of the content security policy. */
export function watchProblems(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text());
  });
}

/** The browser's own process: the one on this profile that is no helper of another. */
function browserProcess(folder: string): number {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let words: string[];
    try {
      words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
    } catch {
      continue;
    }
    const isBrowser =
      words.some((word) => word === `--user-data-dir=${folder}`) && !words.some((word) => word.startsWith('--type='));
    if (isBrowser) return Number(entry);
  }
  throw new Error(`No browser runs on the profile ${folder}.`);
}

/** A browser puts its socket into a folder of its own, which one that is killed leaves behind; its profile says where. */
function removeSocket(folder: string): void {
  let socketFolder: string;
  try {
    socketFolder = dirname(readlinkSync(join(folder, 'SingletonSocket')));
  } catch {
    // It was killed before it had one.
    return;
  }
  if (/^(?:org\.chromium|com\.google)\./.test(basename(socketFolder)))
    rmSync(socketFolder, { recursive: true, force: true });
}
