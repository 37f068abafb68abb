// What a till shows and does when its world fails it: head office removes it, head office is restored from a backup, its own disk
// spoils a record, and it begins on a snapshot. Each in a real browser against a real server, judged by what people see and by
// what head office holds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { BrowserProfile } from '../support/browser-profile.ts';
import { streamstock, streamstockOn } from '../support/cli.ts';
import { spoilNewest } from '../support/disk-damage.ts';
import { importItems, setUpOffice, type Office } from '../support/office.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { StoreApp } from '../support/store-app.ts';
import { watchWords, wereSeen } from '../support/strip-watch.ts';

const OAT = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };
const ITEMS_MANY = 3_000;
/** Old enough that a snapshot carries what came of it, and not the movements. */
const LONG_AGO = '2025-03-01 10:00:00';
const COMES_BACK_WITHIN = { timeout: 30_000 };

interface Till {
  readonly profile: BrowserProfile;
  app: StoreApp;
}

let server: TestServer;
let office: Office;
let oat = '';
const profiles: BrowserProfile[] = [];

test.beforeEach(async () => {
  server = await startServer();
  office = await setUpOffice(server, 'Lisboa Baixa');
  await importItems(server, office, [OAT]);
  oat = (await office.client.items()).items[0]?.item ?? '';
});

test.afterEach(async () => {
  for (const profile of profiles.splice(0)) await profile.dispose();
  await server.dispose();
});

async function newCode(): Promise<string> {
  return (await office.client.createPairingCode({ params: { store: office.firstStore } })).code;
}

async function newTill(): Promise<Till> {
  const profile = new BrowserProfile();
  profiles.push(profile);
  const app = new StoreApp(await profile.start(), server.url);
  await app.enrol(await newCode());
  return { profile, app };
}

