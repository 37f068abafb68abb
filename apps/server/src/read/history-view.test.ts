import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EPOCHS_MAX, History, REFUSED_MAX, RefusedPage } from '@streamstock/api';
import type { CentralLog, EpochRecord } from '@streamstock/event-log';
import { enrol, resupplyOf, TestDevice, testPlanner, testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { nativeSha256, openSqliteCentralLog } from '@streamstock/log-sql';
import { expect, test } from 'vitest';
import { historyView, refusedBytes, refusedPage, type RefusedReads } from './history-view.ts';

const HASH = 'a'.repeat(64);
const PUSHED_SUM = nativeSha256('{"till":"é"}');
const ID = '01890000-0000-7000-8000-000000000000';
const epoch = (number: number): EpochRecord => ({
  epoch: `e${number}`,
  writer: `w${number}`,
  cause: number === 0 ? 'begun' : 'restored',
  beganAtMs: number,
  base: { position: number, hash: HASH },
});

function logOf(epochs: number): Pick<CentralLog, 'epochs' | 'holes' | 'refusedLine'> & RefusedReads {
  return {
    epochs: async () => Array.from({ length: epochs }, (_, number) => epoch(number)),
    holes: async () => [{ device: 'till', fromSeq: 2, toSeq: 9, hashAfter: HASH, reason: 'compacted', atMs: 5 }],
    refusedLines: async () => [
      { sum: HASH, supplier: 'phone', id: ID, reason: 'other-bytes', bytes: 12, atMs: 6 },
      { sum: 'b'.repeat(64), supplier: 'phone', id: null, reason: 'unreadable', bytes: 3, atMs: 4 },
    ],
    notTakenCount: async () => 3,
    refusedLine: async (sum) => (sum === HASH ? '{"secret":1}' : null),
    keptAside: async () => [
      {
        id: ID,
        line: '{"till":"é"}',
        place: { device: 'till', seq: 7, hash: HASH },
        reason: 'ruling-of-a-device',
        arrivedAtMs: 5,
      },
    ],
  };
}
const nobody = { backupTakenAtMs: null, resumedAtMs: null, resumedBy: null };
const comeback = { back: ['till'], awaited: ['phone'], paused: true };

test('fits its schema: epochs latest first with what was noted of them, holes, what was not taken, without its bytes', async () => {
  const view = await historyView(
    logOf(2),
    (one) => (one === 'e1' ? { ...nobody, backupTakenAtMs: 77 } : nobody),
    comeback,
  );
  expect(History.parse(view)).toEqual(view);
  expect(view.epochs).toMatchObject([
    { epoch: 'e1', cause: 'restored', position: 1, backupTakenAtMs: 77 },
    { epoch: 'e0', cause: 'begun', position: 0, backupTakenAtMs: null },
  ]);
  expect(view.comeback).toEqual(comeback);
  expect(view.holes).toEqual([{ device: 'till', fromSeq: 2, toSeq: 9, reason: 'compacted', atMs: 5 }]);
  expect(view.refused).toEqual([
    { sum: HASH, device: 'phone', seq: null, id: ID, reason: 'other-bytes', bytes: 12, atMs: 6 },
    { sum: PUSHED_SUM, device: 'till', seq: 7, id: ID, reason: 'ruling-of-a-device', bytes: 13, atMs: 5 },
    { sum: 'b'.repeat(64), device: 'phone', seq: null, id: null, reason: 'unreadable', bytes: 3, atMs: 4 },
  ]);
});

/** So many handed back and pushed; the server's clock was set back now and then. */
function logWith(handedBackCount: number, pushedCount: number): RefusedReads & Pick<CentralLog, 'refusedLine'> {
  const atMs = (index: number): number => 9_000 - 7 * index + (index % 30) * 20;
  const handedBack = Array.from({ length: handedBackCount }, (_, index) => {
    const sum = nativeSha256(`handed back ${index}`);
    return { sum, supplier: 'phone', id: ID, reason: 'other-bytes', bytes: 12, atMs: atMs(index) } as const;
  });
  const pushed = Array.from({ length: pushedCount }, (_, index) => {
    const place = { device: 'till', seq: index + 1, hash: HASH };
    return { id: ID, line: `pushed ${index}`, place, reason: 'other-bytes', arrivedAtMs: atMs(2 * index) } as const;
  });
  return {
    refusedLines: async (linesMax, skip = 0) => handedBack.slice(skip, skip + linesMax),
    keptAside: async (linesMax, skip = 0) => pushed.slice(skip, skip + linesMax),
    notTakenCount: async () => handedBackCount + pushedCount,
    refusedLine: async () => null,
  };
}

test.each([
  [0, 0],
  [REFUSED_MAX, 0],
  [0, 2 * REFUSED_MAX],
  [130, 230],
])('of %i handed back and %i pushed every one is told once, page by page', async (handedBackCount, pushedCount) => {
  const log = logWith(handedBackCount, pushedCount);
  const view = await historyView({ ...logOf(1), ...log }, () => nobody, comeback);
  expect(view.refusedCount).toBe(handedBackCount + pushedCount);
  const sums = view.refused.map(({ sum }) => sum);
  for (let after = view.refusedNext; after !== null;) {
    const page = RefusedPage.parse(await refusedPage(log, after));
    expect(page.refused.length).toBeGreaterThan(0);
    sums.push(...page.refused.map(({ sum }) => sum));
    after = page.next;
  }
  expect(sums).toHaveLength(view.refusedCount);
  expect(new Set(sums).size).toBe(view.refusedCount);
});

test('gives the bytes of what was pushed long ago, too', async () => {
  expect(await refusedBytes(logWith(3, 250), nativeSha256('pushed 249'))).toBe('pushed 249');
});

test('gives the bytes of what was handed back and of what was pushed, by their sum', async () => {
  expect(await refusedBytes(logOf(1), HASH)).toBe('{"secret":1}');
  expect(await refusedBytes(logOf(1), PUSHED_SUM)).toBe('{"till":"é"}');
  expect(await refusedBytes(logOf(1), 'c'.repeat(64))).toBeNull();
});

test('of very many epochs the latest are told', async () => {
  const view = await historyView(logOf(EPOCHS_MAX + 5), () => nobody, comeback);
  expect(view.epochs).toHaveLength(EPOCHS_MAX);
  expect(view.epochs[0]?.epoch).toBe(`e${EPOCHS_MAX + 4}`);
});

test('a person sees the true bytes of an event whose altered ones were handed back first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-history-'));
  const log = openSqliteCentralLog({ path: join(folder, 'log.sqlite'), mode: 'write', seal: testSeal, nowMs: 1 });
  try {
    const maker = new TestDevice({ device: 'till', store: 'porto' });
    const supplier = new TestDevice({ device: 'phone', store: 'porto' });
    for (const device of [maker, supplier]) await enrol(log, device);
    const [sale] = maker.write({ payload: { amount: 1 } });
    const line = sale?.line ?? '';
    await log.append([resupplyOf(supplier, [line.replace('"amount":1', '"amount":9')])], testPlanner);
    await log.append([maker.push()], testPlanner);
    const { refused } = await historyView(log, () => nobody, comeback);
    expect(refused).toMatchObject([{ device: 'till', seq: 1, id: sale?.event.id, reason: 'other-bytes' }]);
    expect(await refusedBytes(log, refused[0]?.sum ?? '')).toBe(line);
  } finally {
    await log.close();
    rmSync(folder, { recursive: true });
  }
});
