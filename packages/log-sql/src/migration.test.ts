import { DatabaseSync } from 'node:sqlite';
import {
  centralChainStart,
  deviceChainStart,
  MemoryCentralLog,
  nextCentralHash,
  readStoredLine,
  type CentralLog,
} from '@streamstock/event-log';
import {
  enrol,
  holeOf,
  projectAll,
  READ_ALL,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  testSeal,
} from '@streamstock/event-log/testing/central-fixtures';
import { Draw } from '@streamstock/event-log/testing/draw';
import { describe, expect, it } from 'vitest';
import { bytesOfHash, bytesOfId, nativeSha256 } from './bytes.ts';
import { migrate, schemaVersionOf } from './schema.ts';
import { nextCall } from './testing/central-calls.ts';
import { CentralWorld, STORES } from './testing/central-world.ts';
import { useLogFile } from './testing/log-file.ts';
import { makeOlder, OLDER_VERSIONS } from './testing/older-file.ts';

const file = useLogFile();

const IDENTITY = { epoch: 'epoch-1', writer: 'centre-1' };

/** A file as the first version left it: two devices, one a fork of the other, three events in four places. */
function writeFirstVersion(device: TestDevice, fork: TestDevice): void {
  const database = new DatabaseSync(file.path);
  migrate(database, 1);
  expect(schemaVersionOf(database)).toBe(1);
  database.prepare('INSERT INTO identity VALUES (1, ?, ?)').run(IDENTITY.epoch, IDENTITY.writer);
  database.exec(`INSERT INTO names VALUES (1, 'porto'), (2, 'ThingHappened')`);
  const insertDevice = database.prepare('INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const start = bytesOfHash(deviceChainStart(nativeSha256, IDENTITY.writer));
  insertDevice.run(1, IDENTITY.writer, null, 'centre', 'Centre', null, START_MS, null, 0, start, null);
  for (const [index, { device: id, head }] of [device, fork].entries()) {
    const revokedAtMs = id === fork.device ? START_MS + 9 : null;
    const parent = id === fork.device ? device.device : null;
    const accepted = [head.seq, bytesOfHash(head.hash)] as const;
    insertDevice.run(index + 2, id, 'porto', 'installation', id, parent, START_MS, revokedAtMs, ...accepted, null);
  }
  let hash = centralChainStart(nativeSha256, IDENTITY.epoch);
  const insertEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, 1, 2, 1, ?)');
  const insertPlace = database.prepare('INSERT INTO places VALUES (?, ?, ?, ?)');
  const own = fork.log.slice(1);
  const rows = [...device.log.map((row) => [2, row] as const), ...own.map((row) => [3, row] as const)];
  for (const [index, [number, { event, line, place }]] of rows.entries()) {
    hash = nextCentralHash(nativeSha256, hash, event.id, line);
    const position = index + 1;
    insertEvent.run(position, bytesOfId(event.id), number, place.seq, bytesOfHash(hash), START_MS, line);
    insertPlace.run(number, place.seq, position, bytesOfHash(place.hash));
    database.prepare('INSERT INTO audience VALUES (1, ?)').run(position);
  }
  insertPlace.run(3, 1, 1, bytesOfHash(fork.hashAt(1)));
  database.close();
}

