import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { readStoredLine } from '@streamstock/event-log';
import {
  enrol,
  projectAll,
  readAll,
  START_MS,
  sumProjector,
  TestDevice,
  testPlanner,
  testSeal,
} from '@streamstock/event-log/testing/central-fixtures';
import { describeCentralLogContract } from '@streamstock/event-log/testing/central-log-contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommitDurability, durabilityOf, openWriter } from './connection.ts';
import { CentralLogTooNew } from './schema.ts';
import {
  CentralLogReadOnly,
  openSqliteCentralLog,
  type Identity,
  type SqliteCentralLog,
  type SqliteCentralLogOptions,
} from './sqlite-central-log.ts';
import { CentralLogLocked } from './writer-lock.ts';

// Processes are started and files synced; other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let path: string;
let open: SqliteCentralLog[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-log-'));
  path = join(folder, 'log.db');
  open = [];
});
afterEach(async () => {
  for (const log of open) await log.close().catch(() => {});
  rmSync(folder, { recursive: true });
});

function openLog(changes: { mode?: 'read'; newIdentity?: Identity } = {}): SqliteCentralLog {
  const { mode = 'write', ...more } = changes;
  const options = { path, nowMs: START_MS, ...more };
  const log = openSqliteCentralLog(mode === 'read' ? { ...options, mode } : { ...options, mode, seal: testSeal });
  open.push(log);
  return log;
}

/** What each COMMIT of the process wrote, and the setting it ran with. */
function spyOnCommits(): {
  readonly seen: { readonly touched: string; readonly synchronous: unknown }[];
  readonly restore: () => void;
} {
  const seen: { touched: string; synchronous: unknown }[] = [];
  const heads = new WeakMap<DatabaseSync, unknown>();
  const headOf = (database: DatabaseSync) =>
    database.prepare('SELECT max(position) AS head FROM events').get()?.['head'];
  const exec = Reflect.get(DatabaseSync.prototype, 'exec') as DatabaseSync['exec'];
  const spy = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql === 'BEGIN IMMEDIATE') heads.set(this, headOf(this));
    if (sql === 'COMMIT' && heads.has(this)) {
      const touched = headOf(this) === heads.get(this) ? 'read models' : 'events';
      const devicesOnly = touched === 'read models' && this.prepare('SELECT 1 FROM projectors').get() === undefined;
      seen.push({ touched: devicesOnly ? 'devices' : touched, synchronous: durabilityOf(this).synchronous });
    }
    exec.call(this, sql);
  });
  return { seen, restore: () => spy.mockRestore() };
}

const script = (name: string) => fileURLToPath(new URL(`testing/${name}`, import.meta.url));

describeCentralLogContract('SQLite', async () => {
  const ownFolder = mkdtempSync(join(tmpdir(), 'streamstock-log-'));
  const options: SqliteCentralLogOptions = {
    path: join(ownFolder, 'log.db'),
    mode: 'write',
    seal: testSeal,
    nowMs: START_MS,
  };
  let log = openSqliteCentralLog(options);
  return {
    log,
    reopen: async () => {
      await log.close();
      return (log = openSqliteCentralLog(options));
    },
    flipByte: async (position) => {
      const database = new DatabaseSync(options.path);
      database
        .prepare(`UPDATE events SET line = replace(line, '"payload"', '"Payload"') WHERE position = ?`)
        .run(position);
      database.close();
    },
    dispose: async () => {
      await log.close();
      rmSync(ownFolder, { recursive: true });
    },
  };
});

