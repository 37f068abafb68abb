// A till of which something is missing: a part of the app that could not be fetched, and a first snapshot that was cut off before the
// page was opened again without head office.
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { watchProblems } from '../support/browser-profile.ts';
import { importItems, setUpOffice, type Office } from '../support/office.ts';
import { startServer, type TestServer } from '../support/server.ts';

const FETA = { sku: 'FET-1', name: 'Feta 200 g', barcode: '5601234567899', price: '3.20' };
const SOON = { timeout: 30_000 };

let server: TestServer;
let office: Office;
test.beforeEach(async () => {
  server = await startServer();
  office = await setUpOffice(server, 'Lisboa Baixa');
  await importItems(server, office, [FETA]);
});
test.afterEach(async () => await server.dispose());

/** Pairs it up to the screen that shows how the store arrives. Without a service worker: what is fetched can be refused. */
async function pair(page: Page): Promise<void> {
  const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
  await page.goto(`${server.url}/store/#code=${code}`);
  await page.getByRole('button', { name: 'Yes, start' }).click();
}

async function goToToday(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go to Today' }).click(SOON);
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByRole('link', { name: 'Sell' })).toBeVisible(SOON);
}

/** Nothing reaches head office; the files of the app do. */
async function cutOff(context: BrowserContext): Promise<void> {
  await context.route(/\/(?:api|sync)\//, async (route) => await route.abort());
  await context.routeWebSocket(/\/sync$/, async (socket) => await socket.close());
}

test('a part of the app that can not be fetched is told of with what to do, and nothing is lost', async ({
  browser,
}) => {
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  const problems: string[] = [];
  watchProblems(page, problems);
  await pair(page);
  await goToToday(page);
  await expect(page.getByText('Everything is at head office')).toBeVisible(SOON);
  const part = /\/assets\/whole-log-.*\.js$/;
  await context.route(part, async (route) => await route.abort());
  await page.reload();
  const strip = page.getByText('A part of the app is not on this device yet');
  await expect(strip).toBeVisible(SOON);
  await expect(page.getByRole('link', { name: 'Sell' })).toBeVisible();
  await expectAccessible(page, 'part missing');
  await page.goto(`${server.url}/store/items`);
  await expect(page.getByText(FETA.name)).toBeVisible(SOON);
  await context.unroute(part);
  await page.getByRole('button', { name: 'Try now' }).click(SOON);
  await expect(strip).toBeHidden(SOON);
  expect(problems).toEqual([]);
  await context.close();
});

test('a till opened again before its first snapshot was whole shows what had come', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  const came: number[] = [];
  await context.route(/\/sync\/snapshot\/[^/]+\/pages/, async (route) => {
    const answer = await route.fetch();
    const pages = (await answer.text()).split('\n').filter((line) => line !== '');
    // All but the last one: stores, items and codes are the first.
    came.push(pages.length - 1);
    await route.fulfill({ response: answer, body: `${pages.slice(0, -1).join('\n')}\n` });
  });
  await pair(page);
  await expect(async () => expect(came[0]).toBeGreaterThanOrEqual(2)).toPass(SOON);
  // Asked for again, from the page that is missing: what came is on the disk.
  await expect(async () => expect(came.slice(1)).toContain(0)).toPass(SOON);
  await cutOff(context);
  await page.reload();
  await page.goto(`${server.url}/store/items`);
  await expect(page.getByText(FETA.name)).toBeVisible(SOON);
  await context.close();
});
