// The fault simulation in its short form; the long one is the script `faults`. A failing seed is told with the plan that
// follows from it; `pnpm faults --tier protocol --seed N --shrink` cuts it down.
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, planOf, type FaultKind } from './fault-plan.ts';
import { runFaults } from './fault-run.ts';

const SEEDS = 1_000;
/** One seed in a hundred runs twice. */
const TWICE_EVERY = 100;

describe('faults', () => {
  it(
    'Z1 Z2 Z3 nothing saved is lost or doubled, everything drains, and clocks are seen through, whatever happens',
    { timeout: 120_000 },
    async () => {
      const struck = new Set<FaultKind>();
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const plan = planOf(seed);
        const { violations, faults } = await runFaults(plan);
        expect({ seed, violations, ...(violations.length > 0 ? { plan } : {}) }).toEqual({ seed, violations: [] });
        for (const kind of FAULT_KINDS) if ((faults[kind] ?? 0) > 0) struck.add(kind);
      }
      // A simulation in which a fault never happens says nothing about it.
      expect([...struck].sort()).toEqual([...FAULT_KINDS].sort());
    },
  );

  it('Z4 a seed run twice gives the same trace, another seed another one', async () => {
    const traceOf = async (seed: number) => (await runFaults(planOf(seed), { trace: true })).traceHash;
    for (let seed = TWICE_EVERY; seed <= SEEDS; seed += TWICE_EVERY)
      expect(await traceOf(seed)).toBe(await traceOf(seed));
    expect(await traceOf(1)).not.toBe(await traceOf(2));
  });
});
