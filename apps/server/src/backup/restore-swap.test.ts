// The change of places, cut short before each of its steps: afterwards there is the old data or the new, whole.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finishInterruptedRestore, isDecided, prepareStaging, swapIn, type SwapStep } from './restore-swap.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 8, 30);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-swap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OLD = ['log.sqlite', 'log.sqlite-wal', 'log.sqlite-shm', 'directory.sqlite', 'head.json'];
const NEW = ['log.sqlite', 'directory.sqlite', 'head.json'];
const STAYS = ['seal.key', 'revocations.jsonl', 'lock', 'log.sqlite-writer'];

function dataBefore(): void {
  for (const name of OLD) writeFileSync(join(folder, name), `old ${name}`);
}

function prepared(): void {
  for (const name of STAYS) writeFileSync(join(folder, name), name);
  const staging = prepareStaging(folder);
  for (const name of [...NEW, 'log.sqlite-writer']) writeFileSync(join(staging, name), `new ${name}`);
}

/** Every data file with its text; `null` for one that is not there. */
function data(of = folder): Record<string, string> {
  return Object.fromEntries(
    OLD.filter((name) => existsSync(join(of, name))).map((name) => [name, readFileSync(join(of, name), 'utf8')]),
  );
}

const oldData = Object.fromEntries(OLD.map((name) => [name, `old ${name}`]));
const newData = Object.fromEntries(NEW.map((name) => [name, `new ${name}`]));

class Cut extends Error {}

/** Runs the swap up to its n-th step; returns the steps, and the one before which it was cut. */
function cutAt(n: number): { steps: SwapStep[]; finished: boolean } {
  const steps: SwapStep[] = [];
  try {
    swapIn(folder, NOW_MS, (step) => {
      if (steps.length === n) throw new Cut();
      steps.push(step);
    });
    return { steps, finished: true };
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    return { steps, finished: false };
  }
}

test('the old data lies aside, whole; the new stands in its place; what belongs to neither stays', () => {
  dataBefore();
  prepared();
  const aside = swapIn(folder, NOW_MS, () => {});
  expect(aside).toBe('before-restore-2026-11-21T08-30-00');
  expect(data()).toEqual(newData);
  expect(data(join(folder, aside))).toEqual(oldData);
  expect(readdirSync(folder).toSorted()).toEqual([aside, ...NEW, ...STAYS].toSorted());
  expect(finishInterruptedRestore(folder)).toBe('nothing');
});

describe.each([
  ['with data before', true],
  ['into an empty folder', false],
])('%s', (_, hadData) => {
  test('cut before each step and opened again: the old state or the new, never a mixture, nothing lost', () => {
    const outcomes = new Set<string>();
    for (let n = 0, finished = false; !finished; n += 1) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      if (hadData) dataBefore();
      prepared();
      const run = cutAt(n);
      finished = run.finished;
      const outcome = finishInterruptedRestore(folder);
      const aside = readdirSync(folder).find((name) => name.startsWith('before-restore-'));
      const before = hadData ? oldData : {};
      const asideData = aside === undefined ? {} : data(join(folder, aside));
      const isOld = outcome === 'dropped';
      expect([data(), asideData]).toEqual(isOld ? [before, {}] : [newData, before]);
      expect(isDecided(folder)).toBe(false);
      expect(existsSync(join(folder, 'restoring'))).toBe(false);
      expect(finishInterruptedRestore(folder)).toBe('nothing');
      outcomes.add(outcome);
    }
    expect([...outcomes].toSorted()).toEqual(['dropped', 'finished', 'nothing']);
  });
});

test('a second restore in the same second keeps what the first moved aside', () => {
  dataBefore();
  prepared();
  swapIn(folder, NOW_MS, () => {});
  prepared();
  const second = swapIn(folder, NOW_MS, () => {});
  expect(second).toBe('before-restore-2026-11-21T08-30-00-2');
  expect(data(join(folder, 'before-restore-2026-11-21T08-30-00'))).toEqual(oldData);
  expect(data(join(folder, second))).toEqual(newData);
});

test('a note that can not be read stops everything, and says where both states lie', () => {
  dataBefore();
  writeFileSync(join(folder, 'restore.json'), '{"phase":"aside","aside":"../../etc"}');
  expect(() => finishInterruptedRestore(folder)).toThrow(/can not be read.*Nothing was changed.*before-restore-/s);
  expect(data()).toEqual(oldData);
});
