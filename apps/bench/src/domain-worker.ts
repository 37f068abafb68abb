// One thread of the domain's simulation: runs the seeds it is given and answers with what it found. A planted bug is worked
// into its module before the domain is loaded, so that it is the product's own code that errs.
import { parentPort, workerData } from 'node:worker_threads';
import type { DomainMutant } from '@streamstock/inventory/testing/mutants';
import type { DomainAnswer, DomainJob } from './domain-workers.ts';
import { plant } from './planting.ts';

const mutant = (workerData as { readonly mutant: DomainMutant | null }).mutant;
if (mutant !== null) plant(mutant);
const { runDomain } = await import('@streamstock/inventory/testing/domain-run');

async function run({ fromSeed, seeds, tablesEvery, stopAtFirst }: DomainJob): Promise<DomainAnswer> {
  const answer = { fromSeed, seeds: 0, events: 0, throughTables: 0, kinds: {} as Record<string, number> };
  const failures: { seed: number; problems: readonly string[] }[] = [];
  for (let seed = fromSeed; seed < fromSeed + seeds; seed += 1) {
    // Kinds of histories take turns by seed: whole rounds of them go through the tables.
    const tables = Math.floor(seed / 6) % tablesEvery === 0;
    answer.seeds += 1;
    answer.throughTables += tables ? 1 : 0;
    try {
      const { kind, events, problems } = await runDomain(seed, { tables });
      answer.events += events;
      answer.kinds[kind] = (answer.kinds[kind] ?? 0) + 1;
      if (problems.length > 0) failures.push({ seed, problems });
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ seed, problems: [`threw ${words}`] });
    }
    if (stopAtFirst && failures.length > 0) break;
  }
  return { ...answer, failures };
}

parentPort?.on('message', (job: DomainJob) => {
  void run(job).then((answer) => parentPort?.postMessage(answer));
});
