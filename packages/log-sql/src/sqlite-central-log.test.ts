// The contract of a central log, held to by SQLite; and what only its file knows.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readStoredLine, type CentralLog } from '@streamstock/event-log';
import {
  enrol,
  readAll,
  START_MS,
  TestDevice,
  testPlanner,
  testSeal,
} from '@streamstock/event-log/testing/central-fixtures';
import { describeCentralLogContract } from '@streamstock/event-log/testing/central-log-contract';
import { describe, expect, it, vi } from 'vitest';
import { CentralLogTooNew } from './schema.ts';
import type { SqliteCentralLog } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';
import { makeOlder } from './testing/older-file.ts';
import { writerOverMessages } from './testing/writer-over-messages.ts';

// Processes are started and files synced; other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const file = useLogFile();

let contractLogs = 0;
for (const { name, threaded } of [
  { name: 'SQLite', threaded: false },
  { name: 'SQLite, written over messages', threaded: true },
]) {
  describeCentralLogContract(name, async () => {
    contractLogs += 1;
    const path = join(file.folder, `log-${contractLogs}.sqlite`);
    const open = (): { log: SqliteCentralLog; asked: CentralLog } => {
      if (!threaded) {
        const log = file.open({ path });
        return { log, asked: log };
      }
      const { thread, asked } = writerOverMessages(path, testSeal);
      const log = file.open({ path, thread });
      return { log, asked: asked(log) };
    };
    let opened = open();
    return {
      log: opened.asked,
      reopen: async () => {
        await opened.log.close();
        opened = open();
        return opened.asked;
      },
      flipByte: async (position) => {
        const database = new DatabaseSync(path);
        database
          .prepare(`UPDATE events SET line = replace(line, '"payload"', '"Payload"') WHERE position = ?`)
          .run(position);
        database.close();
      },
      dispose: async () => await opened.log.close(),
    };
  });
}

describe('the file', () => {
  it('keeps its identity', async () => {
    const identity = { epoch: 'epoch-7', writer: 'centre-7' };
    const log = file.open({ newIdentity: identity });
    expect(await log.head()).toMatchObject(identity);
    await log.close();
    const again = file.open({ newIdentity: { epoch: 'epoch-8', writer: 'centre-8' } });
    expect(await again.head()).toMatchObject(identity);
    expect((await again.devices()).map(({ device, enrolledAtMs }) => [device, enrolledAtMs])).toEqual([
      ['centre-7', START_MS],
    ]);
  });

  it('is left alone when a newer version wrote it', async () => {
    await file.open().close();
    const database = new DatabaseSync(file.path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => file.open()).toThrow(CentralLogTooNew);
    expect(() => file.open({ mode: 'read' })).toThrow(CentralLogTooNew);
  });

  it('is walked by indexes only, for what one store hears of and for what is browsed', async () => {
    await file.open().close();
    const database = new DatabaseSync(file.path);
    const prepared: string[] = [];
    const prepare = database.prepare.bind(database);
    database.prepare = (sql) => {
      prepared.push(sql);
      return prepare(sql);
    };
    const { ReadSide } = await import('./read-side.ts');
    const side = new ReadSide(database, () => '');
    side.browse({ eventsMax: 1 });
    for (const filter of [{ store: 'porto' }, { type: 'ThingHappened' }, { device: 'till-a' }]) {
      side.browse({ ...filter, before: 9, eventsMax: 1 });
    }
    // SQLite plans with unbound parameters (they are null); a statement that changes nothing is only asked for its plan.
    const steps = prepared.flatMap((sql) =>
      prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail)),
    );
    expect(steps).toEqual(
      expect.arrayContaining([
        'SEARCH audience_blocks USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
        'SEARCH run USING INDEX place_runs_by_seq (device=? AND last_seq>?)',
        'SEARCH place_runs USING INDEX place_runs_by_seq (device=? AND last_seq>?)',
        'SEARCH place_runs USING INDEX place_runs_again (device=? AND first_position>?)',
      ]),
    );
    expect(steps).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SEARCH e USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/)]),
    );
    expect(steps.filter((step) => /^SCAN e$/.test(step))).toEqual([]);
    expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
    database.close();
  });

  it('finds few events among many, also in a file from before there were blocks', async () => {
    const log = file.open();
    const devices = ['till-a', 'till-b', 'till-c'].map(
      (device, index) => new TestDevice({ device, store: `s${index % 2}` }),
    );
    for (const device of devices) await enrol(log, device);
    for (const [round, index] of [0, 0, 1, 0, 2, 0, 0, 1].entries()) {
      const device = devices[index]!;
      const from = device.log.length + 1;
      device.writeMany(170, { type: round === 4 ? 'RareThing' : 'ThingHappened' });
      await log.append([device.push(from)], testPlanner);
    }
    const queries = [
      { store: 's1' },
      { type: 'RareThing' },
      { device: 'till-c', type: 'RareThing' },
      { device: 'till-b', store: 's0' },
      { device: 'till-a', before: 600 },
      { type: 'NeverHappened' },
      {},
    ];
    const all = (await readAll(log)).toReversed();
    const found = async (from: SqliteCentralLog) =>
      await Promise.all(
        queries.map(async (query) => (await from.browse({ ...query, eventsMax: 300 })).map(({ position }) => position)),
      );
    const expected = queries.map(({ store, type, device, before = Infinity }) =>
      all
        .filter(({ line, place, position }) => {
          const event = readStoredLine(line);
          const named = (store ?? event.store) === event.store && (type ?? event.type) === event.type;
          return named && (device ?? place?.device) === place?.device && position < before;
        })
        .slice(0, 300)
        .map(({ position }) => position),
    );
    expect(await found(log)).toEqual(expected);
    expect((await log.snapshotOwn('till-b', 900)).notIn).toEqual(
      all
        .flatMap(({ place, position }) => (place?.device === 'till-b' && position > 900 ? place.seq : []))
        .toReversed(),
    );
    await log.close();
    makeOlder(file.path, 2);
    expect(await found(file.open())).toEqual(expected);
  });

  it('tells who follows what each commit wrote, once it is visible and before it is acknowledged', async () => {
    const log = file.open();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.write({}, { payload: { bad: true } });
    const told: unknown[] = [];
    const stop = log.follow((entries) => {
      const seen = new DatabaseSync(file.path, { readOnly: true });
      told.push(entries?.map(({ position, audience, opensGroup }) => ({ position, audience, opensGroup })));
      told.push(seen.prepare('SELECT count(*) AS events FROM events').get()?.['events']);
      seen.close();
    });
    await log.append([device.push()], testPlanner).then(() => told.push('acknowledged'));
    await log.append([device.push()], testPlanner);
    stop();
    device.writeMany(1);
    await log.append([device.push(3)], testPlanner);
    expect(told).toEqual([
      [
        { position: 1, audience: ['porto'], opensGroup: true },
        { position: 2, audience: ['porto'], opensGroup: true },
        { position: 3, audience: ['porto'], opensGroup: false },
      ],
      3,
      'acknowledged',
    ]);
  });

  it('can be checkpointed after a read that ended early: no reader keeps old pages', async () => {
    const log = file.open();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(400);
    await log.append([device.push()], testPlanner);
    await log.read(0, { eventsMax: 1, bytesMax: 1 });
    await log.readForStore('porto', 0, { eventsMax: 1, bytesMax: 1 });
    device.writeMany(400);
    await log.append([device.push(401)], testPlanner);
    const database = new DatabaseSync(file.path);
    expect(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0 });
    database.close();
    expect(statSync(`${file.path}-wal`).size).toBe(0);
  });
});
