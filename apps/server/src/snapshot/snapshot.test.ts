// Snapshots and journals over real HTTP: built in its thread from what devices pushed, taken in by a device's log.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Journal, Problem, problemKind, snapshotPaths } from '@streamstock/api';
import {
  MemoryDeviceLog,
  MemoryDisk,
  readModelVersionOf,
  SNAPSHOT_NOT_IN_MAX,
  SnapshotHeader,
  type DeviceLog,
} from '@streamstock/event-log';
import { inventoryProjectors, listItems, readStockLine } from '@streamstock/inventory';
import { nativeSha256 } from '@streamstock/log-sql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataFiles } from '../data-folder.ts';
import { TestDevice } from '../testing/test-device.ts';
import { browser, setUp, startTestServer, type TestServer } from '../testing/test-server.ts';
import { snapshotLimits } from './mount-snapshot.ts';

const READ_MODELS = readModelVersionOf(nativeSha256, inventoryProjectors);

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
let item: string;
beforeEach(async () => {
  server = await startTestServer();
  admin = await setUp(server);
  const made = await admin.client.registerItem({
    body: {
      sku: 'FETA',
      name: 'Feta',
      category: 'Dairy',
      unit: 'piece',
      quantityScale: 0,
      price: null,
      currency: 'EUR',
      barcodes: [{ code: '5601234567890', packSize: 1 }],
    },
  });
  item = made.item;
});
afterEach(async () => {
  await server.stop();
});

async function newTill(label: string, store = admin.store.id): Promise<TestDevice> {
  const { code } = await admin.client.createPairingCode({ params: { store } });
  return new TestDevice(server.url, await browser(server.url).client.enrol({ body: { code, label } }));
}

async function ask(till: TestDevice | null, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const bearer = till === null ? {} : { authorization: `Bearer ${till.identity.credential}` };
  return await fetch(server.url + path, { headers: { ...bearer, ...headers } });
}

const headerPath = (till: TestDevice, readModels = READ_MODELS) =>
  snapshotPaths.header({ device: till.identity.device, readModels });

async function headerOf(till: TestDevice): Promise<SnapshotHeader> {
  const answer = await ask(till, headerPath(till));
  expect(answer.status).toBe(200);
  return SnapshotHeader.parse(await answer.json());
}

async function problemOf(answer: Response): Promise<string> {
  return `${answer.status} ${problemKind(Problem.parse(await answer.json()))}`;
}

/** A device that starts from the snapshot. */
async function logFrom(till: TestDevice): Promise<DeviceLog> {
  const header = await headerOf(till);
  const log = new MemoryDeviceLog(new MemoryDisk(), inventoryProjectors, nativeSha256);
  await log.enrol({ device: till.identity.device, store: till.identity.store.id });
  await log.beginSnapshot(header);
  const texts = (await (await ask(till, snapshotPaths.pages(header.id, 0))).text()).split('\n').slice(0, -1);
  await log.addSnapshotPages(
    header.id,
    texts.map((text, index) => ({ index, text })),
  );
  expect(await log.installSnapshot(header.id)).toBe('installed');
  return log;
}

async function trade(): Promise<TestDevice> {
  const till = await newTill('till 1');
  await till.connect();
  expect(await till.receives(item, 10)).toMatchObject({ type: 'accepted' });
  expect(await till.sells(item, 3)).toMatchObject({ type: 'accepted' });
  await server.server.centre.inReadModels();
  return till;
}

