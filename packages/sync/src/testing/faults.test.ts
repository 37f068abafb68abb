// The fault simulation in its short form; the long ones are the script `faults`. A failing seed is told with the plan that
// follows from it; `pnpm faults --tier protocol --seed N --shrink` cuts it down.
import { describe, expect, it } from 'vitest';
import { crashAt, crashPoints, stepsOf } from './crash-everywhere.ts';
import { CRASH_SCENARIOS } from './crash-scenarios.ts';
import { planOf, type SeedTier } from './fault-plan.ts';
import { FAULT_KINDS, type FaultKind } from './fault-steps.ts';
import { runFaults } from './fault-run.ts';

const SEEDS: Readonly<Record<SeedTier, number>> = { protocol: 800, restore: 200 };
/** One seed in a hundred runs twice. */
const TWICE_EVERY = 100;
/** Of all crashes of the crash tier, one in so many. */
const CRASHES_ONE_IN = 100;
const TIMEOUT_MS = 240_000;

describe('faults', () => {
  it.each(['protocol', 'restore'] as const)(
    'Z1 Z2 Z3 nothing saved is lost or doubled, everything drains, and clocks are seen through, whatever happens: %s',
    { timeout: TIMEOUT_MS },
    async (tier) => {
      const struck = new Set<FaultKind>();
      let handedBack = 0;
      for (let seed = 1; seed <= SEEDS[tier]; seed += 1) {
        const plan = planOf(seed, tier);
        const result = await runFaults(plan);
        const { violations } = result;
        expect({ seed, violations, ...(violations.length > 0 ? { plan } : {}) }).toEqual({ seed, violations: [] });
        for (const kind of FAULT_KINDS) if ((result.faults[kind] ?? 0) > 0) struck.add(kind);
        handedBack += result.handedBack;
      }
      // A simulation in which a fault never happens says nothing about it.
      const certain = tier === 'protocol' ? FAULT_KINDS : (['restore', 'snapshot', 'compact'] as const);
      expect(certain.filter((kind) => !struck.has(kind))).toEqual([]);
      expect(handedBack).toBeGreaterThan(0);
    },
  );

  it('Z4 a seed run twice gives the same trace, another seed another one', { timeout: TIMEOUT_MS }, async () => {
    const traceOf = async (seed: number) => (await runFaults(planOf(seed), { trace: true })).traceHash;
    for (let seed = TWICE_EVERY; seed <= SEEDS.protocol; seed += TWICE_EVERY)
      expect(await traceOf(seed)).toBe(await traceOf(seed));
    expect(await traceOf(1)).not.toBe(await traceOf(2));
  });

  it(
    'Z7 a crash at any I/O step of any machine, and another one in the recovery',
    { timeout: TIMEOUT_MS },
    async () => {
      let crashes = 0;
      for (const [index, scenario] of CRASH_SCENARIOS.entries()) {
        const points = [...crashPoints(await stepsOf(scenario))];
        // Another part of them in each scenario, so that all machines and all stages have their turn.
        for (let at = (index * 37) % CRASHES_ONE_IN; at < points.length; at += CRASHES_ONE_IN) {
          const point = points[at];
          if (point === undefined) continue;
          expect(await crashAt(scenario, point)).toBeNull();
          crashes += 1;
        }
      }
      expect(crashes).toBeGreaterThan(CRASH_SCENARIOS.length);
    },
  );
});
