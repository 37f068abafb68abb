// The hunt for the bugs planted in sync and storage in its short form: every place is where its bug is planted, and a few of
// them are noticed. The whole hunt is `pnpm faults mutants --part sync`.
import { SYNC_MUTANTS } from '@streamstock/sync/testing/fault-mutants';
import { describe, expect, it } from 'vitest';
import { huntMutants } from './faults-workers.ts';
import { plantedSource } from './planting.ts';

const SEEDS_MAX = 150;
const THREADS = 2;
/** Of each kind one that is noticed soon. */
const SAMPLE = [
  'acknowledge before commit',
  'drop the contiguity check',
  'keep read models over an epoch',
  'fetch a snapshot before everything was offered',
  're-append one line too few',
  'count what was set aside',
];

describe('bugs planted in sync', () => {
  it('are at least 35, each with a name of its own and a place that is there once', () => {
    expect(SYNC_MUTANTS.length).toBeGreaterThanOrEqual(35);
    expect(new Set(SYNC_MUTANTS.map(({ name }) => name)).size).toBe(SYNC_MUTANTS.length);
    for (const mutant of SYNC_MUTANTS) expect(plantedSource(mutant).source).toContain(mutant.replace);
  });

  it('Z5 are noticed', { timeout: 240_000 }, async () => {
    const sample = SYNC_MUTANTS.filter(({ name }) => SAMPLE.includes(name));
    expect(sample).toHaveLength(SAMPLE.length);
    const verdicts = await huntMutants(sample, SEEDS_MAX, THREADS);
    expect(verdicts.filter(({ seedsToKill }) => seedsToKill === null)).toEqual([]);
    // A bug that only stops everything proves nothing.
    expect(verdicts.filter(({ problem }) => /^threw (?:Type|Syntax|Reference)Error/u.test(problem ?? ''))).toEqual([]);
  });
});
