// One thread of the fault simulation: runs the seeds it is given and answers with what it found.
import { parentPort } from 'node:worker_threads';
import { optionsOf } from '@streamstock/sync/testing/fault-options';
import { runFaults, type FaultKind, type RunResult } from '@streamstock/sync/testing/fault-run';
import { MUTANTS } from '@streamstock/sync/testing/sabotage';
import type { SeedFailure, WorkerAnswer, WorkerJob } from './faults-workers.ts';

/** One seed in so many runs twice and must give the same trace. */
const TWICE_EVERY = 100;

async function run(job: WorkerJob): Promise<WorkerAnswer> {
  const mutant = MUTANTS.find(({ name }) => name === job.mutant);
  const faults: Record<FaultKind, number> = {
    cut: 0,
    partition: 0,
    deviceCrash: 0,
    centreCrash: 0,
    clone: 0,
    rollBack: 0,
    twin: 0,
  };
  const failures: SeedFailure[] = [];
  let [saved, twice, drainMsMax] = [0, 0, 0];
  for (let seed = job.fromSeed; seed < job.fromSeed + job.seeds; seed += 1) {
    const again = mutant === undefined && seed % TWICE_EVERY === 0;
    const extras = { trace: again, ...(mutant === undefined ? {} : { sabotage: mutant }) };
    try {
      const result = await runFaults(optionsOf(seed), extras);
      const problems = [...result.violations, ...(again ? await differs(result) : [])];
      if (problems.length > 0) failures.push({ seed, problems });
      saved += result.saved;
      twice += again ? 1 : 0;
      drainMsMax = Math.max(drainMsMax, result.drainMs ?? 0);
      for (const [kind, count] of Object.entries(result.faults)) faults[kind as FaultKind] += count;
    } catch (error) {
      failures.push({
        seed,
        problems: [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
      });
    }
    if (mutant !== undefined && failures.length > 0) break;
  }
  return { job, saved, twice, drainMsMax, faults, failures };
}

async function differs({ options, traceHash }: RunResult): Promise<string[]> {
  const second = await runFaults(options, { trace: true });
  return second.traceHash === traceHash ? [] : ['run twice, it gave two different traces'];
}

parentPort?.on('message', (job: WorkerJob) => {
  void run(job).then((answer) => parentPort?.postMessage(answer));
});
