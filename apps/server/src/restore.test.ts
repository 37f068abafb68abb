// After a restore, of any backup, everything that any device still holds is back, and all of them agree: real devices (session,
// log, read models) on a real server over sockets and HTTP.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEventId } from '@streamstock/event-log';
import { listStockLines, receive, sell } from '@streamstock/inventory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restoreBackup } from './backup/restore.ts';
import { takeBackup } from './backup/take-backup.ts';
import { dataFiles } from './data-folder.ts';
import { openKeys } from './secrets.ts';
import { SessionDevice } from './testing/session-device.ts';
import { ADMIN, browser, program, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

const WAIT = { timeout: 40_000, interval: 50 };

let home: string;
let data: string;
let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
let port = 0;
let devices: SessionDevice[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'streamstock-restore-'));
  data = join(home, 'data');
  devices = [];
  port = 0;
  await start();
  admin = await setUp(server);
});
afterEach(async () => {
  await Promise.all(devices.map(async (device) => await device.disconnect()));
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

/** On the same port as before: devices come back by themselves. */
async function start(): Promise<void> {
  server = await startTestServer({ dataFolder: data, config: { port, logLevel: 'info' } });
  port = Number(new URL(server.url).port);
  for (const device of devices) device.tryNow();
}

async function pair(store: string, label: string): Promise<SessionDevice> {
  const { code } = await admin.client.createPairingCode({ params: { store } });
  const identity = await browser(server.url).client.enrol({ body: { code, label } });
  const device = await SessionDevice.open(server.url, identity);
  devices.push(device);
  device.connect();
  return device;
}

const gone = async (device: SessionDevice): Promise<void> => {
  await device.disconnect();
  devices = devices.filter((one) => one !== device);
};

const ids = () => newEventId(Date.now(), randomBytes);
const goods = (item: string, quantity: number) => ({ lines: [{ item, quantity }] });
const delivers = async (device: SessionDevice, item: string, quantity: number) =>
  await device.does((context) => receive(goods(item, quantity), context));
const sells = async (device: SessionDevice, item: string, quantity: number) =>
  await device.does((context) => sell({ lines: [{ item, quantity, unitPrice: null }] }, context));

/** What a device says of how far it is; `settled` when there is nothing left to do. */
async function standOf(device: SessionDevice): Promise<string> {
  const { connection, restriction, renewal, catchUp } = device.view;
  const { pending, cursor } = await device.state();
  const { epoch } = await server.server.centre.log.head();
  const isSettled =
    connection === 'online' &&
    restriction === null &&
    renewal === null &&
    catchUp === null &&
    pending.events === 0 &&
    cursor?.epoch === epoch;
  return isSettled ? 'settled' : JSON.stringify({ connection, restriction, renewal, catchUp, pending, cursor });
}

async function allSettled(): Promise<void> {
  for (const device of devices) await expect.poll(async () => await standOf(device), WAIT).toBe('settled');
}

async function centreOnHand(store: string): Promise<Record<string, number>> {
  await server.server.centre.inReadModels();
  const lines = await listStockLines(server.server.centre.log.tables);
  return Object.fromEntries(lines.filter((line) => line.store === store).map(({ item, onHand }) => [item, onHand]));
}

/** Every device shows what the centre shows. */
async function allAgree(): Promise<void> {
  await allSettled();
  for (const device of devices) {
    const { store } = (await device.state()).identity;
    await expect.poll(async () => await device.onHand(), WAIT).toEqual(await centreOnHand(store));
  }
}

/** And the centre's chains and read models are sound. */
async function allAgreeAndVerify(): Promise<void> {
  await allAgree();
  expect(await server.server.centre.verify()).toMatchObject({ intact: true });
}

const backUp = async (name: string): Promise<void> => {
  const files = dataFiles(data);
  const { fingerprint } = openKeys(files.key);
  await takeBackup({ files, folder: join(home, name), keyFingerprint: fingerprint, nowMs: Date.now() });
};

async function restore(name: string): Promise<void> {
  await server.server.stop();
  const keys = openKeys(dataFiles(data).key);
  const request = { dataFolder: data, backupFolder: join(home, name), keys, otherKey: false };
  await restoreBackup({ ...request, nowMs: Date.now(), onStep: () => {} });
  await start();
}

const positionsOf = async (ids: Iterable<string>): Promise<number> =>
  (await server.server.centre.log.find([...ids])).length;

describe('restore of any earlier backup', () => {
  // How many events were at the centre when the backup was taken is the only difference.
  test.each(['before the second store', 'before the sales', 'before the last sale'])(
    'of %s: everything that any device holds is back, and all agree',
    { timeout: 120_000 },
    async (moment) => {
      const porto = admin.store.id;
      const till = await pair(porto, 'till');
      const phone = await pair(porto, 'phone');
      const lost = await pair(porto, 'lost');
      await allSettled();
      await backUp('before the second store');
      const opened = await admin.client.openStore({
        body: { name: 'Braga', currency: 'EUR', timeZone: 'Europe/Lisbon' },
      });
      const braga = await pair(opened.store, 'braga');
      await delivers(till, 'oat', 100);
      await delivers(braga, 'oat', 50);
      await allAgree();
      await backUp('before the sales');
      for (let sale = 0; sale < 3; sale += 1) for (const device of devices) await sells(device, 'oat', 1);
      await allAgree();
      await backUp('before the last sale');
      const last = await sells(lost, 'oat', 7);
      await expect.poll(async () => (await phone.held()).includes(last[0] ?? ''), WAIT).toBe(true);
      // The device that made the last sale is never seen again; another one of its store has received it.
      await gone(lost);
      // And one sells on without a connection.
      await till.disconnect();
      await sells(till, 'oat', 2);
      const held = new Set((await Promise.all(devices.map(async (device) => await device.held()))).flat());
      const before = await server.server.centre.log.head();

      await restore(moment);
      // Devices are back by now, and bring what is missing.
      const begun = (await server.server.centre.log.epochs()).at(-1);
      expect(begun?.base.position).toBeLessThan(before.position);
      expect(begun?.writer).not.toBe(before.writer);
      till.connect();
      await allAgreeAndVerify();
      expect(await positionsOf(held)).toBe(held.size);
      // 100 delivered; three devices sold 3 each, one 7 more, one 2 more without a connection.
      expect(await centreOnHand(porto)).toEqual({ oat: 100 - 9 - 7 - 2 });
      expect(await till.onHand()).toEqual({ oat: 82 });
      // Its maker has not pushed it again: it has a position and no place, and counts all the same.
      const [sale] = await server.server.centre.log.find(last);
      expect(sale?.place).toBeNull();
      expect([till, phone].map(({ identity }) => identity.device)).toContain(sale?.resuppliedBy);
    },
  );
});

describe('what stays true over a restore', () => {
  test(
    'automatic work waits until those that were live are back, or a person says go',
    { timeout: 120_000 },
    async () => {
      const till = await pair(admin.store.id, 'till');
      const away = await pair(admin.store.id, 'away');
      await delivers(till, 'oat', 5);
      await delivers(away, 'oat', 5);
      await allAgree();
      await backUp('b');
      await sells(till, 'oat', 1);
      await allSettled();
      await gone(away);
      await restore('b');
      await allSettled();
      const office = program(server.url, admin.apiKey);
      const history = await office.history();
      expect(history.epochs.map(({ cause }) => cause)).toEqual(['restored', 'begun']);
      expect(history.comeback).toEqual({ back: [till.identity.device], awaited: [away.identity.device], paused: true });
      const epoch = history.epochs[0]?.epoch ?? '';
      await expect(
        office.resumeAutomaticWork({ params: { epoch: history.epochs[1]?.epoch ?? '' } }),
      ).rejects.toMatchObject({
        kind: 'conflict',
      });
      const resumed = await office.resumeAutomaticWork({ params: { epoch } });
      expect(resumed.comeback).toMatchObject({ awaited: [away.identity.device], paused: false });
      expect(resumed.epochs[0]).toMatchObject({ resumedBy: 'api' });
      // The word outlives a restart; so does the session not: it ended with the restore.
      await server.server.stop();
      await start();
      expect((await office.history()).comeback.paused).toBe(false);
      await expect(admin.client.session()).rejects.toMatchObject({ kind: 'not-signed-in' });
      await browser(server.url).client.signIn({ body: { email: ADMIN.email, password: ADMIN.password } });
    },
  );

  test(
    'X14 a device that was revoked after the backup stays revoked: it sends, nothing counts',
    { timeout: 120_000 },
    async () => {
      const till = await pair(admin.store.id, 'till');
      const stolen = await pair(admin.store.id, 'stolen');
      await delivers(till, 'oat', 10);
      await allAgree();
      await backUp('b');
      await stolen.disconnect();
      const sold = await sells(stolen, 'oat', 4);
      expect(await admin.client.revokeDevice({ params: { device: stolen.identity.device } })).toEqual({
        revoked: [stolen.identity.device],
      });
      await gone(stolen);
      await restore('b');
      const office = program(server.url, admin.apiKey);
      const { devices: known } = await office.devices();
      expect(known.find(({ device }) => device === stolen.identity.device)?.revokedAtMs).not.toBeNull();
      stolen.connect();
      await expect.poll(async () => (await stolen.state()).pending.events, WAIT).toBe(0);
      await expect.poll(() => stolen.view.locked, WAIT).toBe(true);
      const { events } = await office.events({ query: { type: 'EventSetAside' } });
      expect(events.map(({ line }) => line).join()).toContain(sold[0]);
      expect(events.map(({ line }) => line).join()).toContain('revoked-device');
      expect(await centreOnHand(admin.store.id)).toEqual({ oat: 10 });
      const device = program(server.url, stolen.identity.credential);
      await expect(device.createTicket()).resolves.toBeDefined();
      await expect(device.devices()).rejects.toMatchObject({ kind: 'not-allowed' });
      const snapshot = await fetch(`${server.url}/sync/snapshot?device=${stolen.identity.device}`, {
        headers: { authorization: `Bearer ${stolen.identity.credential}` },
      });
      expect(snapshot.status).toBe(403);
      await stolen.disconnect();
      await allAgree();
    },
  );

  test(
    'X12 a whole folder that is put back by hand is found out by what devices hold',
    { timeout: 120_000 },
    async () => {
      const till = await pair(admin.store.id, 'till');
      const phone = await pair(admin.store.id, 'phone');
      await delivers(till, 'oat', 10);
      await allAgree();
      const copy = join(home, 'copy');
      await server.server.stop();
      cpSync(data, copy, { recursive: true });
      await start();
      await allSettled();
      await sells(till, 'oat', 3);
      await allAgree();
      const held = new Set(await phone.held());
      await server.server.stop();
      rmSync(data, { recursive: true });
      cpSync(copy, data, { recursive: true });
      await start();
      await allAgreeAndVerify();
      const { epochs } = await program(server.url, admin.apiKey).history();
      expect(epochs.map(({ cause }) => cause)).toEqual(['rolled-back', 'begun']);
      expect(server.logged()).toContain('A new epoch has begun');
      expect(await positionsOf(held)).toBe(held.size);
      expect(await centreOnHand(admin.store.id)).toEqual({ oat: 7 });
    },
  );

  test(
    'X8 what the centre writes itself goes into new logs, and an import is known by its ids',
    { timeout: 120_000 },
    async () => {
      const till = await pair(admin.store.id, 'till');
      await allSettled();
      const office = program(server.url, admin.apiKey);
      const item = (sku: string) => ({
        sku,
        name: sku,
        category: 'Tea',
        unit: 'piece' as const,
        quantityScale: 0,
        price: null,
        currency: 'EUR',
        barcodes: [],
      });
      const imported = (quantity: number) => {
        const decision = receive(goods('oat', quantity), {
          store: admin.store.id,
          actor: 'import',
          newId: () => ids(),
        });
        if (!decision.ok) throw new Error(decision.refusal.message);
        return { source: 'file', batches: [{ store: admin.store.id, drafts: [...decision.drafts] }] };
      };
      const [early, late] = [imported(1), imported(2)];
      await office.importBatches({ body: early });
      await office.registerItem({ body: item('KEPT') });
      await backUp('b');
      await office.registerItem({ body: item('LOST AND BACK') });
      await office.importBatches({ body: late });
      await allAgree();
      const writers = async (): Promise<(string | undefined)[]> =>
        (await office.events({ query: { type: 'ItemRegistered' } })).events.map(({ place }) => place?.device);
      const [oldWriter] = await writers();
      await restore('b');
      await allAgree();
      await office.registerItem({ body: item('NEW') });
      await allAgree();
      // Newest first: the new one by the new writer, the one handed back by nobody's push, the one of the backup by the old writer.
      const [ofNew, ofBack, ofKept] = await writers();
      expect(ofKept).toBe(oldWriter);
      expect(ofNew).not.toBe(oldWriter);
      expect(ofBack).toBeUndefined();
      // The same file once more: the backup holds one half of it, the device brought back the other.
      expect(await office.importBatches({ body: early })).toMatchObject({ appended: 0, known: 1 });
      expect(await office.importBatches({ body: late })).toMatchObject({ appended: 0, known: 1 });
      expect(await office.importBatches({ body: imported(4) })).toMatchObject({ appended: 1, known: 0 });
      await allAgreeAndVerify();
      expect(await till.onHand()).toEqual({ oat: 7 });
      const received = await office.events({ query: { type: 'StockReceived' } });
      const importers = received.events.map(({ place }) => place?.device);
      expect(importers[0]).not.toBe(importers.at(-1));
      const { items } = await office.items();
      expect(items.map(({ sku }) => sku).toSorted()).toEqual(['KEPT', 'LOST AND BACK', 'NEW']);
      expect((await till.state()).needsAttention).toBe(0);
    },
  );
});
