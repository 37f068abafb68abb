// Spreads the seeds of the storage tier over threads and gathers what they found. Owns the threads; which seeds run where
// changes nothing in what they find.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Seeds that a thread is given at a time. */
const BATCH_SEEDS = 10;
/** Failing seeds that are told; more than these say nothing new. */
const FAILURES_MAX = 10;

export interface StorageJob {
  readonly fromSeed: number;
  readonly seeds: number;
}

export interface StorageFailure {
  readonly seed: number;
  /** Which storage: of a device, or of the centre. */
  readonly part: string;
  readonly problems: readonly string[];
}

export interface StorageAnswer {
  seeds: number;
  calls: number;
  readonly faults: Record<string, number>;
  readonly failures: StorageFailure[];
}

/** Runs the seeds `from` … `from + seeds − 1`; ends early when enough of them failed. */
export async function runStorageSeeds(
  from: number,
  seeds: number,
  workers: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<StorageAnswer> {
  const total: StorageAnswer = { seeds: 0, calls: 0, faults: {}, failures: [] };
  let next = from;
  const runOne = async (): Promise<void> => {
    const worker = new Worker(new URL('./faults-storage-worker.ts', import.meta.url));
    try {
      while (next < from + seeds && total.failures.length < FAILURES_MAX) {
        const job = { fromSeed: next, seeds: Math.min(BATCH_SEEDS, from + seeds - next) };
        next += job.seeds;
        worker.postMessage(job satisfies StorageJob);
        const [answer] = (await once(worker, 'message')) as [StorageAnswer];
        add(total, answer);
        onProgress(total.seeds);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / BATCH_SEEDS)) }, runOne));
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

function add(total: StorageAnswer, answer: StorageAnswer): void {
  total.seeds += answer.seeds;
  total.calls += answer.calls;
  for (const [kind, times] of Object.entries(answer.faults)) total.faults[kind] = (total.faults[kind] ?? 0) + times;
  total.failures.push(...answer.failures);
}
