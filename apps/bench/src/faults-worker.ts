// One thread of the fault simulation: runs the seeds it is given and answers with what it found. A planted bug is worked into
// its module before the simulation is loaded.
import { parentPort, workerData } from 'node:worker_threads';
import type { FaultPlan } from '@streamstock/sync/testing/fault-plan';
import type { RunResult } from '@streamstock/sync/testing/fault-run';
import type { SourceMutant } from '@streamstock/sync/testing/source-mutant';
import type { SeedFailure, SeedsAnswer, SeedsJob } from './faults-workers.ts';
import { plant } from './planting.ts';

/** One seed in so many runs twice and must give the same trace. */
const TWICE_EVERY = 100;

const mutant = (workerData as { readonly mutant: SourceMutant | null }).mutant;
if (mutant !== null) plant(mutant);
const { planOf } = await import('@streamstock/sync/testing/fault-plan');
const { runFaults } = await import('@streamstock/sync/testing/fault-run');

async function run(job: SeedsJob): Promise<SeedsAnswer> {
  const faults: Record<string, number> = {};
  const failures: SeedFailure[] = [];
  let [ran, saved, twice, drainMsMax, excused, handedBack] = [0, 0, 0, 0, 0, 0];
  for (let seed = job.fromSeed; seed < job.fromSeed + job.seeds; seed += 1) {
    const again = mutant === null && seed % TWICE_EVERY === 0;
    const plan = planOf(seed, job.tier);
    const result = await runFaults(plan, { trace: again });
    const problems = [...result.violations, ...(again ? await differs(plan, result) : [])];
    if (problems.length > 0) failures.push({ seed, problems });
    ran += 1;
    saved += result.saved;
    excused += result.excused;
    handedBack += result.handedBack;
    twice += again ? 1 : 0;
    drainMsMax = Math.max(drainMsMax, result.drainMs ?? 0);
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    if (job.stopAtFirst && failures.length > 0) break;
  }
  return { seeds: ran, saved, twice, drainMsMax, excused, handedBack, faults, failures };
}

async function differs(plan: FaultPlan, { traceHash }: RunResult): Promise<string[]> {
  const second = await runFaults(plan, { trace: true });
  return second.traceHash === traceHash ? [] : ['run twice, it gave two different traces'];
}

parentPort?.on('message', (job: SeedsJob) => {
  void run(job).then((answer) => parentPort?.postMessage(answer));
});
