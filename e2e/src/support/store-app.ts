// The store app as a clerk uses it: what to tap for what. Addresses things by role and words; test ids only for figures.
import { expect, type Page } from '@playwright/test';

/** Keys of a wedge scanner come this far apart. */
const SCAN_KEY_DELAY_MS = 4;

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
    await expect(this.page.getByRole('link', { name: 'Sell' })).toBeVisible({ timeout: 30_000 });
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 30_000 });
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#base}${path}`);
  }

  async scan(code: string): Promise<void> {
    await this.page.keyboard.type(code, { delay: SCAN_KEY_DELAY_MS });
    await this.page.keyboard.press('Enter');
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
    await expect(this.page.getByRole('button', { name: /^Done/ })).toBeVisible();
    for (let piece = 1; piece <= pieces; piece += 1) await this.scan(barcode);
    await this.page.getByRole('button', { name: /^Done/ }).click();
    await expect(this.page.getByTestId('document-saved')).toBeVisible();
    return Date.now();
  }

  /** On hand as the item's page says it. */
  async onHand(item: string): Promise<number | null> {
    await this.open(`/items/${item}`);
    return await this.readOnHand();
  }

  /** On hand of the item page that is open. */
  async readOnHand(): Promise<number | null> {
    const text = (await this.page.getByTestId('on-hand').innerText()).trim();
    if (text === '—' || text === '') return null;
    return Number(text.replaceAll(/[^\d−-]/g, '').replace('−', '-'));
  }
}
