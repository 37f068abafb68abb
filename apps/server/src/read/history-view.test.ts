import { EPOCHS_MAX, History } from '@streamstock/api';
import type { CentralLog, EpochRecord } from '@streamstock/event-log';
import { expect, test } from 'vitest';
import { historyView } from './history-view.ts';

const HASH = 'a'.repeat(64);
const ID = '01890000-0000-7000-8000-000000000000';
const epoch = (number: number): EpochRecord => ({
  epoch: `e${number}`,
  writer: `w${number}`,
  cause: number === 0 ? 'begun' : 'restored',
  beganAtMs: number,
  base: { position: number, hash: HASH },
});

function logOf(epochs: number): Pick<CentralLog, 'epochs' | 'holes' | 'refusedLines'> {
  return {
    epochs: async () => Array.from({ length: epochs }, (_, number) => epoch(number)),
    holes: async () => [{ device: 'till', fromSeq: 2, toSeq: 9, hashAfter: HASH, reason: 'compacted', atMs: 5 }],
    refusedLines: async () => [
      { supplier: 'phone', id: ID, reason: 'other-bytes', line: '{"secret":1}', atMs: 6 },
      { supplier: 'phone', id: null, reason: 'unreadable', line: '###', atMs: 4 },
    ],
  };
}
const nobody = { backupTakenAtMs: null, resumedAtMs: null, resumedBy: null };
const comeback = { back: ['till'], awaited: ['phone'], paused: true };

test('fits its schema: epochs latest first with what was noted of them, holes, refused lines without their bytes', async () => {
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
    { device: 'phone', id: ID, reason: 'other-bytes', atMs: 6 },
    { device: 'phone', id: null, reason: 'unreadable', atMs: 4 },
  ]);
});

test('of very many epochs the latest are told', async () => {
  const view = await historyView(logOf(EPOCHS_MAX + 5), () => nobody, comeback);
  expect(view.epochs).toHaveLength(EPOCHS_MAX);
  expect(view.epochs[0]?.epoch).toBe(`e${EPOCHS_MAX + 4}`);
});
