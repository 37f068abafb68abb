// Shrinking against made-up failures whose smallest cause is known.
import { describe, expect, it } from 'vitest';
import { planOf, type FaultPlan } from './fault-plan.ts';
import { pinnedTest, shrinkPlan } from './fault-shrink.ts';
import { QUIET_NETWORK } from './sim-network.ts';
import { WIDE_LIMITS } from './sim-world.ts';

const kindsOf = ({ steps }: FaultPlan): string[] => steps.map(({ kind }) => kind);

function richPlan(needs: (plan: FaultPlan) => boolean): FaultPlan {
  for (let seed = 1; seed < 5_000; seed += 1) {
    const plan = planOf(seed);
    if (plan.steps.length > 20 && needs(plan)) return plan;
  }
  throw new Error('No seed gives such a plan.');
}

describe('shrinking', () => {
  it('Z6 leaves only the steps that the failure needs, in their order', async () => {
    const fails = async (plan: FaultPlan) => {
      const kinds = kindsOf(plan);
      return kinds.includes('clone') && kinds.indexOf('clone') < kinds.lastIndexOf('centreCrash');
    };
    const big = richPlan((plan) => {
      const kinds = kindsOf(plan);
      return kinds.includes('clone') && kinds.indexOf('clone') < kinds.lastIndexOf('centreCrash');
    });
    const { plan, runs } = await shrinkPlan(big, fails);
    expect(kindsOf(plan)).toEqual(['clone', 'centreCrash']);
    expect(plan).toMatchObject({
      stores: 1,
      devicesPerStore: 1,
      clocksMs: [],
      network: QUIET_NETWORK,
      limits: WIDE_LIMITS,
    });
    expect(runs).toBeLessThan(500);
  });

  it('Z6 makes what it keeps plain: few events, short times', async () => {
    const fails = async ({ steps }: FaultPlan) =>
      steps.some((step) => step.kind === 'move' && (step.times ?? 1) >= 3) &&
      steps.some((step) => step.kind === 'partition' && step.forMs > 100);
    const big = richPlan(
      ({ steps }) =>
        steps.some((step) => step.kind === 'move' && (step.times ?? 1) >= 3) &&
        steps.some((step) => step.kind === 'partition' && step.forMs > 100),
    );
    const { plan } = await shrinkPlan(big, fails);
    expect(plan.steps.map(({ atMs }) => atMs)).toEqual([0, 0]);
    const [move, partition] = plan.steps.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(move).toMatchObject({ kind: 'move', times: 3, amount: 1 });
    expect(partition?.kind === 'partition' && partition.forMs).toBeLessThan(203);
  });

  it('Z6 spends no more histories than it may', async () => {
    let runs = 0;
    const big = richPlan(() => true);
    const fails = async ({ steps }: FaultPlan) => {
      runs += 1;
      return steps.length > 3;
    };
    expect((await shrinkPlan(big, fails, 5)).runs).toBe(5);
    expect(runs).toBe(5);
  });

  it('Z6 prints a test that runs the very plan', async () => {
    const plan = planOf(7);
    const source = pinnedTest(plan, ["device-1 counts 3 on it's shelf, not 4"]);
    expect(source).toMatch(/^it\('seed 7: device-1 counts 3 on it’s shelf, not 4', async/u);
    const literal = source.slice(source.indexOf('runFaults(') + 'runFaults('.length, source.indexOf(');\n  expect'));
    const json = literal.replaceAll(/(\w+):/gu, '"$1":').replaceAll("'", '"');
    expect(JSON.parse(json)).toEqual(plan);
  });
});
