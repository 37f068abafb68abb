// Cuts a failing history down: fewer steps, fewer devices, a quieter network, shorter times, as long as it still fails. What
// is left says what the bug needs; it is printed as a named test.
import type { FaultPlan } from './fault-plan.ts';
import { FAULT_KINDS, type Step } from './fault-steps.ts';
import { QUIET_NETWORK } from './sim-network.ts';
import { WIDE_LIMITS } from './sim-world.ts';

export interface Shrunk {
  readonly plan: FaultPlan;
  /** Histories that were run for it. */
  readonly runs: number;
}

/** Histories that one shrinking may cost. */
const RUNS_MAX = 3_000;
const PLENTY_OF_EVENTS = 500;
const TITLE_CHARACTERS_MAX = 90;

/** `fails` must be a function of the plan alone. The plan given must fail. */
export async function shrinkPlan(
  plan: FaultPlan,
  fails: (plan: FaultPlan) => Promise<boolean>,
  runsMax = RUNS_MAX,
): Promise<Shrunk> {
  let smallest = plan;
  let runs = 0;
  const take = async (candidate: FaultPlan): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs += 1;
    if (!(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let before: FaultPlan | null = null; before !== smallest && runs < runsMax;) {
    before = smallest;
    for (const kind of FAULT_KINDS) {
      const without = smallest.steps.filter((step) => step.kind !== kind);
      if (without.length < smallest.steps.length) await take({ ...smallest, steps: without });
    }
    await dropChunks(() => smallest, take);
    for (const simpler of simplerPlans(smallest)) if (await take(simpler)) break;
    for (let index = 0; index < smallest.steps.length; index += 1) {
      for (let again = true; again;) {
        again = false;
        const step = smallest.steps[index];
        for (const simpler of step === undefined ? [] : simplerSteps(step, devicesOf(smallest))) {
          again = await take({ ...smallest, steps: smallest.steps.with(index, simpler) });
          if (again) break;
        }
      }
    }
  }
  return { plan: smallest, runs };
}

/** Leaves out halves, quarters … single steps. */
async function dropChunks(plan: () => FaultPlan, take: (candidate: FaultPlan) => Promise<boolean>): Promise<void> {
  for (let size = Math.ceil(plan().steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < plan().steps.length;) {
      const steps = plan().steps.toSpliced(start, size);
      if (!(await take({ ...plan(), steps }))) start += size;
    }
  }
}

const devicesOf = ({ stores, devicesPerStore }: FaultPlan): number => stores * devicesPerStore;

function* simplerPlans(plan: FaultPlan): Generator<FaultPlan> {
  const { network, limits, clocksMs, stores, devicesPerStore, frameEventsMax, steps } = plan;
  if (JSON.stringify(network) !== JSON.stringify(QUIET_NETWORK)) {
    yield { ...plan, network: QUIET_NETWORK };
    for (const name of ['dropChance', 'doubleChance', 'overtakeChance', 'halfOpenChance'] as const)
      if (network[name] > 0) yield { ...plan, network: { ...network, [name]: 0 } };
  }
  if (JSON.stringify(limits) !== JSON.stringify(WIDE_LIMITS)) yield { ...plan, limits: WIDE_LIMITS };
  if (frameEventsMax !== PLENTY_OF_EVENTS) yield { ...plan, frameEventsMax: PLENTY_OF_EVENTS };
  if (plan.apps.length > 0) yield { ...plan, apps: [] };
  if (clocksMs.length > 0) yield { ...plan, clocksMs: [] };
  for (const [index, clockMs] of clocksMs.entries())
    if (clockMs !== 0) yield { ...plan, clocksMs: clocksMs.with(index, 0) };
  if (stores > 1) yield { ...plan, stores: stores - 1 };
  if (devicesPerStore > 1) yield { ...plan, devicesPerStore: devicesPerStore - 1 };
  const lastMs = steps.at(-1)?.atMs ?? 0;
  if (lastMs > 1) yield { ...plan, steps: steps.map((step) => ({ ...step, atMs: Math.floor(step.atMs / 2) })) };
}

/** Each shorter or plainer in one respect, so that there is an end. */
function* simplerSteps(step: Step, devices: number): Generator<Step> {
  const rounded = Math.floor(step.atMs / 100) * 100;
  if (rounded !== step.atMs) yield { ...step, atMs: rounded };
  if ('device' in step && step.device >= devices) yield { ...step, device: step.device % devices };
  if ('forMs' in step && step.forMs > 10) yield { ...step, forMs: Math.floor(step.forMs / 2) };
  if ('afterMs' in step && step.afterMs > 10) yield { ...step, afterMs: Math.floor(step.afterMs / 2) };
  if ('again' in step && step.again !== undefined) {
    const { again: _again, ...once } = step;
    yield once;
  }
  if (step.kind !== 'move') return;
  const { times, audience, poison, ...plain } = step;
  if (times !== undefined || audience !== undefined || poison !== undefined) yield plain;
  if (times !== undefined) yield times > 2 ? { ...step, times: times - 1 } : omit(step, 'times');
  if (audience !== undefined) yield omit(step, 'audience');
  if (poison !== undefined) yield omit(step, 'poison');
  if (step.amount !== 1) yield { ...step, amount: 1 };
}

function omit(step: Extract<Step, { kind: 'move' }>, name: 'times' | 'audience' | 'poison'): Step {
  const { [name]: _left, ...rest } = step;
  return rest;
}

/** The source of a test that pins the plan. */
export function pinnedTest(plan: FaultPlan, violations: readonly string[]): string {
  const title = `seed ${plan.seed}: ${violations[0] ?? ''}`.slice(0, TITLE_CHARACTERS_MAX).replaceAll("'", '’');
  const body = JSON.stringify(plan, null, 2)
    .replaceAll(/"(\w+)":/gu, '$1:')
    .replaceAll('"', "'");
  return `it('${title}', async () => {\n  const { violations } = await runFaults(${body});\n  expect(violations).toEqual([]);\n});\n`;
}
