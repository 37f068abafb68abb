// What was confirmed is on disk: the settings of every commit, a commit that fails, and a process that is killed.
import { spawn } from 'node:child_process';
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
} from '@streamstock/event-log/testing/central-fixtures';
import { describe, expect, it, vi } from 'vitest';
import { CommitDurability, durabilityOf, openWriter } from './connection.ts';
import { useLogFile } from './testing/log-file.ts';

// Processes are started and files synced; other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const file = useLogFile();

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

describe('durability', () => {
  it('C3 runs in WAL with synchronous=FULL, also when the file is opened again', () => {
    for (let time = 0; time < 2; time += 1) {
      const database = openWriter(file.path);
      expect(durabilityOf(database)).toEqual({ journalMode: 'wal', synchronous: 2 });
      database.close();
    }
  });

  it('takes back everything of a commit that fails half way', async () => {
    const log = file.open();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.write({}, { type: 'OtherHappened' });
    const raw = new DatabaseSync(file.path);
    raw.exec(
      `CREATE TRIGGER full BEFORE INSERT ON place_runs WHEN new.last_seq = 2 BEGIN SELECT RAISE (ABORT, 'disk full'); END`,
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
      const log = file.open();
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

  it('C3 syncs every commit of events, also between those of read models, which are only kept in order', async () => {
    await file.open().close();
    const database = openWriter(file.path);
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
    const log = file.open();
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
});

async function appendUntilKilled(
  round: number,
  acknowledgementsMin: number,
): Promise<Map<string, { seq: number; hash: string }>> {
  const script = fileURLToPath(new URL('testing/append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, file.path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
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
