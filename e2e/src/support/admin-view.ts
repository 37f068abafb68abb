// The admin view as head office uses it. Addresses things by role and words.
import { expect, type Page } from '@playwright/test';
import { ADMIN } from './office.ts';

export class AdminView {
  readonly page: Page;
  readonly #base: string;

  constructor(page: Page, serverUrl: string) {
    this.page = page;
    this.#base = `${serverUrl}/admin`;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#base}${path}`);
  }

  /** Signs in and waits for the stock matrix. */
  async signIn(): Promise<void> {
    await this.page.setViewportSize({ width: 1440, height: 900 });
    await this.open('/');
    await this.page.getByLabel('E-mail').fill(ADMIN.email);
    await this.page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.page.getByRole('heading', { name: 'Stock' })).toBeVisible();
  }

  /** A figure of the matrix that is on the screen; null: nothing is known. */
  async figure(item: string, store: string): Promise<number | null> {
    const grid = this.page.getByRole('grid');
    const heads = await grid.getByRole('columnheader').allInnerTexts();
    const column = heads.findIndex((head) => head.startsWith(store));
    const row = grid.getByRole('row').filter({ has: this.page.getByText(item, { exact: true }) });
    if (column < 0 || (await row.count()) === 0) return null;
    const text = await row.getByRole('rowheader').or(row.getByRole('gridcell')).nth(column).innerText();
    const figure = /[−-]?[\d,]+/.exec(text)?.[0];
    return figure === undefined ? null : Number(figure.replaceAll(',', '').replace('−', '-'));
  }
}