describe('durability', () => {
  it('C3 runs in WAL with synchronous=FULL, also when the file is opened again', () => {
    for (let time = 0; time < 2; time += 1) {
      const database = openWriter(path);
      expect(durabilityOf(database)).toEqual({ journalMode: 'wal', synchronous: 2 });
      database.close();
    }
  });

  it('takes back everything of a commit that fails half way', async () => {
    const log = openLog();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.write({}, { type: 'OtherHappened' });
    const raw = new DatabaseSync(path);
    raw.exec(
      `CREATE TRIGGER full BEFORE INSERT ON places WHEN new.seq = 2 BEGIN SELECT RAISE (ABORT, 'disk full'); END`,
    );
    await expect(log.append([device.push()], testPlanner)).rejects.toThrow('disk full');
    expect((await log.head()).position).toBe(0);
    raw.exec('DROP TRIGGER full');
    raw.close();
    const other = new TestDevice({ device: 'till-b', store: 'braga' });
    await enrol(log, other);
    other.write({ type: 'ThirdHappened' });
    await log.append([other.push(), device.push()], testPlanner);
    const typesAt = async (type: string) => (await log.browse({ type, eventsMax: 9 })).map(({ position }) => position);
    expect([await typesAt('ThirdHappened'), await typesAt('ThingHappened'), await typesAt('OtherHappened')]).toEqual([
      [1],
      [2],
      [3],
    ]);
    expect((await log.browse({ store: 'porto', eventsMax: 9 })).map(({ position }) => position)).toEqual([3, 2]);
    expect(await log.verify()).toEqual([]);
  });

  it('refuses a database that can not be given these settings', () => {
    expect(() => openWriter(':memory:')).toThrow(/journal_mode = memory instead of wal/);
  });

  it('C1 holds every acknowledged event after SIGKILL, and its chains are whole', async () => {
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const marks = await appendUntilKilled(round, 40 + round * 35);
      const log = openLog();
      for (const [device, { seq, hash }] of marks) {
        const held = await log.deviceHashesAt(device, [seq]);
        expect(held).toEqual([{ seq, hash }]);
        acknowledged += seq;
      }
      const held = (await readAll(log)).filter(({ line }) => line.includes('ThingHappened'));
      expect(held.length).toBeGreaterThanOrEqual(acknowledged);
      expect(await log.verify()).toEqual([]);
      await log.close();
    }
  });

  async function appendUntilKilled(
    round: number,
    acknowledgementsMin: number,
  ): Promise<Map<string, { seq: number; hash: string }>> {
    const child = spawn(process.execPath, [script('append-until-killed.ts'), path, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.split('\n').length > acknowledgementsMin) child.kill('SIGKILL');
      });
    });
    expect(child.signalCode).toBe('SIGKILL');
    const marks = new Map<string, { seq: number; hash: string }>();
    for (const line of output.split('\n').slice(0, -1)) {
      const [device = '', seq, hash = ''] = line.split(' ');
      marks.set(device, { seq: Number(seq), hash });
    }
    expect(marks.size).toBe(3);
    return marks;
  }
});

