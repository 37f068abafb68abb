// The fault simulation in its short form; the long one is the script `faults`. A failing seed is told with the options
// that follow from it: `pnpm faults --tier protocol --seed N` shows it again.
import { describe, expect, it } from 'vitest';
import { optionsOf } from './fault-options.ts';
import { runFaults, type FaultKind } from './fault-run.ts';
import { MUTANTS } from './sabotage.ts';

const SEEDS = 150;
/** One seed in a hundred runs twice. */
const TWICE_EVERY = 100;
const SEEDS_TO_KILL_MAX = 400;

describe('faults', () => {
  it(
    'Z1 Z2 Z3 nothing saved is lost or doubled, everything drains, and clocks are seen through, whatever happens',
    { timeout: 120_000 },
    async () => {
      const struck = new Set<FaultKind>();
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { violations, options, faults } = await runFaults(optionsOf(seed));
        expect({ seed, violations, ...(violations.length > 0 ? { options } : {}) }).toEqual({ seed, violations: [] });
        for (const [kind, times] of Object.entries(faults)) if (times > 0) struck.add(kind as FaultKind);
      }
      // A simulation in which a fault never happens says nothing about it.
      expect([...struck].sort()).toEqual([
        'centreCrash',
        'clone',
        'cut',
        'deviceCrash',
        'partition',
        'rollBack',
        'twin',
      ]);
    },
  );

  it('Z4 a seed run twice gives the same trace, another seed another one', async () => {
    const traceOf = async (seed: number) => (await runFaults(optionsOf(seed), { trace: true })).traceHash;
    for (let seed = TWICE_EVERY; seed <= SEEDS + TWICE_EVERY; seed += TWICE_EVERY)
      expect(await traceOf(seed)).toBe(await traceOf(seed));
    expect(await traceOf(1)).not.toBe(await traceOf(2));
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'Z5 notices the planted bug: %s',
    { timeout: 120_000 },
    async (_name, mutant) => {
      for (let seed = 1; seed <= SEEDS_TO_KILL_MAX; seed += 1) {
        const { violations } = await runFaults(optionsOf(seed), { sabotage: mutant });
        if (violations.length > 0) return;
      }
      expect.fail(`No seed up to ${SEEDS_TO_KILL_MAX} notices: ${mutant.name}`);
    },
  );
});
