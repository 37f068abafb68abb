// A snapshot built from a real log and taken in by a real device log: it holds what a device holds that heard everything.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  isInAudience,
  MemoryDeviceLog,
  MemoryDisk,
  readStoredLine,
  sealCursor,
  sealMark,
  type CentralLog,
  type Projector,
  type Row,
  type SnapshotHeader,
} from '@streamstock/event-log';
import { enrol, START_MS, testPlanner, testSeal, TestDevice } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, openSqliteCentralLog } from '@streamstock/log-sql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildSnapshot, type SnapshotPlan } from './snapshot-build.ts';
import { streamPages, type SnapshotRecord } from './snapshot-file.ts';

let folder: string;
let log: CentralLog;
const lisboa = (): TestDevice => new TestDevice({ device: 'till-lisboa', store: 'lisboa' });
const porto = (): TestDevice => new TestDevice({ device: 'till-porto', store: 'porto' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-build-'));
  log = openSqliteCentralLog({ path: join(folder, 'log.sqlite'), mode: 'write', seal: testSeal, nowMs: START_MS });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Counts events by store, and keeps who said what of each subject: several stores in one row. */
function projector(failsOn?: string): Projector {
  const add = async (
    tables: Parameters<Projector['project']>[0],
    table: string,
    key: string,
    id: string,
  ): Promise<void> => {
    const [known = []] = await tables.getMany<string[]>(table, [key]);
    await tables.putMany(table, [{ key, value: [...known, id].sort() }]);
  };
  return {
    name: 'things',
    version: 1,
    tables: ['by-store', 'subjects', 'everything'],
    snapshot: { 'by-store': 'store-key', subjects: 'heard', everything: ({ key }, store) => key.startsWith(store) },
    heard: { types: ['ThingHappened'], concerns: ({ payload }) => payload['subject'] !== undefined },
    project: async (tables, changes) => {
      for (const { event, after } of changes) {
        if (after === null || event.type !== 'ThingHappened') continue;
        if (event.payload['word'] === failsOn && failsOn !== undefined) throw new Error('This can not be folded.');
        const { subject } = event.payload;
        await add(tables, 'by-store', `${event.store ?? '*'}|${event.id}`, event.id);
        await add(tables, 'everything', event.store ?? '*', event.id);
        if (typeof subject === 'string') await add(tables, 'subjects', subject, event.id);
      }
    },
  };
}

function planOf(things: Projector): SnapshotPlan {
  return {
    projectors: [things],
    order: ['subjects', 'by-store'],
    preparation: { tables: [], rows: async function* () {} },
    hash: nativeSha256,
  };
}

async function fold(things: Projector): Promise<void> {
  for (let done = false; !done;) {
    const { checkpoint, head } = await log.project([things], 100);
    done = checkpoint === head;
  }
}

async function built(things: Projector, store: string, id = 'snapshot-1'): Promise<SnapshotRecord> {
  const outcome = await buildSnapshot(log, planOf(things), {
    id,
    store,
    folder: join(folder, 'snapshots'),
    clock: () => START_MS,
  });
  if (outcome.kind !== 'built') throw new Error('Nothing was built.');
  return outcome.record;
}

async function headerFor(record: SnapshotRecord, device: string): Promise<SnapshotHeader> {
  const { id, store, epoch, position, hash, folds, pages, unfolded } = record;
  const { accepted, notIn } = await log.snapshotOwn(device, position);
  const own = { accepted: sealMark(testSeal, device, { epoch, ...accepted }), notIn: [...notIn] };
  return { id, store, cursor: sealCursor(testSeal, { epoch, position, hash }), folds, pages, unfolded, own };
}

async function pagesOf(record: SnapshotRecord): Promise<string[]> {
  return (await text(await streamPages(join(folder, 'snapshots'), record, 0, 'plain'))).split('\n').slice(0, -1);
}

/** A new device that starts from the snapshot. */
async function deviceFrom(record: SnapshotRecord, things: Projector, device: string): Promise<MemoryDeviceLog> {
  const own = new MemoryDeviceLog(new MemoryDisk(), [things], nativeSha256);
  await enrol(log, new TestDevice({ device, store: record.store }));
  await own.enrol({ device, store: record.store });
  await own.beginSnapshot(await headerFor(record, device));
  await own.addSnapshotPages(
    record.id,
    (await pagesOf(record)).map((page, index) => ({ index, text: page })),
  );
  expect(await own.installSnapshot(record.id)).toBe('installed');
  return own;
}

/** One that heard every event of its store from the first on. */
async function deviceFromEvents(things: Projector, store: string): Promise<MemoryDeviceLog> {
  const own = new MemoryDeviceLog(new MemoryDisk(), [things], nativeSha256);
  await own.enrol({ device: 'listener', store });
  const { lines, to } = await log.readForStore(store, 0, { eventsMax: 10_000, bytesMax: 1_000_000 });
  const { epoch } = await log.head();
  await own.applyFrame({ from: null, to: sealCursor(testSeal, { epoch, ...to }), lines });
  return own;
}

async function rowsOf(device: MemoryDeviceLog, table: string): Promise<Row[]> {
  return await device.tables.range(table, { rowsMax: 1_000 });
}

async function writeSome(): Promise<{ readonly shop: TestDevice; readonly other: TestDevice }> {
  const [shop, other] = [lisboa(), porto()];
  await enrol(log, shop);
  await enrol(log, other);
  shop.write({ payload: { subject: 'parcel' }, audience: ['porto'] }, { payload: {} }, { payload: { subject: 'own' } });
  other.write(
    { payload: { subject: 'parcel' }, audience: ['lisboa'] },
    { payload: { subject: 'parcel' } },
    { payload: { subject: 'far' } },
  );
  await log.append([shop.push(), other.push()], testPlanner);
  return { shop, other };
}

it('a device that starts from it holds what one holds that heard everything', async () => {
  const things = projector();
  await writeSome();
  await fold(things);
  const record = await built(things, 'lisboa');
  expect(record.position).toBe((await log.head()).position);
  const device = await deviceFrom(record, things, 'new-till');
  const listener = await deviceFromEvents(things, 'lisboa');
  const subjects = await rowsOf(device, 'subjects');
  // Of the parcel it holds the two words that it hears of three.
  expect(subjects.map(({ key, value }) => [key, (value as string[]).length])).toEqual([
    ['own', 1],
    ['parcel', 2],
  ]);
  expect(subjects).toEqual(await rowsOf(listener, 'subjects'));
  const own = (rows: Row[]): Row[] => rows.filter(({ key }) => key.startsWith('lisboa'));
  for (const table of ['by-store', 'everything']) {
    expect((await rowsOf(device, table)).length).toBeGreaterThan(0);
    expect(await rowsOf(device, table)).toEqual(own(await rowsOf(listener, table)));
  }
  expect((await device.state())?.cursor).toMatchObject({ position: record.position });
  expect(record.pages.map(({ table }) => table)).toEqual(['subjects', 'by-store', 'everything']);
});

it('X18 what the centre could not fold is listed with who lacks it, and folded by the device', async () => {
  const { shop } = await writeSome();
  shop.write({ payload: { word: 'bad', subject: 'own' } });
  await log.append([shop.push(4)], testPlanner);
  const failing = projector('bad');
  const { position: bad } = await log.head();
  await log.deadLetter(failing, bad, 'a fault', START_MS);
  await fold(failing);
  shop.write({ payload: {} });
  await log.append([shop.push(5)], testPlanner);
  await fold(failing);
  const record = await built(failing, 'lisboa');
  expect(record.unfolded.map(({ position, projectors }) => [position, projectors])).toEqual([[bad, ['things']]]);
  // The device's app is of a version that can.
  const device = await deviceFrom(record, projector(), 'new-till');
  const listener = await deviceFromEvents(projector(), 'lisboa');
  expect(await rowsOf(device, 'subjects')).toEqual(await rowsOf(listener, 'subjects'));
  expect((await rowsOf(device, 'by-store')).map(({ key }) => key)).toContain(`lisboa|${shop.log[3]?.event.id ?? ''}`);
});

it('X18 what the centre could not take back counts once on a device that starts from it', async () => {
  const { shop } = await writeSome();
  const things = projector();
  const failing: Projector = {
    ...things,
    project: async (tables, changes) => {
      if (changes.some(({ before }) => before !== null)) throw new Error('This can not be taken back.');
      await things.project(tables, changes);
    },
  };
  await fold(failing);
  const [target] = shop.log;
  const { writer, position } = await log.head();
  // It counts at another time, which these tables do not keep.
  const payload = { target: target?.event.id ?? '', effectiveAt: 7, uncertaintyMs: 1 };
  await log.appendOwn(writer, [shop.draft({ type: 'EventRetimed', payload })], START_MS);
  await expect(fold(failing)).rejects.toThrow('taken back');
  await log.deadLetter(failing, position + 1, 'a fault', START_MS);
  await fold(failing);
  const device = await deviceFrom(await built(failing, 'lisboa'), things, 'new-till');
  const listener = await deviceFromEvents(things, 'lisboa');
  expect((await rowsOf(device, 'everything')).map(({ value }) => value)).toContainEqual(
    shop.log.map(({ event }) => event.id).toSorted(),
  );
  expect(await rowsOf(device, 'subjects')).toEqual(await rowsOf(listener, 'subjects'));
});

it('is of one state: what is written while it is built is not in it, and comes by cursor', async () => {
  const things = projector();
  const { shop } = await writeSome();
  await fold(things);
  const plan = planOf(things);
  const late: SnapshotPlan = {
    ...plan,
    preparation: {
      tables: [],
      rows: async function* () {
        shop.write({ payload: { subject: 'own' } });
        await log.append([shop.push(4)], testPlanner);
        await fold(things);
        yield [];
      },
    },
  };
  const outcome = await buildSnapshot(log, late, { id: 'one', store: 'lisboa', folder, clock: () => START_MS });
  const { record } = outcome.kind === 'built' ? outcome : { record: await built(things, 'lisboa') };
  expect(outcome.kind).toBe('built');
  expect(record.position).toBe((await log.head()).position - 1);
  const texts = (await text(await streamPages(folder, record, 0, 'plain'))).split('\n').join();
  expect(texts).not.toContain(shop.log[3]?.event.id);
  const { lines } = await log.readForStore('lisboa', record.position, { eventsMax: 10, bytesMax: 100_000 });
  expect(lines.map(({ id }) => id)).toEqual([shop.log[3]?.event.id]);
  const heard = (await log.read(0, { eventsMax: 100, bytesMax: 1_000_000 })).filter(({ line }) =>
    isInAudience(readStoredLine(line), 'lisboa'),
  );
  expect(heard.length).toBe(5);
});

it('own events that stand behind it are named', async () => {
  const things = projector();
  const { shop } = await writeSome();
  await fold(things);
  const record = await built(things, 'lisboa');
  shop.write({ payload: {} });
  await log.append([shop.push(4)], testPlanner);
  expect((await headerFor(record, 'till-lisboa')).own).toMatchObject({ accepted: { seq: 4 }, notIn: [4] });
});

it('there is none of an empty log, nor while a read model is made anew', async () => {
  const things = projector();
  const task = { id: 'none', store: 'lisboa', folder: join(folder, 'snapshots'), clock: () => START_MS };
  expect(await buildSnapshot(log, planOf(things), task)).toEqual({ kind: 'not-ready' });
  await writeSome();
  await fold(things);
  const newer = { ...things, version: 2 };
  expect(await buildSnapshot(log, planOf(newer), task)).toEqual({ kind: 'not-ready' });
  expect(readdirSync(folder)).not.toContain('snapshots');
});

it('a row that fits no page costs the snapshot, and nothing stays on the disk', async () => {
  const things = projector();
  await writeSome();
  await fold(things);
  const plan: SnapshotPlan = {
    ...planOf(things),
    preparation: {
      tables: ['large'],
      rows: async function* () {
        yield [{ table: 'large', row: { key: 'a', value: 'x'.repeat(300_000) } }];
      },
    },
  };
  const task = { id: 'large', store: 'lisboa', folder: join(folder, 'snapshots'), clock: () => START_MS };
  await expect(buildSnapshot(log, plan, task)).rejects.toThrow(/A row of large/);
  expect(readdirSync(join(folder, 'snapshots'))).toEqual([]);
});
