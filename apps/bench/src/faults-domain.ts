// `pnpm faults --tier domain` and `pnpm faults mutants --part domain`: what they run and how they say what came of it.
import { runDomain } from '@streamstock/inventory/testing/domain-run';
import { DOMAIN_MUTANTS } from '@streamstock/inventory/testing/mutants';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { huntDomainMutants, runDomainSeeds, type DomainKill } from './domain-workers.ts';

/** One round of histories in so many goes through the tables too, all through the book in memory. */
const TABLES_EVERY = 2;
const SEEDS = 1_000;
const SEEDS_TO_KILL_MAX = 2_000;
const MINUTE_MS = 60_000;
const PROBLEM_CHARACTERS_MAX = 400;

export const DOMAIN_TIER: FaultsCommand = {
  name: 'domain',
  help: `
  pnpm faults --tier domain [--seeds N] [--from S] [--workers W] [--json]
      Runs N seeded histories (default ${SEEDS}) in a random order of arrival, repeated and split: random events of every type
      with rulings, judged by an independent book; and days in a chain with shelves, thieves, a truck and wrong clocks,
      judged by what stands there. Exit code 1 if any seed fails.

  pnpm faults --tier domain --seed S
      One of these histories: what was wrong.`.slice(1),
  run: (request) => (request.has('seed') ? oneSeed(request.count('seed', 1)) : manySeeds(request)),
};

export const DOMAIN_PART: FaultsCommand = {
  name: 'domain',
  help: `
  pnpm faults mutants --part domain [--seeds N] [--workers W] [--json]
      The same for bugs in the domain's folds.`.slice(1),
  run: (request) => hunt(request),
};

async function manySeeds(request: FaultsRequest): Promise<number> {
  const { workers } = request;
  const [seeds, from] = [request.count('seeds', SEEDS), request.count('from', 1)];
  console.log(`Domain tier: seeds ${from} to ${from + seeds - 1}, ${workers} ${workers === 1 ? 'thread' : 'threads'}.`);
  const beganMs = performance.now();
  const verdict = await runDomainSeeds(from, seeds, workers, TABLES_EVERY, (done) =>
    request.progress(`${done} of ${seeds} histories`),
  );
  const elapsedMs = performance.now() - beganMs;
  for (const { seed, problems } of verdict.failures) {
    console.log(`\nSeed ${seed} failed.`);
    for (const problem of problems) console.log(`  - ${problem.slice(0, PROBLEM_CHARACTERS_MAX)}`);
    console.log(`  again:   pnpm faults --tier domain --seed ${seed}`);
  }
  const seedsPerMinute = Math.round((verdict.seeds / elapsedMs) * MINUTE_MS);
  const kinds = Object.entries(verdict.kinds)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} × ${kind}`);
  console.log(`\n${verdict.seeds} histories, ${verdict.events} events: ${kinds.join(', ')}.`);
  console.log(
    `All folded through the book in memory, ${verdict.throughTables} of them through the tables too. ${seedsPerMinute} seeds a minute.`,
  );
  const { length: violations } = verdict.failures;
  console.log(violations === 0 ? 'Nothing was wrong.' : `${violations} seeds failed.`);
  if (request.json) {
    const figures = {
      seeds: verdict.seeds,
      violations,
      events: verdict.events,
      throughTables: verdict.throughTables,
      seedsPerMinute,
      elapsedMs: Math.round(elapsedMs),
    };
    const failingSeeds = verdict.failures.map(({ seed }) => seed);
    printJson({ name: 'faults', tier: 'domain', figures, kinds: verdict.kinds, failingSeeds });
  }
  return violations === 0 ? 0 : 1;
}

async function oneSeed(seed: number): Promise<number> {
  const { kind, events, problems } = await runDomain(seed);
  console.log(`Seed ${seed}: ${kind}, ${events} events, through the book in memory and through the tables.`);
  for (const problem of problems) console.log(`  - ${problem}`);
  console.log(problems.length === 0 ? 'Nothing was wrong.' : `${problems.length} things were wrong.`);
  return problems.length === 0 ? 0 : 1;
}

function wordsOf({ name, seedsToKill, problem }: DomainKill, seedsMax: number): string {
  if (seedsToKill === null) return `${name}: SURVIVED ${seedsMax} seeds`;
  return `${name}: noticed after ${seedsToKill}: ${(problem ?? '').slice(0, 100)}`;
}

async function hunt(request: FaultsRequest): Promise<number> {
  const seedsMax = request.count('seeds', SEEDS_TO_KILL_MAX);
  const hunted = await huntDomainMutants(DOMAIN_MUTANTS, seedsMax, request.workers, (kill) =>
    console.log(wordsOf(kill, seedsMax)),
  );
  const seeds = hunted.flatMap(({ seedsToKill }) => seedsToKill ?? []).sort((a, b) => a - b);
  const survivors = hunted.filter(({ seedsToKill }) => seedsToKill === null).map(({ name }) => name);
  const seedsToKillMedian = seeds[Math.floor(seeds.length / 2)] ?? null;
  console.log(
    `\n${seeds.length} of ${hunted.length} planted bugs noticed, half of them within ${seedsToKillMedian} seeds.`,
  );
  if (request.json) {
    const figures = { mutants: hunted.length, killed: seeds.length, seedsToKillMedian };
    const seedsToKill = Object.fromEntries(hunted.map((kill) => [kill.name, kill.seedsToKill]));
    printJson({ name: 'faults mutants', part: 'domain', figures, seedsToKill, survivors });
  }
  return survivors.length === 0 ? 0 : 1;
}
