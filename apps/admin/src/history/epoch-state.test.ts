import type { Epoch, History } from '@streamstock/api';
import { expect, test } from 'vitest';
import { epochState, toldForMs } from './epoch-state.ts';

const nowMs = 100_000_000_000;
const epoch = (over: Partial<Epoch>): Epoch => ({
  epoch: 'e2',
  cause: 'restored',
  beganAtMs: nowMs - 60_000,
  position: 90,
  backupTakenAtMs: nowMs - 86_400_000,
  resumedAtMs: null,
  resumedBy: null,
  ...over,
});
const history = (over: Partial<Epoch>, comeback: Partial<History['comeback']> = {}): History => ({
  epochs: [epoch(over)],
  comeback: { back: ['a'], awaited: [], paused: false, ...comeback },
  holes: [],
  refused: [],
  refusedCount: 0,
  refusedNext: null,
});

test('a log that was never restored has nothing to tell', () => {
  expect(epochState(history({ cause: 'begun' }), nowMs)).toBeNull();
});

test('a pause is told for as long as it lasts', () => {
  const paused = history({ beganAtMs: nowMs - 2 * toldForMs }, { awaited: ['b', 'c'], paused: true });
  expect(epochState(paused, nowMs)).toMatchObject({ kind: 'paused', back: 1, awaited: 2 });
});

test('who is still awaited, and that all are back, is told for a week', () => {
  expect(epochState(history({}, { awaited: ['b'] }), nowMs)).toMatchObject({ kind: 'going-on', awaited: 1 });
  expect(epochState(history({ cause: 'rolled-back' }), nowMs)).toMatchObject({ kind: 'back', back: 1 });
  expect(epochState(history({ beganAtMs: nowMs - toldForMs - 1 }), nowMs)).toBeNull();
});
