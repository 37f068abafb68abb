import { join } from 'node:path';
import {
  enrol,
  projectAll,
  readAll,
  sumProjector,
  TestDevice,
  testPlanner,
} from '@streamstock/event-log/testing/central-fixtures';
import { readStoredLine, type Projector } from '@streamstock/event-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useLogFile } from './testing/log-file.ts';
import { SqliteFaults } from './testing/sqlite-faults.ts';

/** More than any transaction here runs. */
const STATEMENTS_MAX = 100;

const file = useLogFile();
let faults: SqliteFaults;
beforeEach(() => {
  faults = new SqliteFaults();
});
afterEach(() => faults.dispose());

/** As the sum of the test, in tables of another name. */
function named(name: string): Projector {
  const sum = sumProjector();
  const renamed = (table: string) => `${name}-${table}`;
  return {
    name,
    version: sum.version,
    tables: sum.tables.map(renamed),
    project: (tables, changes) =>
      sum.project(
        {
          getMany: (table, keys) => tables.getMany(renamed(table), keys),
          range: (table, range) => tables.range(renamed(table), range),
          putMany: (table, rows) => tables.putMany(renamed(table), rows),
          deleteMany: (table, keys) => tables.deleteMany(renamed(table), keys),
        },
        changes,
      ),
  };
}

it('C3 whatever statement fails, what was made up in that transaction is forgotten: numbers of names, and where things stand', async () => {
  for (let statement = 1; statement < STATEMENTS_MAX; statement += 1) {
    const log = file.open({ path: join(file.folder, `log-${statement}.sqlite`) });
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    const other = new TestDevice({ device: 'till-b', store: 'braga' });
    for (const one of [device, other]) await enrol(log, one);
    device.write({ type: 'FirstHappened' }, { type: 'SecondHappened', audience: ['evora'] });
    other.write({ type: 'ThirdHappened' });
    faults.arm(statement);
    const appended = await log.append([device.push()], testPlanner).catch(() => 'failed');
    const appendStruck = faults.disarm();
    expect(appended === 'failed').toBe(appendStruck);
    await log.append([other.push(), device.push()], testPlanner);
    faults.arm(statement);
    await log.project([named('early')], 100).catch(() => 'failed');
    const projectStruck = faults.disarm();
    await projectAll(log, [named('late')]);
    await projectAll(log, [named('early'), named('late')]);
    const all = await readAll(log);
    for (const [by, of] of [
      ['type', 'FirstHappened'],
      ['type', 'SecondHappened'],
      ['type', 'ThirdHappened'],
      ['store', 'porto'],
      ['store', 'braga'],
    ] as const) {
      const expected = all.filter(({ line }) => readStoredLine(line)[by] === of).map(({ position }) => position);
      const found = await log.browse({ [by]: of, eventsMax: 9 });
      expect([of, found.map(({ position }) => position).toReversed()]).toEqual([of, expected]);
    }
    const sums = (name: string) => log.tables.getMany(`${name}-sum-by-store`, ['porto', 'braga']);
    expect(await sums('early')).toEqual([2, 1]);
    expect(await sums('late')).toEqual([2, 1]);
    expect(await log.verify()).toEqual([]);
    await log.close();
    if (!appendStruck && !projectStruck) return;
  }
  throw new Error('No transaction came to its end.');
}, 60_000);

const FAILURES = [
  ['failed', false],
  ['was run and its answer lost', true],
] as const;

it.each(FAILURES)(
  'C3 the same push again, after whatever statement %s, is found by its marks',
  async (_what, after) => {
    for (let statement = 1; statement < STATEMENTS_MAX; statement += 1) {
      const log = file.open({ path: join(file.folder, `again-${String(after)}-${statement}.sqlite`) });
      const device = new TestDevice({ device: 'till-a', store: 'porto' });
      await enrol(log, device);
      device.writeMany(2);
      faults.arm(statement, { after });
      await log.append([device.push()], testPlanner).catch(() => 'failed');
      const struck = faults.disarm();
      await log.append([device.push()], testPlanner);
      for (const query of [{ store: 'porto' }, { device: 'till-a' }, { type: 'ThingHappened' }])
        expect(await log.browse({ ...query, eventsMax: 9 })).toHaveLength(2);
      expect((await log.snapshotOwn('till-a', 0)).notIn).toEqual([1, 2]);
      expect(await log.verify()).toEqual([]);
      await log.close();
      if (!struck) return;
    }
    throw new Error('No transaction came to its end.');
  },
  60_000,
);
