import {
  AppendRefused,
  DeviceLogClosed,
  DeviceLogOutdated,
  sortableNumber,
  type DeviceLog,
  type Event,
  type KeptEvent,
  type Projector,
} from '@streamstock/event-log';
import { describeDeviceLogContract } from '@streamstock/event-log/testing/device-log-contract';
import {
  clockAt,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from '@streamstock/event-log/testing/sample-log';
import { SampleCentre } from '@streamstock/event-log/testing/sample-snapshot';
import Dexie from 'dexie';
import { IDBDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STORES } from './database.ts';
import { openDexieDeviceLog } from './open-device-log.ts';
import { CommitFailed, StorageBlocked, StorageFull, StorageLost } from './storage-errors.ts';
import {
  changeStored,
  failCommits,
  failOpenings,
  failRequests,
  fakeDatabase,
  type FakeDatabase,
} from './testing/fake-database.ts';

const clock = clockAt(START_MS);

/** One turn of the event loop, also while timers are faked. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

let databases = 0;

function openerOf(database: FakeDatabase): {
  readonly databaseName: string;
  readonly open: (projectors?: readonly Projector[], understands?: (event: Event) => boolean) => Promise<DeviceLog>;
} {
  databases += 1;
  const databaseName = `device-${databases}`;
  const open = (projectors: readonly Projector[] = [tallyProjector()], understands?: (event: Event) => boolean) =>
    openDexieDeviceLog({
      ...database,
      databaseName,
      projectors,
      ...(understands === undefined ? {} : { understands }),
    });
  return { databaseName, open };
}

describeDeviceLogContract('the Dexie log', async () => {
  const database = fakeDatabase();
  const { databaseName, open } = openerOf(database);
  const logs: DeviceLog[] = [];
  return {
    open: async (projectors, understands) => {
      const log = await open(projectors, understands);
      logs.push(log);
      return log;
    },
    failNextCommit: (reason) => failCommits(1, reason === 'full' ? 'QuotaExceededError' : 'AbortError'),
    changeLine: (id, line) =>
      changeStored(database, databaseName, 'events', id, (kept) => ({ ...(kept as KeptEvent), line })),
    changePage: (snapshot, index, text) =>
      changeStored(database, databaseName, 'pages', `${snapshot}\u0000${sortableNumber(index)}`, () => text),
    dispose: async () => {
      await Promise.all(logs.map((log) => log.close()));
    },
  };
});

describe('the Dexie log', () => {
  let database: FakeDatabase;
  let databaseName: string;
  let open: (projectors?: readonly Projector[]) => Promise<DeviceLog>;
  let log: DeviceLog;

  beforeEach(async () => {
    database = fakeDatabase();
    ({ databaseName, open } = openerOf(database));
    log = await open();
    await log.enrol({ device: 'device-1', store: STORE });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    await log.close();
  });
  const append = (number: number) => log.append({ drafts: [sampleDraft(number)], clock });

  /** Dexie takes hold of the method when it opens. */
  const spyOnTransactions = async () => {
    await log.close();
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    log = await open();
    transaction.mockClear();
    return transaction;
  };

  it('law 4: every write asks for strict durability', async () => {
    const transaction = await spyOnTransactions();
    await append(1);
    await log.putLocal([{ key: 'a', value: 1 }]);
    await log.accept({ epoch: 'e', seq: 0, hash: '0'.repeat(64), mac: '' });
    const writes = transaction.mock.calls.filter(([, mode]) => mode === 'readwrite');
    expect(writes).toHaveLength(3);
    for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
  });

  it('law 4: append resolves only after the transaction’s complete event', async () => {
    const steps: string[] = [];
    await log.close();
    const transaction = Reflect.get(IDBDatabase.prototype, 'transaction') as (
      this: IDBDatabase,
      ...call: unknown[]
    ) => IDBTransaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      stores,
      mode,
      options,
    ) {
      const opened = transaction.call(this, stores, mode, options);
      if (mode === 'readwrite') opened.addEventListener('complete', () => steps.push('complete'));
      return opened;
    });
    log = await open();
    await append(1);
    steps.push('saved');
    expect(steps).toEqual(['complete', 'saved']);
  });

  it('D4 reads and writes in chunks: a commit of 500 documents is one transaction', async () => {
    const transaction = await spyOnTransactions();
    await log.append({ drafts: Array.from({ length: 500 }, (_, index) => sampleDraft(index + 1)), clock });
    expect(transaction.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(1);
    expect((await readTally(log.tables)).events).toBe(500);
  });

  describe('D10 a full disk', () => {
    it('at commit: a clear error, nothing half-written, and work goes on when there is room', async () => {
      await append(1);
      failCommits(1, 'QuotaExceededError');
      const error = await append(2).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StorageFull);
      expect((error as Error).message).toMatch(/nothing was saved/);
      expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
      const [second] = await append(2);
      expect(second?.place.seq).toBe(2);
    });

    it('at a write', async () => {
      failRequests('put', 1, 'QuotaExceededError');
      await expect(append(1)).rejects.toBeInstanceOf(StorageFull);
      expect((await log.state())?.head.seq).toBe(0);
    });

    it('at open', async () => {
      await log.close();
      const heal = failOpenings(database.indexedDb, 'QuotaExceededError');
      await expect(open()).rejects.toBeInstanceOf(StorageFull);
      heal();
      log = await open();
      expect((await log.state())?.identity.device).toBe('device-1');
    });
  });

  describe('D5 a lost connection', () => {
    it('at open is told, and opening later works', async () => {
      await append(1);
      await log.close();
      const heal = failOpenings(database.indexedDb, 'InvalidStateError');
      await expect(open()).rejects.toBeInstanceOf(StorageLost);
      heal();
      log = await open();
      expect((await readTally(log.tables)).events).toBe(1);
    });

    it('whose reopening fails too is told, and the next call tries again', async () => {
      failRequests('put', 1, 'UnknownError');
      const heal = failOpenings(database.indexedDb, 'InvalidStateError');
      await expect(append(1)).rejects.toBeInstanceOf(StorageLost);
      heal();
      const [saved] = await append(1);
      expect(saved?.place.seq).toBe(1);
    });

    it('while a snapshot comes in is opened again: its pages are held once, it is installed once', async () => {
      const centre = new SampleCentre();
      centre.append(...new SampleWriter('device-2').write([sampleDraft(50), sampleDraft(51)]));
      const accepted = markAt((await log.hashesAt([0]))[0]!);
      const { header, pages } = await centre.snapshot({ id: 's', position: 2, own: { accepted } });
      await append(1);
      failRequests('put', 1, 'UnknownError');
      expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: 0 });
      failCommits(1, 'UnknownError');
      await log.addSnapshotPages('s', pages);
      expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: pages.length });
      failRequests('get', 1, 'UnknownError');
      expect(await log.installSnapshot('s')).toBe('installed');
      failRequests('get', 1, 'UnknownError');
      expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 102 });
      failCommits(1, 'UnknownError');
      await log.rebuild();
      expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 102 });
    });

    it('at a read is opened again', async () => {
      await append(1);
      failRequests('get', 1, 'UnknownError');
      expect((await readTally(log.tables)).events).toBe(1);
    });

    it('at a write is opened again, and the event is saved once', async () => {
      failRequests('put', 1, 'UnknownError');
      const [saved] = await append(1);
      expect(saved?.place.seq).toBe(1);
      expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
    });

    it('at commit is opened again, and the event is saved once', async () => {
      failCommits(1, 'UnknownError');
      const [saved] = await append(1);
      expect(saved?.place.seq).toBe(1);
      expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
    });

    it('for good is told on every call; nothing is saved, and what was saved is there when it comes back', async () => {
      await append(1);
      failRequests('put', 4, 'UnknownError');
      await expect(append(2)).rejects.toBeInstanceOf(StorageLost);
      await expect(append(3)).rejects.toBeInstanceOf(StorageLost);
      const [second] = await append(2);
      expect(second?.place.seq).toBe(2);
    });

    it('in the middle of several calls harms none of them, and is opened again once', async () => {
      const opening = vi.spyOn(database.indexedDb, 'open');
      failRequests('put', 2, 'UnknownError');
      const saved = await Promise.all([1, 2, 3, 4].map(append));
      const seqs = saved.flat().map(({ place }) => place.seq);
      expect(seqs.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
      expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 10 });
      expect(opening).toHaveBeenCalledTimes(1);
    });
  });

  it('D3 an abort by the browser is told as not saved, and nobody was shown it', async () => {
    const told: unknown[] = [];
    log.observe((change) => told.push(change));
    failCommits(1, 'AbortError');
    const appending = append(1).catch((error: unknown) => error);
    const seen = [];
    for (let turn = 0; turn < 20; turn += 1) {
      seen.push(...(await log.find([sampleId(1)])));
      await nextTurn();
    }
    expect(await appending).toBeInstanceOf(CommitFailed);
    expect([seen, told, await readTally(log.tables)]).toEqual([[], [], { events: 0, quantity: 0 }]);
    await append(1);
    expect([told.length, await readTally(log.tables)]).toEqual([1, { events: 1, quantity: 1 }]);
  });

  it('a refusal and a bug keep their own error', async () => {
    await expect(log.append({ drafts: [], clock })).rejects.toBeInstanceOf(AppendRefused);
    const twice = log.append({ drafts: [sampleDraft(1), sampleDraft(1)], clock });
    await expect(twice).rejects.toThrow(/same id/);
    await expect(log.repair(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect((await log.state())?.head.seq).toBe(0);
  });

  describe('D6 an upgrade', () => {
    it('closes this older tab, which then says that it is outdated', async () => {
      await append(1);
      const newer = new Dexie(databaseName, { indexedDB: database.indexedDb, IDBKeyRange: database.keyRange });
      newer.version(3).stores({ ...STORES, extra: 'key' });
      await newer.open();
      await expect(append(2)).rejects.toBeInstanceOf(DeviceLogOutdated);
      newer.close();
      await expect(open()).rejects.toBeInstanceOf(DeviceLogOutdated);
    });

    it('blocked by a tab that does not let go settles with a message', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const warning = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      const { databaseName: held, open: openHeld } = openerOf(database);
      const stubborn = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = database.indexedDb.open(held, 1);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('The first tab did not open.'));
      });
      const opening = openHeld().catch((error: unknown) => error);
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await opening).toBeInstanceOf(StorageBlocked);
      expect(warning.mock.calls[0]?.[0]).toMatch(/blocked by other connection/);
      stubborn.close();
    });
  });

  it('D1 a database that another tab deleted is found empty, not broken', async () => {
    await append(1);
    await new Promise<void>((resolve, reject) => {
      const request = database.indexedDb.deleteDatabase(databaseName);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(new Error('The database was not deleted.'));
    });
    expect(await log.state()).toBeNull();
  });

  it('closing lets what runs come to its end: saved is saved', async () => {
    const transaction = await spyOnTransactions();
    const saving = append(1);
    while (transaction.mock.calls.length === 0) await Promise.resolve();
    await log.close();
    expect((await saving)[0]?.place.seq).toBe(1);
    log = await open();
    expect((await log.state())?.head.seq).toBe(1);
  });

  it('after close says so', async () => {
    await log.close();
    await expect(append(1)).rejects.toBeInstanceOf(DeviceLogClosed);
    log = await open();
  });
});
