// The first two minutes of an operator: the setup link, the first admin, the first store, the first till; and what a person is
// told when a pairing code does not work.
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { AdminView } from '../support/admin-view.ts';
import { BrowserProfile } from '../support/browser-profile.ts';
import { ADMIN, importItems, setUpOffice } from '../support/office.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { StoreApp } from '../support/store-app.ts';

let server: TestServer;
const profiles: BrowserProfile[] = [];

test.beforeEach(async () => {
  server = await startServer();
});

test.afterEach(async () => {
  for (const profile of profiles.splice(0)) await profile.dispose();
  await server.dispose();
});

function newProfile(): BrowserProfile {
  const profile = new BrowserProfile({ viewport: { width: 1440, height: 900 } });
  profiles.push(profile);
  return profile;
}

test('from the printed link to the first till, without reading anything', async () => {
  const page = await newProfile().start();
  await page.goto(server.setupLink ?? '');
  await page.getByLabel('Your name').fill(ADMIN.name);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByLabel('Store name').fill('Lisboa Baixa');
  await expectAccessible(page, 'setup');
  await page.getByRole('button', { name: 'Start empty' }).click();
  await expect(page.getByTestId('api-key')).toHaveText(/^ssk_/);
  await expectAccessible(page, 'setup done');
  const code = (await page.getByTestId('pairing-code').innerText()).replaceAll(/[^A-Z]/g, '');

  const till = new StoreApp(await newProfile().start(), server.url);
  await till.enrol(`${code.slice(0, 4)}-${code.slice(4, 8)}`);
  await expect(till.page.getByText('Lisboa Baixa').first()).toBeVisible();
  await page.getByRole('link', { name: 'Go to Stock' }).click();
  await expect(page.getByRole('heading', { name: 'Stock', exact: true })).toBeVisible();
  expect(profiles.flatMap(({ problems }) => problems)).toEqual([]);
});

test('a pairing code that was used already is refused in words, and the device stays as it was', async () => {
  const office = await setUpOffice(server, 'Lisboa Baixa');
  const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
  await new StoreApp(await newProfile().start(), server.url).enrol(code);
  const page = await newProfile().start();
  await page.goto(`${server.url}/store/#code=${code}`);
  await expect(page.getByText('This code was used already: a code is for one device.')).toBeVisible();
  await expect(page.getByLabel('Pairing code')).toBeVisible();
});

test('a sale shows in head office within a moment, and its undo takes it back', async () => {
  const office = await setUpOffice(server, 'Lisboa Baixa');
  const item = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };
  await importItems(server, office, [item]);
  const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
  const till = new StoreApp(await newProfile().start(), server.url);
  await till.enrol(code);
  const admin = new AdminView(await newProfile().start(), server.url);
  await admin.signIn();
  await till.receive(item.barcode, 3);
  await expect.poll(async () => await admin.figure(item.name, 'Lisboa Baixa')).toBe(3);
  await till.sell(item.barcode, 1);
  await expect.poll(async () => await admin.figure(item.name, 'Lisboa Baixa')).toBe(2);
  await till.page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => await admin.figure(item.name, 'Lisboa Baixa')).toBe(3);
});

test('an empty browser takes the pairing code while the parts that hold data are still on their way', async () => {
  const office = await setUpOffice(server, 'Lisboa Baixa');
  const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
  const page = await newProfile().start();
  const held: (() => void)[] = [];
  let isHolding = true;
  // The engine, and the device that it makes.
  await page.route(/\/store\/assets\/(?:src|device)-[^/]+\.js$/, async (route) => {
    if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  await page.goto(`${server.url}/store/`);
  const field = page.getByLabel('Pairing code');
  await expect(field).toBeVisible();
  await field.pressSequentially(code);
  await expect(field).toHaveValue(new RegExp(code.slice(0, 4), 'i'));
  await page.getByRole('button', { name: 'Pair this device' }).click();
  expect(held.length).toBeGreaterThan(0);
  await expect(page.getByRole('button', { name: 'Yes, start' })).toHaveCount(0);
  isHolding = false;
  for (const release of held.splice(0)) release();
  await page.getByRole('button', { name: 'Yes, start' }).click();
  await page.getByRole('button', { name: 'Go to Today' }).click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Keep my data' }).click();
  await expect(page.getByText('Lisboa Baixa').first()).toBeVisible();
});
