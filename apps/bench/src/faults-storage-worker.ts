// One thread of the storage tier: runs the seeds it is given, each on both kinds of storage, and answers with what it found.
import { parentPort } from 'node:worker_threads';
import { runDeviceStorage } from '@streamstock/log-dexie/testing/storage-run';
import { runCentralStorage } from '@streamstock/log-sql/testing/storage-run';
import type { StorageAnswer, StorageJob } from './faults-storage-seeds.ts';

const PARTS = { device: runDeviceStorage, centre: runCentralStorage } as const;

// Dexie says on the console when it opens a database again, which is what is tried here, thousands of times.
const warn = console.warn.bind(console);
console.warn = (...words: unknown[]) => {
  if (words[0] !== 'Dexie: Need to reopen db') warn(...words);
};

async function run(job: StorageJob): Promise<StorageAnswer> {
  const answer: StorageAnswer = { seeds: job.seeds, calls: 0, faults: {}, failures: [] };
  for (let seed = job.fromSeed; seed < job.fromSeed + job.seeds; seed += 1) {
    for (const [part, runPart] of Object.entries(PARTS)) {
      try {
        const { calls, faults, problems } = await runPart(seed);
        answer.calls += calls;
        for (const [kind, times] of Object.entries(faults)) {
          const name = `${part}: ${kind}`;
          answer.faults[name] = (answer.faults[name] ?? 0) + times;
        }
        if (problems.length > 0) answer.failures.push({ seed, part, problems: [...problems] });
      } catch (error) {
        const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
        answer.failures.push({ seed, part, problems: [`threw ${problem}`] });
      }
    }
  }
  return answer;
}

parentPort?.on('message', (job: StorageJob) => {
  void run(job).then((answer) => parentPort?.postMessage(answer));
});