describe('the snapshot', () => {
  test('a new device of the store begins with the figures that everybody has', async () => {
    const first = await trade();
    const log = await logFrom(await newTill('till 2'));
    expect(await listItems(log.tables)).toMatchObject([{ item, name: 'Feta' }]);
    expect(await readStockLine(log.tables, admin.store.id, item)).toMatchObject({ onHand: 7 });
    const { position } = await server.server.centre.log.head();
    expect((await log.state())?.cursor).toMatchObject({ position });
    first.cut();
  });

  test('whose own events lie behind it is told which', async () => {
    const till = await trade();
    const header = await headerOf(till);
    expect(header.own).toMatchObject({ accepted: { seq: 2 }, notIn: [] });
    await till.sells(item, 1);
    expect((await headerOf(till)).own).toMatchObject({ accepted: { seq: 3 }, notIn: [3] });
    expect((await headerOf(till)).id).toBe(header.id);
  });

  test('too much of whose own log lies behind it is told to come back, and then gets what there is', async () => {
    const till = await trade();
    const { id, cursor } = await headerOf(till);
    const database = new DatabaseSync(dataFiles(server.dataFolder).log);
    // As if it had pushed so much again since, after a fork: second places of events that stand behind the snapshot.
    const added = database
      .prepare(
        `WITH RECURSIVE more (seq) AS (SELECT 1000 UNION ALL SELECT seq + 1 FROM more LIMIT ?)
         INSERT INTO place_runs (device, last_seq, first_seq, first_position, again, hashes)
         SELECT (SELECT number FROM devices WHERE device = ?), seq, seq, ?, 1, zeroblob(32) FROM more`,
      )
      .run(SNAPSHOT_NOT_IN_MAX + 1, till.identity.device, cursor.position + 1);
    expect(added.changes).toBe(SNAPSHOT_NOT_IN_MAX + 1);
    const answer = await ask(till, headerPath(till));
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    const problem = Problem.parse(await answer.json());
    expect([answer.status, problemKind(problem)]).toEqual([503, 'not-ready']);
    expect(problem.remedy).toContain('safe');
    database.exec('DELETE FROM place_runs WHERE last_seq >= 1000');
    database.close();
    expect((await headerOf(till)).id).toBe(id);
  });

  test('its pages come compressed or not, from any page on', async () => {
    const till = await trade();
    const { id, pages } = await headerOf(till);
    const whole = await ask(till, snapshotPaths.pages(id, 0));
    expect(whole.headers.get('content-encoding')).toBe('gzip');
    const texts = (await whole.text()).split('\n');
    expect(texts).toHaveLength(pages.length + 1);
    const plain = await ask(till, snapshotPaths.pages(id, 1), { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect((await plain.text()).split('\n')).toEqual(texts.slice(1));
    expect((await (await ask(till, snapshotPaths.pages(id, 2))).text()).split('\n')).toEqual(texts.slice(2));
    expect(await (await ask(till, snapshotPaths.pages(id, pages.length))).text()).toBe('');
    expect(existsSync(join(server.dataFolder, 'snapshots', `${id}.pages.gz`))).toBe(true);
  });
});

describe('who gets one', () => {
  test('an app that reckons with other rules is told to update', async () => {
    expect(await problemOf(await ask(await newTill('old'), headerPath(await newTill('x'), 'older')))).toBe(
      '403 not-allowed',
    );
    const till = await newTill('till');
    expect(await problemOf(await ask(till, headerPath(till, 'older')))).toBe('409 update');
  });

  test('an app that does not read pages by column is told to update, not given what it can not read', async () => {
    const till = await trade();
    const older = headerPath(till).replace(/&pages=.*/, '');
    expect(await problemOf(await ask(till, older))).toBe('409 update');
    expect(await problemOf(await ask(till, `${older}&pages=rows`))).toBe('409 update');
    expect((await ask(till, headerPath(till))).status).toBe(200);
  });

  test('nobody without a credential, no admin, no other store, nobody for another device', async () => {
    const till = await trade();
    const { id } = await headerOf(till);
    expect(await problemOf(await ask(null, headerPath(till)))).toBe('401 not-signed-in');
    expect(await problemOf(await ask(null, snapshotPaths.pages(id, 0)))).toBe('401 not-signed-in');
    const office = await fetch(server.url + headerPath(till), { headers: { authorization: `Bearer ${admin.apiKey}` } });
    expect(await problemOf(office)).toBe('403 not-allowed');
    const other = await admin.client.openStore({ body: { name: 'Braga', currency: 'EUR', timeZone: 'Europe/Lisbon' } });
    const far = await newTill('far', other.store);
    expect(await problemOf(await ask(far, headerPath(till)))).toBe('403 not-allowed');
    expect(await problemOf(await ask(far, snapshotPaths.pages(id, 0)))).toBe('404 snapshot-none');
    expect(await problemOf(await ask(till, snapshotPaths.pages('snapshot-x', 0)))).toBe('404 snapshot-none');
    expect(await problemOf(await ask(till, '/sync/snapshot?device=%00'))).toBe('400 bad-request');
  });

  test('a fork goes on with the credential of what it was forked from; what was revoked gets none', async () => {
    const till = await trade();
    const fork = { device: 'device-fork', store: admin.store.id, kind: 'installation', label: 'fork' } as const;
    await server.server.centre.log.registerDevice({ ...fork, parent: till.identity.device, enrolledAtMs: 1 });
    const path = snapshotPaths.header({ device: fork.device, readModels: READ_MODELS });
    expect((await ask(till, path)).status).toBe(200);
    expect(await problemOf(await ask(await newTill('stranger'), path))).toBe('403 not-allowed');
    await server.server.centre.revokeDevice(till.identity.device);
    expect(await problemOf(await ask(till, path))).toBe('403 revoked');
    expect(await problemOf(await ask(till, headerPath(till)))).toBe('403 revoked');
  });

  test('a device that asks over and over is told to wait', async () => {
    const till = await newTill('till');
    const statuses = [];
    for (let asked = 0; asked <= snapshotLimits.device.usesMax; asked += 1)
      statuses.push((await ask(till, snapshotPaths.pages('snapshot-x', 0))).status);
    expect(statuses.slice(0, -1).every((status) => status === 404)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('the journal of a line', () => {
  const journalOf = async (till: TestDevice, position: number): Promise<Response> =>
    await ask(till, snapshotPaths.journal(till.identity.device, item, position));

  test('has every row of what the device was told, and none of what comes later', async () => {
    const till = await trade();
    const { position } = await server.server.centre.log.head();
    await till.sells(item, 2);
    await server.server.centre.inReadModels();
    const rows = async (at: number) => Journal.parse(await (await journalOf(till, at)).json()).rows;
    expect((await rows(position)).map(({ value }) => value)).toMatchObject([{ kind: 'received' }, { kind: 'sold' }]);
    expect(await rows(position + 1)).toHaveLength(3);
    expect(await rows(position - 1)).toHaveLength(1);
  });

  test('waits until device and read models know the same rulings', async () => {
    const till = await trade();
    const { position } = await server.server.centre.log.head();
    expect(await problemOf(await journalOf(till, position + 1))).toBe('503 not-ready');
    const [sale] = await server.server.centre.log.browse({ eventsMax: 1 });
    await server.server.centre.appendOwn((await server.server.centre.log.head()).writer, [
      {
        id: '01a00000-0000-8000-8000-000000000001',
        type: 'EventVoided',
        schemaVersion: 1,
        store: admin.store.id,
        audience: [],
        actor: 'marta',
        payload: { target: sale?.id, reason: 'A mistake.' },
      },
    ]);
    await server.server.centre.inReadModels();
    expect(await problemOf(await journalOf(till, position))).toBe('503 not-ready');
    expect((await journalOf(till, position + 1)).status).toBe(200);
  });
});
