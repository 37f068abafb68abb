// Spreads seeds over threads and gathers what they found. Owns the threads; which seeds run where changes nothing in
// what they find.
import { Worker } from 'node:worker_threads';
import type { FaultKind } from '@streamstock/sync/testing/fault-run';

/** Seeds that a thread is given at a time. */
const BATCH_SEEDS = 20;
/** Failing seeds that are told in full; more than these say nothing new. */
const FAILURES_MAX = 20;

export interface WorkerJob {
  readonly fromSeed: number;
  readonly seeds: number;
  /** Name of a planted bug; null: none. */
  readonly mutant: string | null;
}

export interface WorkerAnswer {
  readonly job: WorkerJob;
  readonly saved: number;
  readonly twice: number;
  readonly drainMsMax: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly failures: readonly SeedFailure[];
}

export interface SeedFailure {
  readonly seed: number;
  readonly problems: readonly string[];
}

export interface SeedsVerdict {
  readonly saved: number;
  readonly twice: number;
  readonly drainMsMax: number;
  readonly faults: Readonly<Record<string, number>>;
  /** By seed; at most `FAILURES_MAX`. */
  readonly failures: readonly SeedFailure[];
}

export interface MutantVerdict {
  readonly name: string;
  /** null: not noticed. */
  readonly seedsToKill: number | null;
  readonly problem: string | null;
}

export async function runSeeds(
  from: number,
  seeds: number,
  workers: number,
  onProgress: (done: number) => void,
): Promise<SeedsVerdict> {
  const answers: WorkerAnswer[] = [];
  let done = 0;
  await share(jobsOf(from, seeds, null), workers, (answer) => {
    answers.push(answer);
    done += answer.job.seeds;
    onProgress(done);
    return answers.reduce((sum, { failures }) => sum + failures.length, 0) < FAILURES_MAX;
  });
  const faults: Record<string, number> = {};
  for (const answer of answers) {
    for (const [kind, count] of Object.entries(answer.faults)) faults[kind] = (faults[kind] ?? 0) + count;
  }
  return {
    saved: answers.reduce((sum, { saved }) => sum + saved, 0),
    twice: answers.reduce((sum, { twice }) => sum + twice, 0),
    drainMsMax: Math.max(0, ...answers.map(({ drainMsMax }) => drainMsMax)),
    faults,
    failures: answers.flatMap(({ failures }) => failures).sort((a, b) => a.seed - b.seed),
  };
}

export async function huntMutant(name: string, seedsMax: number, workers: number): Promise<MutantVerdict> {
  const found: SeedFailure[] = [];
  await share(jobsOf(1, seedsMax, name), workers, ({ failures }) => {
    found.push(...failures);
    return found.length === 0;
  });
  const [first] = found.sort((a, b) => a.seed - b.seed);
  return { name, seedsToKill: first?.seed ?? null, problem: first?.problems[0] ?? null };
}

function jobsOf(from: number, seeds: number, mutant: string | null): WorkerJob[] {
  const jobs: WorkerJob[] = [];
  for (let offset = 0; offset < seeds; offset += BATCH_SEEDS) {
    jobs.push({ fromSeed: from + offset, seeds: Math.min(BATCH_SEEDS, seeds - offset), mutant });
  }
  return jobs;
}

/** Gives each thread the next job when it has answered the last one, as long as `onAnswer` wants more. */
async function share(
  jobs: readonly WorkerJob[],
  workers: number,
  onAnswer: (answer: WorkerAnswer) => boolean,
): Promise<void> {
  let next = 0;
  let wanted = true;
  const runOne = async (): Promise<void> => {
    const worker = new Worker(new URL('./faults-worker.ts', import.meta.url));
    try {
      while (wanted && next < jobs.length) {
        const job = jobs[next];
        next += 1;
        wanted = onAnswer(await answerOf(worker, job)) && wanted;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, runOne));
}

function answerOf(worker: Worker, job: WorkerJob | undefined): Promise<WorkerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
  worker.once('error', reject);
  worker.once('message', (answer: WorkerAnswer) => {
    worker.off('error', reject);
    resolve(answer);
  });
  worker.postMessage(job);
  return promise;
}
