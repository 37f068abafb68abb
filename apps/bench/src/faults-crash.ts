// `pnpm faults --tier crash`: scenarios with a crash at every single I/O step of every machine. Owns its arguments, threads and
// words; scenarios and crashes are in @streamstock/sync/testing.
import { crashPoints, type CrashFailure, type CrashPoint } from '@streamstock/sync/testing/crash-everywhere';
import { CRASH_SCENARIOS } from '@streamstock/sync/testing/crash-scenarios';
import type { IoSteps } from '@streamstock/sync/testing/fault-run';
import { pinnedTest } from '@streamstock/sync/testing/fault-shrink';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { shareJobs, Thread } from './thread.ts';

/** Crashes that a thread is given at a time. */
const BATCH_POINTS = 50;
/** Failures that are told in full. */
const FAILURES_TOLD_MAX = 10;

/** `points` null: count the scenario's steps. */
export interface CrashJob {
  readonly scenario: number;
  readonly points: readonly CrashPoint[] | null;
}

export interface CrashAnswer {
  readonly scenario: number;
  readonly runs: number;
  readonly steps: IoSteps | null;
  readonly failures: readonly CrashFailure[];
}

export const CRASH_TIER: FaultsCommand = {
  name: 'crash',
  help: `
  pnpm faults --tier crash [--workers W] [--json]
      ${CRASH_SCENARIOS.length} scenarios, each with a crash at I/O step 1 to N of each of its devices and of the centre, exhaustively; and
      each of these once more with a second crash in the recovery. Afterwards everything must be where an independent book
      says. Exit code 1 if anything is not.`.slice(1),
  run: crashEverywhere,
};

const startThread = (): Thread<CrashJob, CrashAnswer> =>
  new Thread(new URL('./faults-crash-worker.ts', import.meta.url));

async function crashEverywhere(request: FaultsRequest): Promise<number> {
  const beganMs = performance.now();
  const steps = await countSteps(request.workers);
  const jobs = steps.flatMap((counted, scenario) => {
    const points = [...crashPoints(counted)];
    return Array.from({ length: Math.ceil(points.length / BATCH_POINTS) }, (_, batch): CrashJob => {
      const start = batch * BATCH_POINTS;
      return { scenario, points: points.slice(start, start + BATCH_POINTS) };
    });
  });
  const failures: CrashFailure[] = [];
  let runs = 0;
  await shareJobs(jobs, request.workers, startThread, (answer) => {
    runs += answer.runs;
    failures.push(...answer.failures);
    request.progress(`${runs} crashes`);
    return true;
  });
  for (const [index, { name }] of CRASH_SCENARIOS.entries()) {
    const { devices, centre } = steps[index] ?? { devices: [], centre: 0 };
    const failed = failures.filter(({ scenario }) => scenario === name).length;
    const words = failed === 0 ? 'fine' : `${failed} WRONG`;
    console.log(`${name}: ${devices.join(' + ')} steps of devices, ${centre} of the centre: ${words}`);
  }
  for (const { scenario, point, plan, violations } of failures.slice(0, FAILURES_TOLD_MAX)) {
    const machine = point.machine === 'centre' ? 'the centre' : `device ${point.machine}`;
    const again = point.again === null ? '' : `, and again ${point.again} steps later`;
    console.log(`\n"${scenario}", ${machine} crashes at step ${point.step}${again}:`);
    for (const violation of violations) console.log(`  - ${violation}`);
    console.log(pinnedTest(plan, violations));
  }
  const total = steps.reduce((sum, one) => sum + one.centre + one.devices.reduce((a, b) => a + b, 0), 0);
  const elapsedMs = Math.round(performance.now() - beganMs);
  console.log(`\n${CRASH_SCENARIOS.length} scenarios, ${total} steps, ${runs} crashes: ${failures.length} went wrong.`);
  if (request.json) {
    const figures = {
      scenarios: CRASH_SCENARIOS.length,
      steps: total,
      crashes: runs,
      violations: failures.length,
      elapsedMs,
    };
    const stepsBy = Object.fromEntries(CRASH_SCENARIOS.map(({ name }, index) => [name, steps[index]]));
    printJson({ name: 'faults', tier: 'crash', figures, steps: stepsBy });
  }
  return failures.length === 0 ? 0 : 1;
}

async function countSteps(workers: number): Promise<IoSteps[]> {
  const steps: IoSteps[] = [];
  const jobs = CRASH_SCENARIOS.map((_, scenario): CrashJob => ({ scenario, points: null }));
  await shareJobs(jobs, workers, startThread, ({ scenario, steps: counted }) => {
    if (counted !== null) steps[scenario] = counted;
    return true;
  });
  return steps;
}
