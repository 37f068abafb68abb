// The hunt for the bugs planted in the domain, as `pnpm faults mutants --part domain` runs it: each is noticed.
import { DOMAIN_MUTANTS } from '@streamstock/inventory/testing/mutants';
import { expect, it } from 'vitest';
import { huntDomainMutants, runDomainSeeds } from './domain-workers.ts';

const SEEDS_TO_KILL_MAX = 2_000;
/** Most bugs are noticed within these; that nothing else is wrong in them is tried here too. */
const SEEDS_WITHOUT_BUG = 240;
const THREADS = 2;

it('every planted bug of the domain is noticed, and without one nothing is wrong', { timeout: 300_000 }, async () => {
  const kills = await huntDomainMutants(DOMAIN_MUTANTS, SEEDS_TO_KILL_MAX, THREADS);
  expect(kills.filter(({ seedsToKill }) => seedsToKill === null)).toEqual([]);
  // A bug that can not be planted, or that stops everything, proves nothing.
  expect(kills.filter(({ problem }) => problem?.startsWith('threw'))).toEqual([]);
  const { failures } = await runDomainSeeds(1, SEEDS_WITHOUT_BUG, THREADS, 1, () => undefined);
  expect(failures).toEqual([]);
});
