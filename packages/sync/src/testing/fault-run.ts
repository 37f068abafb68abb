// One simulated history: what a plan says happens, then healing, then the comparison with the book. Deterministic: the same
// plan gives the same trace. Safety is checked while it runs and at the end; liveness by draining within a bound.
import type { FaultPlan } from './fault-plan.ts';
import type { FaultKind, Step, WorkKind } from './fault-steps.ts';
import type { MemoryDisk } from '@streamstock/event-log';
import { FaultStrikes } from './fault-strikes.ts';
import { quickHash } from './random.ts';
import { SimWorld } from './sim-world.ts';

export interface RunResult {
  /** Empty: nothing was wrong. */
  readonly violations: readonly string[];
  /** Events that a device called saved. */
  readonly saved: number;
  /** Faults that struck; a step that finds nothing to strike counts for nothing. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** How long after the last fault everything was where it belongs (virtual time); null: not within the bound. */
  readonly drainMs: number | null;
  /** Only when asked for. */
  readonly traceHash: string | null;
  /** Saved events of which no disk held anything any more. */
  readonly excused: number;
  /** Events that devices handed back to a centre that had lost them. */
  readonly handedBack: number;
  /** I/O steps of the first disk of each device and of the centre's, until all faults ended. Only when asked for. */
  readonly ioSteps: IoSteps | null;
}

export interface IoSteps {
  /** In the order of enrolment. */
  readonly devices: readonly number[];
  readonly centre: number;
}

export interface RunExtras {
  readonly trace?: boolean;
  readonly countSteps?: boolean;
  /** Hears the trace line by line, to look into a seed. */
  readonly onTrace?: (text: string) => void;
}

/** Never rejects for what the product does wrong: what it throws is a violation like any other. */
export async function runFaults(plan: FaultPlan, extras: RunExtras = {}): Promise<RunResult> {
  let hash = '';
  const onTrace = (text: string): void => {
    if (extras.trace === true) hash = quickHash(hash + text);
    extras.onTrace?.(text);
  };
  const { seed, network, limits, frameEventsMax } = plan;
  const isHeard = extras.trace === true || extras.onTrace !== undefined;
  const world = new SimWorld({ seed, network, limits, frameEventsMax, ...(isHeard ? { onTrace } : {}) });
  const strikes = new FaultStrikes(world, plan.stores);
  let ioSteps: RunResult['ioSteps'] = null;
  try {
    ioSteps = await happen(plan, world, strikes, extras.countSteps === true);
    await world.heal();
    // Life goes on: whoever believes to be further than it is shows it now. In half of the histories only one has something
    // to send: what the others miss they must notice by themselves.
    const writers = plan.seed % 2 === 0 ? world.devices.slice(0, 1) : world.devices;
    for (const device of writers) world.move(device, 'last', 1, { audience: 'all' });
    await world.conclude();
  } catch (error) {
    world.violations.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return {
    violations: world.violations,
    drainMs: world.drainMs,
    saved: world.book.savedIds.length,
    faults: strikes.counts,
    traceHash: extras.trace === true ? hash : null,
    ioSteps: extras.countSteps === true ? ioSteps : null,
    excused: world.book.excusedCount,
    handedBack: world.centralReports.reduce(
      (sum, report) => sum + (report.kind === 'resupplied' ? report.appended : 0),
      0,
    ),
  };
}

async function happen(plan: FaultPlan, world: SimWorld, strikes: FaultStrikes, countSteps: boolean): Promise<IoSteps> {
  const disks: MemoryDisk[] = [];
  const { stores, devicesPerStore, clocksMs, apps, steps } = plan;
  for (let number = 0; number < stores * devicesPerStore; number += 1) {
    const store = `store-${1 + Math.floor(number / devicesPerStore)}`;
    const { disk } = await world.enrol(store, clocksMs[number] ?? 0, apps[number] ?? 2);
    disks.push(disk);
    if (countSteps) world.troubleOf(disk).count();
  }
  world.centre.trouble.steps = 0;
  for (const step of steps)
    world.time.after(step.atMs, () => (isWork(step) ? work(world, step) : strikes.strike(step)));
  await world.run((steps.at(-1)?.atMs ?? 0) + 1);
  strikes.end();
  return { devices: disks.map((disk) => world.troubleOf(disk).steps), centre: world.centre.trouble.steps };
}

type Work = Extract<Step, { kind: WorkKind }>;

function isWork(step: Step): step is Work {
  return step.kind === 'move' || step.kind === 'nudge' || step.kind === 'reverse';
}

function work(world: SimWorld, step: Work): void {
  const device = world.devices[step.device % world.devices.length];
  if (device === undefined || !device.isOn) return;
  if (step.kind === 'reverse') {
    const target = world.book.savedIds.at(-1 - step.back);
    if (target !== undefined) world.reverse(device, target);
    return;
  }
  const { key, amount, audience } = step;
  const hearers = audience === undefined ? [] : audience === 'all' ? 'all' : [`store-${audience}`];
  if (step.kind === 'nudge' && device.app === 2) {
    world.nudge(device, key, amount, hearers);
    return;
  }
  const { times = 1, poison = false } = step.kind === 'move' ? step : {};
  for (let count = 0; count < times; count += 1)
    world.move(device, key, amount, { audience: hearers, ...(poison ? { poison } : {}) });
}
