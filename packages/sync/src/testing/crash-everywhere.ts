// Crashes at every I/O step of a scenario, one at a time: of each device's disk and of the centre's, and once more a few steps
// into the recovery. Exhaustive: the steps are counted in a run without crashes.
import type { CrashScenario } from './crash-scenarios.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Step } from './fault-steps.ts';
import { runFaults, type IoSteps } from './fault-run.ts';

/** From a crash until the machine is up again. */
const DOWN_MS = 150;
/** How far into its recovery a machine crashes once more: varies with the step, from 1 on. */
const AGAIN_WITHIN = 25;

export interface CrashPoint {
  /** A device in the order of enrolment, or the centre. */
  readonly machine: number | 'centre';
  readonly step: number;
  /** Once more so many steps later; null: once. */
  readonly again: number | null;
}

export interface CrashFailure {
  readonly scenario: string;
  readonly point: CrashPoint;
  readonly plan: FaultPlan;
  readonly violations: readonly string[];
}

/** Counts the steps. Throws when the scenario goes wrong without any crash. */
export async function stepsOf({ name, plan }: CrashScenario): Promise<IoSteps> {
  const { violations, ioSteps } = await runFaults(plan, { countSteps: true });
  if (violations.length > 0) throw new Error(`"${name}" goes wrong without a crash: ${violations.join('; ')}`);
  return ioSteps ?? { devices: [], centre: 0 };
}

/** Every crash of a scenario: at each step once, and at each step twice. */
export function* crashPoints({ devices, centre }: IoSteps): Generator<CrashPoint> {
  const machines: [CrashPoint['machine'], number][] = [...devices.entries(), ['centre', centre]];
  for (const [machine, steps] of machines)
    for (let step = 1; step <= steps; step += 1) {
      yield { machine, step, again: null };
      yield { machine, step, again: 1 + (step % AGAIN_WITHIN) };
    }
}

export async function crashAt(scenario: CrashScenario, point: CrashPoint): Promise<CrashFailure | null> {
  const plan = withCrash(scenario.plan, point);
  const { violations } = await runFaults(plan);
  return violations.length === 0 ? null : { scenario: scenario.name, point, plan, violations };
}

function withCrash(plan: FaultPlan, { machine, step, again }: CrashPoint): FaultPlan {
  const more = { steps: step, forMs: DOWN_MS, ...(again === null ? {} : { again }) };
  const crash: Step =
    machine === 'centre'
      ? { atMs: 0, kind: 'centreCrashInWrite', ...more }
      : { atMs: 0, kind: 'crashInWrite', device: machine, ...more };
  return { ...plan, steps: [crash, ...plan.steps] };
}
