import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
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
import { durabilityOf, openWriter } from './connection.ts';
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

const script = (name: string) => fileURLToPath(new URL(`testing/${name}`, import.meta.url));

describeCentralLogContract('SQLite', async () => {
  const ownFolder = mkdtempSync(join(tmpdir(), 'streamstock-log-'));
  const options: SqliteCentralLogOptions = { path: join(ownFolder, 'log.db'), mode: 'write', seal: testSeal, nowMs: START_MS };
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
      expect.arrayContaining([expect.stringMatching(/^SEARCH e USING INDEX events_by_store \(store=\?/)]),
    );
    expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
    database.close();
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
