import type { DeviceLog, DeviceMeta, KeptEvent } from '@streamstock/event-log';
import {
  clockAt,
  cursorAt,
  delivered,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from '@streamstock/event-log/testing/sample-log';
import Dexie from 'dexie';
import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STORES_OF_VERSION_1 } from './database.ts';
import { openDexieDeviceLog } from './open-device-log.ts';
import { fakeDatabase, type FakeDatabase } from './testing/fake-database.ts';

const clock = clockAt(START_MS);
const OWN_EVENTS = 1_100;

/** One request to write fails, behind so many that were made. */
function failPutAfter(puts: number): void {
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as (
    this: IDBObjectStore,
    value: unknown,
    key: string,
  ) => unknown;
  let left = puts;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    value: unknown,
    key: string,
  ) {
    if ((left -= 1) < 0) throw new DOMException('Injected at put.', 'DataError');
    return Reflect.apply(put, this, [value, key]) as IDBRequest;
  } as never);
}

/** What version 1 stored of an event and of the log's state. */
function asVersion1(store: string, value: unknown): unknown {
  if (store === 'events') {
    const { generation: _generation, standing: _standing, sum: _sum, ...kept } = value as KeptEvent;
    return kept;
  }
  if (store !== 'meta') return value;
  const {
    generation: _1,
    base: _2,
    needsSnapshot: _3,
    compactedTo: _4,
    parked: _5,
    damaged: _6,
    ...meta
  } = value as DeviceMeta;
  return meta;
}

describe('a database of version 1', () => {
  let database: FakeDatabase;
  let logs: DeviceLog[];
  const open = async (databaseName = 'old') => {
    const log = await openDexieDeviceLog({ ...database, databaseName, projectors: [tallyProjector()] });
    logs.push(log);
    return log;
  };
  const openVersion1 = async () => {
    const old = new Dexie('old', { indexedDB: database.indexedDb, IDBKeyRange: database.keyRange });
    old.version(1).stores(STORES_OF_VERSION_1);
    return old.open();
  };

  beforeEach(async () => {
    database = fakeDatabase();
    logs = [];
    const log = await open('today');
    await log.enrol({ device: 'device-1', store: STORE });
    const numbers = Array.from({ length: OWN_EVENTS }, (_, index) => index + 1);
    for (let start = 0; start < OWN_EVENTS; start += 500) {
      const drafts = numbers.slice(start, start + 500).map((number) => sampleDraft(number));
      await log.append({ drafts, clock });
    }
    const [received] = new SampleWriter('device-2').write([sampleDraft(5_000)]);
    await log.applyFrame({ from: null, to: cursorAt(7), lines: [delivered(received!, 7)] });
    await log.accept(markAt((await log.hashesAt([3]))[0]!));
    await log.putLocal([{ key: 'on hold', value: { lines: 2 } }]);
    const today = await new Dexie('today', { indexedDB: database.indexedDb, IDBKeyRange: database.keyRange }).open();
    const old = await openVersion1();
    for (const store of Object.keys(STORES_OF_VERSION_1)) {
      const keys = (await today.table(store).toCollection().primaryKeys()) as string[];
      const values = (await today.table(store).toArray()).map((value) => asVersion1(store, value));
      await old.table(store).bulkPut(values, keys);
    }
    old.close();
    today.close();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(logs.map((log) => log.close()));
  });

  const expectEverything = async (log: DeviceLog) => {
    const today = await open('today');
    expect(await log.state()).toEqual(await today.state());
    expect((await log.state())?.pending.events).toBe(OWN_EVENTS - 3);
    expect(await readTally(log.tables)).toEqual(await readTally(today.tables));
    expect(await log.getLocal(['on hold'])).toEqual([{ lines: 2 }]);
    expect(await log.heldIds(null, 10_000)).toHaveLength(OWN_EVENTS + 1);
    const limit = { eventsMax: 2_000, bytesMax: 1e9 };
    expect(await log.outbox(0, limit)).toEqual(await today.outbox(0, limit));
    expect(await log.find([sampleId(5_000)])).toEqual(await today.find([sampleId(5_000)]));
    await log.rebuild();
    expect(await readTally(log.tables)).toEqual(await readTally(today.tables));
    const [next] = await log.append({ drafts: [sampleDraft(9_000)], clock });
    expect(next?.place.seq).toBe(OWN_EVENTS + 1);
  };

  it('opens with everything that was in it', async () => {
    const log = await open();
    await expectEverything(log);
    expect((await log.state())?.base).toBeNull();
  });

  it('D6 whose upgrade was killed half way is as it was, and opens the next time', async () => {
    failPutAfter(800);
    await expect(open()).rejects.toThrow(/Injected/);
    vi.restoreAllMocks();
    const old = await openVersion1();
    const [event] = await old.table<Partial<KeptEvent>>('events').limit(1).toArray();
    expect(event?.sum).toBeUndefined();
    old.close();
    await expectEverything(await open());
  });

  it('D6 that an older tab holds opens when that tab lets go, as it does when it is told', async () => {
    const old = await openVersion1();
    const told = vi.fn<() => boolean>(() => {
      old.close({ disableAutoOpen: true });
      return false;
    });
    old.on('versionchange', told);
    const log = await open();
    expect(told).toHaveBeenCalled();
    expect(await readTally(log.tables)).toMatchObject({ events: OWN_EVENTS + 1 });
  });
});
