import { EPOCHS_MAX, History } from '@streamstock/api';
import type { CentralLog, EpochRecord } from '@streamstock/event-log';
import { nativeSha256 } from '@streamstock/log-sql';
import { expect, test } from 'vitest';
import { historyView, refusedBytes } from './history-view.ts';

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

function logOf(epochs: number): Pick<CentralLog, 'epochs' | 'holes' | 'refusedLines' | 'refusedLine' | 'keptAside'> {
  return {
    epochs: async () => Array.from({ length: epochs }, (_, number) => epoch(number)),
    holes: async () => [{ device: 'till', fromSeq: 2, toSeq: 9, hashAfter: HASH, reason: 'compacted', atMs: 5 }],
    refusedLines: async () => [
      { sum: HASH, supplier: 'phone', id: ID, reason: 'other-bytes', bytes: 12, atMs: 6 },
      { sum: 'b'.repeat(64), supplier: 'phone', id: null, reason: 'unreadable', bytes: 3, atMs: 4 },
    ],
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