/** Ids of what devices recorded, as head office holds it: with repeats, if there were any. */
async function sales(): Promise<string[]> {
  const { events } = await office.client.events({ query: { limit: 500 } });
  return events
    .map(({ line }) => line)
    .filter((line) => line.includes('"type":"StockSold"'))
    .map((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? '');
}

async function onHandAtOffice(): Promise<number> {
  const { items, onHand } = await office.client.stock();
  return onHand[items.findIndex(([id]) => id === oat)]?.[0] ?? 0;
}

const noProblems = (): void => expect(profiles.flatMap(({ problems }) => problems)).toEqual([]);

test('a till that was removed sends what it has, locks, stays locked offline, and goes on with a new code', async () => {
  const { profile, app } = await newTill();
  const { page } = app;
  await profile.setOffline(true);
  await app.sell(OAT.barcode, 2);
  await app.sell(OAT.barcode, 1);
  // Unfinished work, which locking must not cost.
  await app.open('/sell');
  await expect(page.getByRole('button', { name: /^Done/ })).toBeVisible();
  await app.scan(OAT.barcode);
  await expect(page.getByTestId('sale-total')).toContainText('2.10');
  const { devices } = await office.client.devices();
  const till = devices.find(({ kind }) => kind === 'installation')?.device ?? '';
  await streamstock({ url: server.url, apiKey: office.apiKey }, 'device', 'revoke', till, '--yes');

  await profile.setOffline(false);
  const removed = page.getByText('Head office removed this device. Nothing more can be saved here.');
  await expect(removed).toBeVisible(COMES_BACK_WITHIN);
  expect(await sales()).toHaveLength(2);
  // Nothing of it counts before a person has looked at it.
  expect(await onHandAtOffice()).toBe(0);

  await profile.setOffline(true);
  await page.reload();
  await expect(removed).toBeVisible();
  await app.open('/sell');
  await expect(removed).toBeVisible();
  await expect(page.getByRole('button', { name: /^Done/ })).toHaveCount(0);
  await profile.setOffline(false);

  await page.getByLabel('Pairing code').fill(await newCode());
  await page.getByRole('button', { name: 'Pair this device' }).click();
  await page.getByRole('button', { name: 'Yes, start' }).click();
  await page.getByRole('button', { name: 'Go to Today' }).click(COMES_BACK_WITHIN);
  await page.getByRole('button', { name: 'Keep my data' }).click();
  await app.open('/sell');
  await expect(page.getByTestId('sale-total')).toContainText('2.10');
  await page.getByRole('button', { name: /^Done/ }).click();
  await expect(page.getByTestId('sale-saved')).toBeVisible();
  await expect.poll(sales).toHaveLength(3);
  const ids = await sales();
  expect(new Set(ids).size).toBe(3);
  await expect.poll(onHandAtOffice).toBe(-1);
  expect(await office.client.verify()).toMatchObject({ intact: true });
  noProblems();
});

test('after head office is restored from a backup, the tills bring back what came after it', async () => {
  const [a, b] = [await newTill(), await newTill()];
  await a.app.receive(OAT.barcode, 5);
  await expect.poll(onHandAtOffice).toBe(5);
  const backup = server.backupFolder;
  await streamstockOn(server.dataFolder, 'backup', backup);
  // After the backup: one that both tills hold, one that only its maker's till will have sent.
  await a.app.sell(OAT.barcode, 2);
  await b.app.sell(OAT.barcode, 1);
  await expect.poll(onHandAtOffice).toBe(2);
  await a.app.open(`/items/${oat}`);
  await expect.poll(async () => await a.app.readOnHand()).toBe(2);
  // Its till is not there when head office comes back: the other one must bring it.
  await b.profile.kill();
  const port = Number(new URL(server.url).port);
  await server.stop();
  await a.app.sell(OAT.barcode, 1);
  await streamstockOn(server.dataFolder, 'restore', backup);
  await a.app.open('/');
  await watchWords(a.app.page, 'Head office was restored from a backup.');
  server = await startServer({ dataFolder: server.dataFolder, port });

  await expect.poll(onHandAtOffice, COMES_BACK_WITHIN).toBe(1);
  expect(await wereSeen(a.app.page)).toBe(true);
  await expect(a.app.page.getByText('Head office was restored from a backup.')).toHaveCount(0, COMES_BACK_WITHIN);
  b.app = new StoreApp(await b.profile.start(), server.url);
  await b.app.open(`/items/${oat}`);
  await expect.poll(async () => await b.app.readOnHand(), COMES_BACK_WITHIN).toBe(1);
  expect(await a.app.onHand(oat)).toBe(1);
  await b.app.sell(OAT.barcode, 1);
  await expect.poll(onHandAtOffice).toBe(0);
  await a.app.open(`/items/${oat}`);
  await expect.poll(async () => await a.app.readOnHand()).toBe(0);
  const ids = await sales();
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
  expect(await office.client.verify()).toMatchObject({ intact: true });
  noProblems();
});

test('a record that the disk spoilt before it was sent is set before a person, and everything else is sent', async () => {
  const { profile, app } = await newTill();
  const { page } = app;
  await profile.setOffline(true);
  await app.sell(OAT.barcode, 1);
  await app.sell(OAT.barcode, 4);
  await spoilNewest(page, 'StockSold');
  await app.sell(OAT.barcode, 2);
  await page.reload();
  await profile.setOffline(false);

  await app.open('/device/outbox');
  await expect(page.getByText('The disk of this device spoilt 1 record.')).toBeVisible(COMES_BACK_WITHIN);
  await expect.poll(sales).toHaveLength(2);
  await expect.poll(onHandAtOffice).toBe(-3);
  expect(await app.onHand(oat)).toBe(-3);
  await app.open('/device/outbox');
  const list = page.getByRole('list', { name: 'Needs attention' });
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button', { name: 'Put away' }).click();
  await expect(page.getByText('The disk of this device spoilt 1 record.')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Everything on this device is at head office too.')).toBeVisible();
  await expect(list).toHaveCount(0);
  await app.sell(OAT.barcode, 1);
  await expect.poll(onHandAtOffice).toBe(-4);
  expect(await office.client.verify()).toMatchObject({ intact: true });
  noProblems();
});

test('a new till of a large store begins on a snapshot, sells offline at once, and fetches old history when asked', async () => {
  const many = Array.from({ length: ITEMS_MANY }, (_, index) => ({
    sku: `ITEM-${index}`,
    name: `Thing number ${index}`,
    barcode: String(2_000_000_000_000 + index),
    price: '1.00',
  }));
  await importItems(server, office, many);
  await importOldSales();
  const profile = new BrowserProfile();
  profiles.push(profile);
  const page = await profile.start();
  const asked: string[] = [];
  let eventsHeard = 0;
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      // A frame of events: what it is in the first line, then each event in a line of its own.
      const [head = '', ...lines] = String(payload).split('\n');
      if (head.includes('"type":"events"')) eventsHeard += lines.length;
    }),
  );
  const app = new StoreApp(page, server.url);
  await app.enrol(await newCode());
  expect(asked.filter((path) => path === '/sync/snapshot')).not.toEqual([]);
  expect(asked.filter((path) => /^\/sync\/snapshot\/[^/]+\/pages$/.test(path))).not.toEqual([]);

  await profile.setOffline(true);
  await app.open('/items');
  await page.getByPlaceholder(/Search/).fill('Thing number 2718');
  await expect(page.getByText('Thing number 2718').first()).toBeVisible();
  await app.sell(OAT.barcode, 1);
  expect(await app.onHand(oat)).toBe(-8);

  await profile.setOffline(false);
  await expect.poll(onHandAtOffice).toBe(-8);
  expect(eventsHeard).toBeLessThan(ITEMS_MANY / 100);
  await page.reload();
  await expect(page.getByText(/is one figure here, from the starting snapshot/)).toBeVisible();
  await expect(page.getByText('1 Mar 2025')).toHaveCount(0);
  await page.getByRole('button', { name: 'Fetch history' }).click();
  await expect(page.getByText(/is one figure here, from the starting snapshot/)).toHaveCount(0);
  await expect(page.getByText('1 Mar 2025')).toHaveCount(2);
  expect(await app.readOnHand()).toBe(-8);
  expect(await office.client.verify()).toMatchObject({ intact: true });
  noProblems();
});

/** Two sales of long ago: three pieces and four. */
async function importOldSales(): Promise<void> {
  const file = join(server.dataFolder, 'old.csv');
  const mapping = join(server.dataFolder, 'old.mapping.json');
  writeFileSync(
    file,
    `doc,sku,name,qty,at\n1,${OAT.sku},${OAT.name},3,${LONG_AGO}\n2,${OAT.sku},${OAT.name},4,${LONG_AGO}\n`,
  );
  writeFileSync(
    mapping,
    JSON.stringify({
      about: 'Sales of long ago.',
      source: 'old-till',
      timeZone: 'Europe/Lisbon',
      timeFormat: 'yyyy-MM-dd HH:mm:ss',
      currency: { code: 'EUR', scale: 2 },
      columns: { document: 'doc', item: 'sku', name: 'name', quantity: 'qty', time: 'at' },
      store: { by: 'constant', store: 'Lisboa Baixa' },
      eventPer: 'row',
      kinds: [{ label: 'sale', movement: 'sale', price: 'none' }],
    }),
  );
  const at = { url: server.url, apiKey: office.apiKey };
  const report = await streamstock(at, 'import', 'movements', file, '--mapping', mapping);
  expect(report).toMatchObject({ rowsSetAside: 0 });
}
