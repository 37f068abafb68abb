// Every screen of the demo chain, at three sizes and in both themes: nothing that axe objects to, nothing that the content
// security policy blocks, no page error. Leaves a picture of each in test-results/pictures, for people to look at; with
// STREAMSTOCK_PICTURES the two of the README are renewed.
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { BrowserProfile, type ProfileOptions } from '../support/browser-profile.ts';
import { lookAt, SIZES, type Theme } from '../support/looks.ts';
import { startServer, type TestServer } from '../support/server.ts';

const README_PICTURES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

let server: TestServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer({ command: 'demo' });
});
test.afterAll(async () => await server.dispose());

const printed = (pattern: RegExp): string => pattern.exec(server.output())?.[1] ?? '';

/** A pairing code for a store, asked for as the signed-in admin's page would. */
async function newCode(page: Page, storeName: string): Promise<string> {
  return await page.evaluate(async (name) => {
    const { stores } = (await (await fetch('/api/v1/stores')).json()) as { stores: { store: string; name: string }[] };
    const store = stores.find((one) => one.name === name)?.store ?? '';
    const answer = await fetch(`/api/v1/stores/${store}/pairing-codes`, { method: 'POST' });
    return ((await answer.json()) as { code: string }).code;
  }, storeName);
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${server.url}/admin/`);
  await page.getByLabel('E-mail').fill(printed(/\/admin\/\s+(\S+@\S+)/));
  await page.getByRole('textbox', { name: 'Password' }).fill(printed(/\/admin\/\s+\S+@\S+\s+(\S+)/));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Stock', exact: true })).toBeVisible({ timeout: 20_000 });
}

/** For the README, from the light theme, at the size that the look left. */
async function pictureForReadme(page: Page, app: 'store' | 'admin', theme: Theme): Promise<void> {
  if (process.env['STREAMSTOCK_PICTURES'] === undefined || theme !== 'light') return;
  await page.screenshot({ path: `${README_PICTURES}${app}.png` });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the admin view in ${colorScheme}`, async () => {
    test.setTimeout(180_000);
    await withProfile({ colorScheme, viewport: SIZES[2] }, async (page) => {
      await page.goto(`${server.url}/admin/`);
      await expect(page.getByLabel('E-mail')).toBeVisible();
      await lookAt(page, 'admin', 'login', colorScheme);
      await signIn(page);
      await expect(page.getByText(/2,400 items · 8 stores/)).toBeVisible();
      await lookAt(page, 'admin', 'stock', colorScheme);
      await pictureForReadme(page, 'admin', colorScheme);
      await page.getByRole('rowheader').first().click();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/\/admin\/items?\//);
      await lookAt(page, 'admin', 'story', colorScheme);
      for (const screen of ['events', 'stores']) {
        await page.goto(`${server.url}/admin/${screen}`);
        await lookAt(page, 'admin', screen, colorScheme);
      }
    });
  });

  test(`the store app in ${colorScheme}`, async () => {
    test.setTimeout(240_000);
    let code = '';
    await withProfile({ colorScheme, viewport: SIZES[2] }, async (page) => {
      await signIn(page);
      code = await newCode(page, 'Lisboa Baixa');
    });
    await withProfile({ colorScheme }, async (page) => {
      await page.goto(`${server.url}/store/`);
      await expect(page.getByRole('heading', { name: 'Pair this device with a store' })).toBeVisible();
      await lookAt(page, 'store', 'enrol', colorScheme);
      await page.goto('about:blank');
      await page.goto(`${server.url}/store/#code=${code}`);
      await page.getByRole('button', { name: 'Yes, start' }).click();
      await page.getByRole('button', { name: 'Go to Today' }).click({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Keep my data' }).click();
      await expect(page.getByRole('link', { name: 'Sell' })).toBeVisible();
      for (const screen of [
        '',
        'tasks',
        'items',
        'receive',
        'return',
        'adjust',
        'count',
        'transfer',
        'collect',
        'device',
      ]) {
        await page.goto(`${server.url}/store/${screen}`);
        await lookAt(page, 'store', screen === '' ? 'today' : screen, colorScheme);
      }
      await page.goto(`${server.url}/store/sell`);
      for (const word of ['Oat drink', 'Basmati rice', 'Dark chocolate']) {
        await page.getByRole('searchbox').fill(word);
        await page.getByRole('listitem').first().getByRole('button').click();
      }
      await lookAt(page, 'store', 'sell', colorScheme);
      await pictureForReadme(page, 'store', colorScheme);
      await page.goto(`${server.url}/store/items`);
      await page.getByRole('searchbox').fill('Oat drink 1 L');
      await page.getByRole('listitem').first().getByRole('link').click();
      await expect(page.getByTestId('on-hand')).toHaveText(/\d/);
      await lookAt(page, 'store', 'item', colorScheme);
    });
  });
}

async function withProfile(options: ProfileOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const profile = new BrowserProfile(options);
  try {
    await work(await profile.start());
    expect(profile.problems).toEqual([]);
  } finally {
    await profile.dispose();
  }
}
