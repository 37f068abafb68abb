// Blocks of the audience: nobody misses an event at the edge of one, and a commit writes few rows however many stores it concerns.
import { DatabaseSync } from 'node:sqlite';
import { enrol, READ_ALL, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ALL_STORES,
  AUDIENCE_BLOCK_POSITIONS,
  AUDIENCE_READ_POSITIONS_MAX,
  AudienceBlocks,
  AudienceWrites,
} from './audience-blocks.ts';
import { migrate } from './schema.ts';
import { useLogFile } from './testing/log-file.ts';

const LAST = AUDIENCE_BLOCK_POSITIONS;
const STORES_MANY = 1_000;
/** Its entries are just below 2³². */
const STORE_MAX = 4_294_966;

const file = useLogFile();
let database: DatabaseSync;
let writes: AudienceWrites;
beforeEach(() => {
  database = new DatabaseSync(file.path);
  migrate(database);
  writes = new AudienceWrites(database);
  return () => database.close();
});

function add(...entries: readonly (readonly [store: number, position: number])[]): void {
  for (const [store, position] of entries) writes.add(store, position);
  writes.flush();
}

const heard = (store: number, after: number, upTo = LAST * 9) => [
  ...new AudienceBlocks(database).heardBy(store, after, upTo),
];
const rows = () => Number(database.prepare('SELECT count(*) AS rows FROM audience_blocks').get()?.['rows']);

describe('a store', () => {
  it('hears of its own and of what all hear of, from any position on, on either side of an edge', () => {
    add([3, 1], [ALL_STORES, 2], [7, 3], [3, 3]);
    add([3, LAST], [3, LAST + 1], [7, LAST + 1], [ALL_STORES, LAST * 3]);
    expect(heard(3, 0)).toEqual([1, 2, 3, LAST, LAST + 1, LAST * 3]);
    expect(heard(7, 0)).toEqual([2, 3, LAST + 1, LAST * 3]);
    expect(heard(-1, 0)).toEqual([2, LAST * 3]);
    for (const [after, expected] of [
      [LAST - 1, [LAST, LAST + 1, LAST * 3]],
      [LAST, [LAST + 1, LAST * 3]],
      [LAST + 1, [LAST * 3]],
      [LAST * 3, []],
    ] as const)
      expect([after, heard(3, after)]).toEqual([after, expected]);
    expect(heard(3, 1, LAST + 1)).toEqual([2, 3, LAST, LAST + 1]);
    expect(heard(3, 1, LAST)).toEqual([2, 3, LAST]);
    expect(heard(3, 3, LAST - 1)).toEqual([]);
    const audience = new AudienceBlocks(database);
    const hears = (position: number) => [3, 7, -1].map((store) => audience.hears(store, position));
    expect(hears(1)).toEqual([true, false, false]);
    expect(hears(2)).toEqual([true, true, true]);
    expect(hears(3)).toEqual([true, true, false]);
    expect(hears(LAST)).toEqual([true, false, false]);
    expect(hears(LAST + 2)).toEqual([false, false, false]);
    expect(hears(LAST * 9)).toEqual([false, false, false]);
  });

  it('whose number does not fit an entry is refused before anything is written under another', () => {
    add([STORE_MAX, LAST]);
    expect(heard(STORE_MAX, 0)).toEqual([LAST]);
    expect(() => writes.add(STORE_MAX + 1, 1)).toThrow(RangeError);
  });
});

describe('a commit', () => {
  it('goes on in the newest block, also after the file was opened again and after a rollback', () => {
    add([3, 1]);
    add([3, 2]);
    writes = new AudienceWrites(database);
    add([3, 3]);
    for (const positions of [[4, LAST + 1], [4]]) {
      database.exec('BEGIN');
      add(...positions.map((position) => [9, position] as const));
      database.exec('ROLLBACK');
      writes.forget();
    }
    add([3, 4]);
    expect(heard(3, 0)).toEqual([1, 2, 3, 4]);
    expect(heard(9, 0)).toEqual([]);
    expect(rows()).toBe(1);
  });

  it('writes one row for a thousand stores', () => {
    const bytes = () => Number(database.prepare('SELECT total_changes() AS changes').get()?.['changes']);
    const before = bytes();
    add(...Array.from({ length: STORES_MANY }, (_, index) => [index + 1, 1] as const));
    expect(bytes() - before).toBe(1);
    expect(heard(STORES_MANY, 0)).toEqual([1]);
  });
});

/** A log of which only some rows are there: a read looks at no others. */
function writeSparse(path: string, positions: readonly (readonly [position: number, opensGroup: boolean])[]): void {
  const raw = new DatabaseSync(path);
  const insert = raw.prepare(
    `INSERT INTO events VALUES (?, randomblob(16), 1, ?, randomblob(32), 1, NULL, 1, ?, '{}', NULL)`,
  );
  for (const [position, opensGroup] of positions) insert.run(position, position, opensGroup ? 1 : 0);
  const sparse = new AudienceWrites(raw);
  for (const [position] of positions) sparse.add(STORES_MANY, position);
  sparse.flush();
  raw.close();
}

it('a store that hears of nothing is led to the head by reads of a bound length, none of which ends within a group', async () => {
  const path = `${file.path}-sparse`;
  const log = file.open({ path });
  const far = AUDIENCE_READ_POSITIONS_MAX;
  const head = far * 2 + 9;
  writeSparse(path, [
    [far, true],
    [far + 1, false],
    [far + 2, false],
    [far + 3, true],
    [far * 2 + 2, true],
    [far * 2 + 3, true],
    [head, true],
  ]);
  const ends: number[] = [];
  for (let after = 0; after < head; after = ends.at(-1) ?? head) {
    const { lines, to } = await log.readForStore('quiet', after, READ_ALL);
    expect(lines).toEqual([]);
    expect(to.hash).toBe(await log.hashAt(to.position));
    ends.push(to.position);
  }
  expect(ends).toEqual([far + 2, far * 2 + 2, head]);
  expect((await log.readForStore('quiet', head, READ_ALL)).to.position).toBe(head);
});

it('a log tells a store what it hears of, over many blocks of others', async () => {
  const log = file.open({ path: `${file.path}-log` });
  const busy = new TestDevice({ device: 'till-a', store: 'porto' });
  const quiet = new TestDevice({ device: 'till-b', store: 'braga' });
  for (const one of [busy, quiet]) await enrol(log, one);
  for (let round = 0; round < 3; round += 1) {
    const from = [busy, quiet].map((one) => one.log.length + 1);
    for (let half = 0; half < 2; half += 1) busy.writeMany(AUDIENCE_BLOCK_POSITIONS / 2);
    quiet.write({});
    await log.append([busy.push(from[0]), quiet.push(from[1])], testPlanner);
  }
  const positions = async (after: number, eventsMax: number) =>
    (await log.readForStore('braga', after, { ...READ_ALL, eventsMax })).lines.map(({ position }) => position);
  expect(await positions(0, 9)).toEqual([1, 2, 3].map((round) => round * (LAST + 1)));
  expect(await positions(LAST + 1, 1)).toEqual([2 * (LAST + 1)]);
  expect(await positions(2 * (LAST + 1), 9)).toEqual([3 * (LAST + 1)]);
});