describe('a file of the first version', () => {
  it('opens, verifies, says what it held, and goes on', async () => {
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    const fork = new TestDevice({ device: 'till-a2', store: 'porto' });
    const [first] = device.writeMany(2);
    fork.copyIn(first?.line ?? '');
    fork.writeMany(1);
    writeFirstVersion(device, fork);

    const log = file.open({ nowMs: START_MS + 60_000 });
    try {
      const start = centralChainStart(nativeSha256, IDENTITY.epoch);
      const base = { position: 0, hash: start };
      expect(await log.head()).toMatchObject({ ...IDENTITY, base, position: 3 });
      expect(await log.epochs()).toEqual([{ ...IDENTITY, cause: 'begun', beganAtMs: START_MS, base }]);
      expect(await log.hashAt(0)).toBe(start);
      expect(await log.verify()).toEqual([]);
      expect((await readAll(log)).map(({ place }) => place)).toEqual(
        [...device.log, ...fork.log.slice(1)].map(({ place }) => place),
      );
      expect(await log.device('till-a2')).toMatchObject({ revokedAtMs: START_MS + 9, revokedAtSeq: 2 });
      expect(await log.device('till-a')).toMatchObject({ revokedAtMs: null, revokedAtSeq: null });
      expect((await log.readForStore('porto', 1, READ_ALL)).lines.map(({ position }) => position)).toEqual([2, 3]);
      expect((await log.deviceHashesAt('till-a2', [1, 2])).map((held) => held?.hash)).toEqual(
        fork.log.map(({ place }) => place.hash),
      );
      expect((await log.snapshotOwn('till-a2', 0)).notIn).toEqual([1, 2]);
      expect((await log.snapshotOwn('till-a2', 1)).notIn).toEqual([2]);

      await log.beginEpoch({ cause: 'restored', nowMs: START_MS + 60_000 });
      device.writeMany(2);
      await log.append([holeOf(device, 3, 3), device.push(4)], testPlanner);
      await projectAll(log, [sumProjector()]);
      expect(await log.tables.getMany('sum-by-store', ['porto'])).toEqual([4]);
      expect(await log.verify()).toEqual([]);
      expect(readStoredLine((await readAll(log))[3]?.line ?? '').id).toBe(device.log[3]?.event.id);
    } finally {
      await log.close();
    }
  });

  it('is left as it was when a step fails half way', () => {
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    device.writeMany(1);
    writeFirstVersion(device, new TestDevice({ device: 'till-a2', store: 'porto' }));
    const raw = new DatabaseSync(file.path);
    raw.exec('CREATE TABLE holes (x INTEGER)');
    expect(() => migrate(raw)).toThrow(/holes/);
    expect(schemaVersionOf(raw)).toBe(1);
    expect(raw.prepare('SELECT epoch FROM identity').get()).toMatchObject({ epoch: 'epoch-1' });
    raw.exec('DROP TABLE holes');
    migrate(raw);
    expect(schemaVersionOf(raw)).toBeGreaterThan(1);
    expect(raw.prepare('SELECT epoch FROM epochs').get()).toMatchObject({ epoch: 'epoch-1' });
    raw.close();
  });

  it('that was never begun is begun', async () => {
    const raw = new DatabaseSync(file.path);
    migrate(raw, 1);
    raw.close();
    const log = file.open({ newIdentity: IDENTITY });
    expect(await log.head()).toMatchObject(IDENTITY);
    await log.close();
  });
});

/** Whatever a log says of its lines, places, hashes and who hears of them. */
async function everythingOf(log: CentralLog): Promise<unknown> {
  const lines = await readAll(log);
  const devices = (await log.devices()).map(({ device }) => device);
  const seqs = Array.from({ length: 400 }, (_, seq) => seq);
  return {
    lines,
    found: await log.find(lines.map(({ id }) => id)),
    heard: await Promise.all(
      STORES.flatMap((store) =>
        [0, 1, 500, 999, 1_000, 1_001].map(async (after) => await log.readForStore(store, after, READ_ALL)),
      ),
    ),
    hashes: await Promise.all(devices.map(async (device) => await log.deviceHashesAt(device, seqs))),
    behind: await Promise.all(
      devices.flatMap((device) => [0, 20, 511, 512].map(async (after) => (await log.snapshotOwn(device, after)).notIn)),
    ),
    keptAside: await log.keptAside(1_000),
    refused: await log.refusedLines(1_000),
    holes: await log.holes(1_000),
    problems: await log.verify(),
  };
}

describe('a file of any later version', () => {
  it.each(OLDER_VERSIONS)(
    'version %i says what it held: lines, places, hashes, who hears; and goes on',
    async (version) => {
      const naive = new MemoryCentralLog({ ...IDENTITY, seal: testSeal });
      let log = file.open({ newIdentity: IDENTITY, nowMs: 0 });
      const world = new CentralWorld(new Draw(version), version);
      const both = async (calls: number): Promise<void> => {
        for (let call = 0; call < calls; call += 1) {
          const { run } = await nextCall(world, naive, [sumProjector()]);
          const [theirs, ours] = await Promise.allSettled([run(naive), run(log)]);
          expect(ours.status).toBe(theirs.status);
        }
      };
      // More than one block and more than one run.
      const many = new TestDevice({ device: 'many', store: 'braga' });
      for (const one of [naive, log]) await enrol(one, many);
      many.writeMany(450);
      for (const one of [naive, log]) await one.append([many.push()], testPlanner);
      await both(70);
      many.writeMany(450);
      for (const one of [naive, log]) await one.append([many.push(451)], testPlanner);
      const before = await everythingOf(log);
      expect(before).toMatchObject({ problems: await naive.verify() });
      await log.close();

      makeOlder(file.path, version);
      log = file.open();
      // What was refused was not kept before.
      const refused = version < 4 ? { refused: [] } : {};
      expect(await everythingOf(log)).toEqual({ ...(before as object), ...refused });
      await both(30);
      const after = async (one: CentralLog) => ({ ...((await everythingOf(one)) as object), refused: [] });
      expect(await after(log)).toEqual(await after(naive));
    },
    60_000,
  );
});
