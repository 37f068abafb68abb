// Runs of places: how many rows there are of what, and that a bent row does not pass for a sound one.
import { DatabaseSync } from 'node:sqlite';
import { enrol, holeOf, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import { RUN_PLACES_MAX } from './place-runs.ts';
import type { SqliteCentralLog } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';

const file = useLogFile();
let log: SqliteCentralLog;
let device: TestDevice;
let other: TestDevice;
beforeEach(async () => {
  log = file.open();
  device = new TestDevice({ device: 'till-a', store: 'porto' });
  other = new TestDevice({ device: 'till-b', store: 'porto' });
  for (const one of [device, other]) await enrol(log, one);
});

/** [first seq, last seq, first position, again] of each run, without the centre's own. */
function runsOf(name: string): unknown[] {
  const database = new DatabaseSync(file.path, { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT first_seq, last_seq, first_position, again FROM place_runs r JOIN devices d ON d.number = r.device
         WHERE d.device = ? ORDER BY last_seq`,
      )
      .all(name)
      .map((cells) => Object.values(cells));
  } finally {
    database.close();
  }
}

async function holdsEveryHash(of: TestDevice): Promise<void> {
  const seqs = of.log.map(({ place }) => place.seq);
  const held = await log.deviceHashesAt(of.device, seqs);
  expect(held).toEqual(of.log.map(({ place: { seq, hash } }) => ({ seq, hash })));
}

describe('runs', () => {
  it('hold a push each, in rows of a bound length', async () => {
    device.writeMany(RUN_PLACES_MAX * 2 + 5);
    other.writeMany(3);
    await log.append([device.push(), other.push()], testPlanner);
    expect(runsOf('till-a')).toEqual([
      [1, RUN_PLACES_MAX, 1, 0],
      [RUN_PLACES_MAX + 1, RUN_PLACES_MAX * 2, RUN_PLACES_MAX + 1, 0],
      [RUN_PLACES_MAX * 2 + 1, RUN_PLACES_MAX * 2 + 5, RUN_PLACES_MAX * 2 + 1, 0],
    ]);
    expect(runsOf('till-b')).toEqual([[1, 3, RUN_PLACES_MAX * 2 + 6, 0]]);
    for (const one of [device, other]) await holdsEveryHash(one);
    expect(await log.deviceHashesAt('till-b', [4, 500])).toEqual([null, null]);
    expect(await log.verify()).toEqual([]);
  });

  it('end where a ruling, an event known already, one kept aside or a hole comes between', async () => {
    other.write({}, {});
    await log.append([other.push()], testPlanner);
    const [known, alsoKnown] = other.log;
    // 1, 2; a bad one and its ruling at 5, 6; 4, 5 known, the later one first; 6 another event under an id that is taken; 7 … 9 lost; 10.
    device.write({}, {}, { payload: { bad: true } });
    for (const held of [alsoKnown, known]) device.copyIn(held?.line ?? '');
    device.write({ id: known?.event.id ?? '', payload: { amount: 99 } });
    device.writeMany(4);
    await log.append([device.push(1, 6), holeOf(device, 7, 9), device.push(10)], testPlanner);
    expect(runsOf('till-a')).toEqual([
      [1, 3, 3, 0],
      [4, 4, 2, 1],
      [5, 5, 1, 1],
      [6, 6, null, 0],
      [10, 10, expect.any(Number), 0],
    ]);
    const held = await log.deviceHashesAt('till-a', [3, 4, 5, 6, 7, 8, 9, 10]);
    expect(held.map((one) => one?.seq ?? null)).toEqual([3, 4, 5, 6, null, null, 9, 10]);
    expect((await log.keptAside(9)).map(({ place }) => place)).toEqual([device.log[5]?.place]);
    expect((await log.snapshotOwn('till-a', 1)).notIn).toEqual([1, 2, 3, 4, 10]);
    expect(await log.verify()).toEqual([]);
  });

  it('end where positions or seqs leave something out, though all else goes on', async () => {
    device.write({}, { payload: { bad: true } }, {}, {});
    device.writeMany(3);
    // The ruling of seq 2 stands at position 3; seq 5 is lost, and seq 6 comes right behind seq 4 in the central log.
    await log.append([device.push(1, 4), holeOf(device, 5, 5), device.push(6)], testPlanner);
    expect(runsOf('till-a')).toEqual([
      [1, 2, 1, 0],
      [3, 4, 4, 0],
      [6, 7, 6, 0],
    ]);
    expect(await log.verify()).toEqual([]);
  });

  it.each([
    ['first_seq', 'first_seq + 1'],
    ['first_seq', 'first_seq - 1'],
    ['last_seq', 'last_seq + 1'],
    ['last_seq', 'last_seq - 1'],
    ['first_position', 'first_position + 1'],
    ['first_position', 'NULL'],
    ['hashes', 'zeroblob(160)'],
    ['hashes', 'substr(hashes, 1, 159)'],
    ['hashes', 'substr(hashes, 1, 64)'],
    ['device', 'device + 1'],
  ])('are not believed: %s = %s is found', async (column, value) => {
    device.writeMany(5);
    await log.append([device.push()], testPlanner);
    const database = new DatabaseSync(file.path);
    const bent = database.prepare(`UPDATE place_runs SET ${column} = ${value} WHERE last_seq = 5`).run();
    expect(bent.changes).toBe(1);
    database.close();
    expect(await log.verify()).not.toEqual([]);
  });
});
