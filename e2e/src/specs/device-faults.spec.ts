// What a till shows and does when its world fails it: head office removes it, head office is restored from a backup, its own disk
// spoils a record, and it begins on a snapshot. Each in a real browser against a real server, judged by what people see and by
// what head office holds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { streamstock, streamstockOn } from '../support/cli.ts';
import { DeviceStage, OAT } from '../support/device-stage.ts';
import { spoilNewest } from '../support/disk-damage.ts';
import { importItems } from '../support/office.ts';
import { StoreApp } from '../support/store-app.ts';
import { watchWords, wereSeen } from '../support/strip-watch.ts';

const ITEMS_MANY = 3_000;
/** Old enough that a snapshot carries what came of it, and not the movements. */
const LONG_AGO = '2025-03-01 10:00:00';
const COMES_BACK_WITHIN = { timeout: 30_000 };

let stage: DeviceStage;
test.beforeEach(async () => {
  stage = await DeviceStage.open();
});
test.afterEach(async () => await stage.dispose());

const onHand = async (): Promise<number> => await stage.onHandAtOffice();

/** Ids of what devices recorded, as head office holds it: with repeats, if there were any. */
async function sales(): Promise<string[]> {
  const { events } = await stage.office.client.events({ query: { limit: 500 } });
  return events
    .map(({ line }) => line)
    .filter((line) => line.includes('"type":"StockSold"'))
    .map((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? '');
}

test('a till that was removed sends what it has, locks, stays locked offline, and goes on with a new code', async () => {
  const { profile, app } = await stage.newTill();
  const { page } = app;
  await profile.setOffline(true);
  await app.sell(OAT.barcode, 2);
  await app.sell(OAT.barcode, 1);
  // Unfinished work, which locking must not cost.
  await app.open('/sell');
  await expect(page.getByRole('button', { name: /^Done/ })).toBeVisible();
  await app.scan(OAT.barcode);
  await expect(page.getByTestId('sale-total')).toContainText('2.10');
  const { devices } = await stage.office.client.devices();
  const till = devices.find(({ kind }) => kind === 'installation')?.device ?? '';
  await streamstock({ url: stage.server.url, apiKey: stage.office.apiKey }, 'device', 'revoke', till, '--yes');

  await profile.setOffline(false);
  const removed = page.getByText('Head office removed this device. Nothing more can be saved here.');
  await expect(removed).toBeVisible(COMES_BACK_WITHIN);
  expect(await sales()).toHaveLength(2);
  // Nothing of it counts before a person has looked at it.
  expect(await stage.onHandAtOffice()).toBe(0);

  await profile.setOffline(true);
  await page.reload();
  await expect(removed).toBeVisible();
  await app.open('/sell');
  await expect(removed).toBeVisible();
  await expect(page.getByRole('button', { name: /^Done/ })).toHaveCount(0);
  await profile.setOffline(false);

  await page.getByLabel('Pairing code').fill(await stage.newCode());
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
  await expect.poll(onHand).toBe(-1);
  expect(await stage.office.client.verify()).toMatchObject({ intact: true });
  stage.expectNoProblems();
});

test('after head office is restored from a backup, the tills bring back what came after it', async () => {
  const [a, b] = [await stage.newTill(), await stage.newTill()];
  await a.app.receive(OAT.barcode, 5);
  await expect.poll(onHand).toBe(5);
  const backup = stage.server.backupFolder;
  await streamstockOn(stage.server.dataFolder, 'backup', backup);
  // After the backup: one that both tills hold, one that only its maker's till will have sent.
  await a.app.sell(OAT.barcode, 2);
  await b.app.sell(OAT.barcode, 1);
  await expect.poll(onHand).toBe(2);
  await a.app.open(`/items/${stage.oat}`);
  await expect.poll(async () => await a.app.readOnHand()).toBe(2);
  // Its till is not there when head office comes back: the other one must bring it.
  await b.profile.kill();
  await stage.restartServer(async () => {
    await a.app.sell(OAT.barcode, 1);
    await streamstockOn(stage.server.dataFolder, 'restore', backup);
    await a.app.open('/');
    await watchWords(a.page, 'Head office was restored from a backup.');
  });

  await expect.poll(onHand, COMES_BACK_WITHIN).toBe(1);
  expect(await wereSeen(a.app.page)).toBe(true);
  await expect(a.app.page.getByText('Head office was restored from a backup.')).toHaveCount(0, COMES_BACK_WITHIN);
  const revived = new StoreApp(await b.profile.start(), stage.server.url);
  await revived.open(`/items/${stage.oat}`);
  await expect.poll(async () => await revived.readOnHand(), COMES_BACK_WITHIN).toBe(1);
  expect(await a.app.onHand(stage.oat)).toBe(1);
  await revived.sell(OAT.barcode, 1);
  await expect.poll(onHand).toBe(0);
  await a.app.open(`/items/${stage.oat}`);
  await expect.poll(async () => await a.app.readOnHand()).toBe(0);
  const ids = await sales();
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
  expect(await stage.office.client.verify()).toMatchObject({ intact: true });
  stage.expectNoProblems();
});

test('a record that the disk spoilt before it was sent is set before a person, and everything else is sent', async () => {
  const { profile, app } = await stage.newTill();
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
  await expect.poll(onHand).toBe(-3);
  expect(await app.onHand(stage.oat)).toBe(-3);
  await app.open('/device/outbox');
  const list = page.getByRole('list', { name: 'Needs attention' });
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button', { name: 'Put away' }).click();
  await expect(page.getByText('The disk of this device spoilt 1 record.')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Everything on this device is at head office too.')).toBeVisible();
  await expect(list).toHaveCount(0);
  await app.sell(OAT.barcode, 1);
  await expect.poll(onHand).toBe(-4);
  expect(await stage.office.client.verify()).toMatchObject({ intact: true });
  stage.expectNoProblems();
});

test('a new till of a large store begins on a snapshot, sells offline at once, and fetches old history when asked', async () => {
  const many = Array.from({ length: ITEMS_MANY }, (_, index) => ({
    sku: `ITEM-${index}`,
    name: `Thing number ${index}`,
    barcode: String(2_000_000_000_000 + index),
    price: '1.00',
  }));
  await importItems(stage.server, stage.office, many);
  await importOldSales();
  const profile = stage.newProfile();
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
  const app = new StoreApp(page, stage.server.url);
  await app.enrol(await stage.newCode());
  expect(asked.filter((path) => path === '/sync/snapshot')).not.toEqual([]);
  expect(asked.filter((path) => /^\/sync\/snapshot\/[^/]+\/pages$/.test(path))).not.toEqual([]);

  await profile.setOffline(true);
  await app.open('/items');
  await page.getByPlaceholder(/Search/).fill('Thing number 2718');
  await expect(page.getByText('Thing number 2718').first()).toBeVisible();
  await app.sell(OAT.barcode, 1);
  expect(await app.onHand(stage.oat)).toBe(-8);

  await profile.setOffline(false);
  await expect.poll(onHand).toBe(-8);
  expect(eventsHeard).toBeLessThan(ITEMS_MANY / 100);
  await page.reload();
  await expect(page.getByText(/is one figure here, from the starting snapshot/)).toBeVisible();
  await expect(page.getByText('1 Mar 2025')).toHaveCount(0);
  await page.getByRole('button', { name: 'Fetch history' }).click();
  await expect(page.getByText(/is one figure here, from the starting snapshot/)).toHaveCount(0);
  await expect(page.getByText('1 Mar 2025')).toHaveCount(2);
  expect(await app.readOnHand()).toBe(-8);
  expect(await stage.office.client.verify()).toMatchObject({ intact: true });
  stage.expectNoProblems();
});

/** Two sales of long ago: three pieces and four. */
async function importOldSales(): Promise<void> {
  const file = join(stage.server.dataFolder, 'old.csv');
  const mapping = join(stage.server.dataFolder, 'old.mapping.json');
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
  const at = { url: stage.server.url, apiKey: stage.office.apiKey };
  const report = await streamstock(at, 'import', 'movements', file, '--mapping', mapping);
  expect(report).toMatchObject({ rowsSetAside: 0 });
}
