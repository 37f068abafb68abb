// The storage tier in short, as `pnpm faults --tier storage` runs it.
import { expect, it } from 'vitest';
import { runStorageSeeds } from './faults-storage-seeds.ts';

const SEEDS = 200;
const THREADS = 2;

it('real storages answer and hold what the naive ones do, while they fail', { timeout: 300_000 }, async () => {
  const { seeds, faults, failures } = await runStorageSeeds(1, SEEDS, THREADS);
  expect(failures).toEqual([]);
  expect(seeds).toBe(SEEDS);
  // Faults that never strike prove nothing.
  const kinds = [
    'device: lost',
    'device: full',
    'device: aborted',
    'device: lost-after-commit',
    'device: tab killed, lost',
    'device: connections closed',
    'device: app upgraded',
    'centre: disk failed',
    'centre: process died',
    'centre: byte changed',
  ];
  expect(kinds.filter((kind) => (faults[kind] ?? 0) < 10)).toEqual([]);
});
