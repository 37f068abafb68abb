// The store app as a clerk uses it: what to tap for what. Addresses things by role and words; test ids only for figures.
import { expect as expectSoon, type Page } from '@playwright/test';

/** Of a machine that does other things besides, too. */
const expect = expectSoon.configure({ timeout: 30_000 });

export class StoreApp {
  readonly page: Page;
  readonly #base: string;

  constructor(page: Page, serverUrl: string) {
    this.page = page;
    this.#base = `${serverUrl}/store`;
  }

  /** Enrols with a pairing code and waits until the till can be used, offline too. */
  async enrol(code: string): Promise<void> {
    await this.page.goto(`${this.#base}/#code=${code}`);
    await this.page.getByRole('button', { name: 'Yes, start' }).click();
    await this.page.getByRole('button', { name: 'Go to Today' }).click({ timeout: 30_000 });
    await this.page.getByRole('button', { name: 'Keep my data' }).click();
    await expect(this.page.getByRole('link', { name: 'Sell' })).toBeVisible();
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 30_000 });
    // The parts of the screens come with the service worker; offline begins only when all of them are here.
    await this.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#base}${path}`);
  }

  /**
   * A wedge scanner: a burst of keys and Enter. The keys are made inside the page, because on a busy machine keys sent one by
   * one from outside come as slowly as a person's.
   */
  async scan(code: string): Promise<void> {
    await this.page.evaluate(
      (keys) => {
        const target = document.activeElement ?? document.body;
        for (const key of keys)
          target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      },
      [...Array.from(code), 'Enter'],
    );
  }

  /** Sells pieces of one item by scanning; resolves when the screen says Saved. Returns when it was saved. */
  async sell(barcode: string, pieces: number): Promise<number> {
    await this.open('/sell');
    await expect(this.page.getByRole('button', { name: /^Done/ })).toBeVisible();
    for (let piece = 1; piece <= pieces; piece += 1) await this.scan(barcode);
    await this.page.getByRole('button', { name: /^Done/ }).click();
    await expect(this.page.getByTestId('sale-saved')).toBeVisible();
    return Date.now();
  }

  async receive(barcode: string, pieces: number): Promise<number> {
    await this.open('/receive');
    await expect(this.page.getByRole('button', { name: 'Finish receiving' })).toBeVisible();
    for (let piece = 1; piece <= pieces; piece += 1) await this.scan(barcode);
    await this.page.getByRole('button', { name: 'Finish receiving' }).click();
    await expect(this.page.getByTestId('document-saved')).toBeVisible();
    return Date.now();
  }

  /** Counts one item of the whole store and leaves the others as they are. */
  async count(barcode: string, pieces: number): Promise<number> {
    await this.open('/count');
    await this.page.getByRole('button', { name: 'Start counting' }).click();
    await expect(this.page.getByRole('list', { name: 'Lines of this count' })).toBeVisible();
    for (let piece = 1; piece <= pieces; piece += 1) await this.scan(barcode);
    await expect(this.page.getByTestId('count-tally')).toHaveText(String(pieces));
    const seenAtMs = Date.now();
    await this.#finishCount();
    return seenAtMs;
  }

  /** Through the review, if there is one, to the end; lines that nobody counted stay as they are. */
  async #finishCount(): Promise<void> {
    await this.page.getByRole('button', { name: /^(?:Review|Finish)/ }).click();
    const leave = this.page.getByRole('button', { name: 'Leave them as they are' });
    const finish = this.page.getByRole('button', { name: 'Finish', exact: true });
    await expect(leave.or(finish).first()).toBeVisible();
    await ((await leave.isVisible()) ? leave : finish).click();
    await expect(this.page.getByTestId('count-saved')).toBeVisible();
  }

  /** On hand as the item's page says it. */
  async onHand(item: string): Promise<number | null> {
    await this.open(`/items/${item}`);
    await expect(this.page.getByTestId('on-hand')).toHaveText(/[—\d]/);
    return await this.readOnHand();
  }

  /** On hand of the item page that is open. */
  async readOnHand(): Promise<number | null> {
    const text = (await this.page.getByTestId('on-hand').innerText()).trim();
    if (text === '—' || text === '') return null;
    return Number(text.replaceAll(/[^\d−-]/g, '').replace('−', '-'));
  }
}
