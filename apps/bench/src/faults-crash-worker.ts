// One thread of the crash tier: counts the steps of a scenario, or crashes at those it is given.
import { parentPort } from 'node:worker_threads';
import { crashAt, stepsOf } from '@streamstock/sync/testing/crash-everywhere';
import { CRASH_SCENARIOS } from '@streamstock/sync/testing/crash-scenarios';
import type { CrashAnswer, CrashJob } from './faults-crash.ts';

async function run({ scenario: index, points }: CrashJob): Promise<CrashAnswer> {
  const scenario = CRASH_SCENARIOS[index];
  if (scenario === undefined) throw new Error(`There is no scenario ${index}.`);
  if (points === null) return { scenario: index, runs: 1, steps: await stepsOf(scenario), failures: [] };
  const failures = [];
  for (const point of points) failures.push((await crashAt(scenario, point)) ?? []);
  return { scenario: index, runs: points.length, steps: null, failures: failures.flat() };
}

parentPort?.on('message', (job: CrashJob) => {
  void run(job).then((answer) => parentPort?.postMessage(answer));
});
