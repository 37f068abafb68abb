// X12: a database that was put back by hand is known by the head that was written beside it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryCentralLog, type CentralLog } from '@streamstock/event-log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeHead, keepHead, recordHead } from './head-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-head-'));
  file = join(folder, 'head.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const H = (n: number) => n.toString(16).padStart(64, '0');

/** As much of a log as the file is held against: hash of position p is H(p + salt). */
function logAt(position: number, { epoch = 'e1', salt = 0, epochs = [['e1', 0]] as [string, number][] } = {}) {
  const hashAt = async (at: number) => (at <= position ? H(at + salt) : null);
  return {
    head: async () => ({
      epoch,
      writer: 'centre',
      base: { position: epochs.at(-1)?.[1] ?? 0, hash: H(0) },
      position,
      hash: H(position + salt),
    }),
    hashAt,
    epochs: async () =>
      epochs.map(([name, base]) => ({
        epoch: name,
        writer: `w-${name}`,
        cause: 'begun' as const,
        beganAtMs: 0,
        base: { position: base, hash: H(base + salt) },
      })),
  } satisfies Pick<CentralLog, 'head' | 'hashAt' | 'epochs'>;
}

const recorded = async (log: ReturnType<typeof logAt>) => recordHead(file, await log.head());

test('a log that is where it was, or further, fits; without a file nothing is proved', async () => {
  expect(await judgeHead(file, logAt(3))).toEqual({ kind: 'missing' });
  await recorded(logAt(3));
  expect(await judgeHead(file, logAt(3))).toEqual({ kind: 'fits' });
  expect(await judgeHead(file, logAt(90))).toEqual({ kind: 'fits' });
});

test('X12 a log that ends before its recorded head was rolled back', async () => {
  await recorded(logAt(10));
  expect(await judgeHead(file, logAt(7))).toMatchObject({ kind: 'rolled-back', lost: 3 });
  expect(await judgeHead(file, logAt(0))).toMatchObject({ kind: 'rolled-back', lost: 10 });
});

test('X12 a log that has grown past it with other events was rolled back too', async () => {
  await recorded(logAt(10));
  expect(await judgeHead(file, logAt(12, { salt: 1 }))).toMatchObject({ kind: 'rolled-back', lost: 0 });
});

test('a log of an epoch that the recorded one does not know was put in its place', async () => {
  await recorded(
    logAt(3, {
      epoch: 'later',
      epochs: [
        ['e1', 0],
        ['later', 2],
      ],
    }),
  );
  expect(await judgeHead(file, logAt(3))).toMatchObject({ kind: 'rolled-back' });
});

test('a crash between the beginning of an epoch and the file leaves the old one: no rollback', async () => {
  await recorded(logAt(3));
  const later = logAt(8, {
    epoch: 'e2',
    epochs: [
      ['e1', 0],
      ['e2', 3],
    ],
  });
  expect(await judgeHead(file, later)).toEqual({ kind: 'fits' });
  await recorded(logAt(4));
  expect(await judgeHead(file, later)).toMatchObject({ kind: 'rolled-back' });
});

test.each(['', '{', '{"epoch":"e1"}', '{"epoch":"e1","position":-1,"hash":"x"}', 'null'])(
  'a file that says %j proves nothing',
  async (text) => {
    writeFileSync(file, text);
    expect(await judgeHead(file, logAt(3))).toEqual({ kind: 'unreadable' });
  },
);

test('the file follows the head, not at every commit, and stands at the last one when closed', async () => {
  const log = new MemoryCentralLog({ epoch: 'e1', writer: 'centre' });
  const failures: unknown[] = [];
  let reads = 0;
  const counted = { head: async () => (reads++, await log.head()) };
  const keeper = keepHead(file, counted, (error) => failures.push(error), 5);
  for (let commits = 0; commits < 50; commits += 1) keeper.moved();
  await expect.poll(() => readdirSync(folder)).toEqual(['head.json']);
  expect(reads).toBe(1);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ epoch: 'e1', position: 0 });
  await keeper.close();
  keeper.moved();
  expect(failures).toEqual([]);
});

test('a file that can not be written is told, and tried again', async () => {
  const failures: unknown[] = [];
  const keeper = keepHead(join(folder, 'nowhere', 'head.json'), logAt(1), (error) => failures.push(error), 1);
  keeper.moved();
  await expect.poll(() => failures.length).toBe(1);
  keeper.moved();
  await expect.poll(() => failures.length).toBe(2);
  await keeper.close();
});
