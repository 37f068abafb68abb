// One thread of the domain's simulation: runs the seeds it is given and answers with what it found. A planted bug is worked
// into its module before the domain is loaded, so that it is the product's own code that errs.
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { DomainMutant } from '@streamstock/inventory/testing/mutants';
import type { DomainAnswer, DomainJob } from './domain-workers.ts';

/** Plants a bug. Throws when its line is not there (any more). */
function plant({ name, file, find, replace }: DomainMutant): void {
  const url = new URL(`../../../packages/${file}`, import.meta.url);
  const source = readFileSync(fileURLToPath(url), 'utf8');
  if (source.split(find).length !== 2)
    throw new Error(`"${name}" can not be planted: its line is not once in ${file}.`);
  const planted = stripTypeScriptTypes(source.replace(find, () => replace));
  registerHooks({
    load: (loaded, context, next) =>
      loaded === url.href ? { format: 'module', source: planted, shortCircuit: true } : next(loaded, context),
  });
}

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