describe('one writer', () => {
  it('fails clearly for a second one, in this process or another, and leaves the first alone', async () => {
    const log = openLog();
    expect(() => openLog()).toThrow(CentralLogLocked);
    const other = execFileSync(process.execPath, [script('try-to-write.ts'), path], { encoding: 'utf8' });
    expect(other).toMatch(/^CentralLogLocked: Another process has .*open for writing/);
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    await log.close();
    expect(execFileSync(process.execPath, [script('try-to-write.ts'), path], { encoding: 'utf8' })).toBe('opened');
  });

  it('lets others read meanwhile; they see what is committed and can write nothing', async () => {
    const log = openLog();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    const reader = openLog({ mode: 'read' });
    expect((await reader.head()).position).toBe(0);
    device.writeMany(3);
    await log.append([device.push()], testPlanner);
    await projectAll(log, [sumProjector()]);
    expect(await reader.head()).toEqual(await log.head());
    expect(await reader.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
    expect(await reader.verify()).toEqual([]);
    await expect(reader.append([device.push()], testPlanner)).rejects.toThrow(CentralLogReadOnly);
    await expect(reader.project([sumProjector()], 10)).rejects.toThrow(CentralLogReadOnly);
    await log.close();
    expect((await reader.head()).position).toBe(3);
    await reader.close();
    const again = openLog({ mode: 'read' });
    expect((await again.head()).position).toBe(3);
  });

  it('finds no log to read where none was begun', () => {
    expect(() => openLog({ mode: 'read' })).toThrow(/There is no log at/);
    expect(existsSync(path)).toBe(false);
  });
});

describe('the file', () => {
  it('keeps its identity', async () => {
    const identity = { epoch: 'epoch-7', writer: 'centre-7' };
    const log = openLog({ newIdentity: identity });
    expect(await log.head()).toMatchObject(identity);
    await log.close();
    const again = openLog({ newIdentity: { epoch: 'epoch-8', writer: 'centre-8' } });
    expect(await again.head()).toMatchObject(identity);
    expect((await again.devices()).map(({ device, enrolledAtMs }) => [device, enrolledAtMs])).toEqual([
      ['centre-7', START_MS],
    ]);
  });

  it('is left alone when a newer version wrote it', async () => {
    await openLog().close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openLog()).toThrow(CentralLogTooNew);
    expect(() => openLog({ mode: 'read' })).toThrow(CentralLogTooNew);
  });

  it('is walked by indexes only, for what one store hears of and for what is browsed', async () => {
    await openLog().close();
    const database = new DatabaseSync(path);
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
    expect(
      steps.filter((step) => step.startsWith('SEARCH audience USING PRIMARY KEY (store=? AND position>?)')),
    ).toHaveLength(2);
    expect(steps).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SEARCH e USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/)]),
    );
    expect(steps.filter((step) => /^SCAN e$/.test(step))).toEqual([]);
    expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
    database.close();
  });

  it('finds few events among many, also in a file from before there were blocks', async () => {
    const log = openLog();
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
    const database = new DatabaseSync(path);
    database.exec(`DROP TABLE refused_lines; DROP TABLE blocks; CREATE INDEX events_by_store ON events (store);
      CREATE INDEX events_by_device ON events (device); CREATE INDEX events_by_type ON events (type);
      PRAGMA user_version = 2;`);
    database.close();
    expect(await found(openLog())).toEqual(expected);
  });

  it('tells who follows what each commit wrote, once it is visible and before it is acknowledged', async () => {
    const log = openLog();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.write({}, { payload: { bad: true } });
    const told: unknown[] = [];
    const stop = log.follow((entries) => {
      const seen = new DatabaseSync(path, { readOnly: true });
      told.push(entries.map(({ position, audience, opensGroup }) => ({ position, audience, opensGroup })));
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

  it('C3 syncs every commit of events, also between those of read models, which are only kept in order', async () => {
    await openLog().close();
    const database = openWriter(path);
    const durability = new CommitDurability(database);
    expect(durabilityOf(database)).toEqual({ journalMode: 'wal', synchronous: 2 });
    for (const [wanted, synchronous] of [
      ['ordered', 1],
      ['ordered', 1],
      ['synced', 2],
      ['synced', 2],
    ] as const) {
      durability.use(wanted);
      expect(durabilityOf(database).synchronous).toBe(synchronous);
    }
    database.close();
    const log = openLog();
    const commits = spyOnCommits();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    for (let seq = 1; seq <= 3; seq += 1) {
      device.writeMany(1);
      await log.append([device.push(seq)], testPlanner);
      await projectAll(log, [sumProjector()]);
    }
    const { writer } = await log.head();
    await log.appendOwn(writer, [device.draft()], START_MS);
    commits.restore();
    const kinds = commits.seen.map(({ touched, synchronous }) => `${touched} ${String(synchronous)}`);
    expect(kinds.filter((kind) => kind === 'events 2')).toHaveLength(4);
    expect(kinds.filter((kind) => kind.startsWith('events') && kind !== 'events 2')).toEqual([]);
    expect(new Set(kinds.filter((kind) => kind.startsWith('read models')))).toEqual(new Set(['read models 1']));
  });

  it('can be checkpointed after a read that ended early: no reader keeps old pages', async () => {
    const log = openLog();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(400);
    await log.append([device.push()], testPlanner);
    await log.read(0, { eventsMax: 1, bytesMax: 1 });
    await log.readForStore('porto', 0, { eventsMax: 1, bytesMax: 1 });
    device.writeMany(400);
    await log.append([device.push(401)], testPlanner);
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0 });
    database.close();
    expect(statSync(`${path}-wal`).size).toBe(0);
  });
});
