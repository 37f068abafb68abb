// `pnpm faults --tier domain` and `pnpm faults mutants --part domain`: what they run and how they say what came of it.
import { runDomain } from '@streamstock/inventory/testing/domain-run';
import { DOMAIN_MUTANTS } from '@streamstock/inventory/testing/mutants';
import { huntDomainMutants, runDomainSeeds, type DomainKill } from './domain-workers.ts';

/** One round of histories in so many goes through the tables too, all through the book in memory. */
const TABLES_EVERY = 2;
const MINUTE_MS = 60_000;
const PROBLEM_CHARACTERS_MAX = 400;

export interface DomainCommand {
  readonly workers: number;
  readonly json: boolean;
  readonly machine: object;
  readonly progress: (text: string) => void;
}

export async function domainSeedsCommand(seeds: number, from: number, command: DomainCommand): Promise<number> {
  const { workers, json, machine, progress } = command;
  console.log(`Domain tier: seeds ${from} to ${from + seeds - 1}, ${workers} ${workers === 1 ? 'thread' : 'threads'}.`);
  const beganMs = performance.now();
  const verdict = await runDomainSeeds(from, seeds, workers, TABLES_EVERY, (done) =>
    progress(`${done} of ${seeds} histories`),
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
  if (json) {
    const figures = {
      seeds: verdict.seeds,
      violations,
      events: verdict.events,
      throughTables: verdict.throughTables,
      seedsPerMinute,
      elapsedMs: Math.round(elapsedMs),
    };
    const failingSeeds = verdict.failures.map(({ seed }) => seed);
    console.log(
      JSON.stringify({ name: 'faults', tier: 'domain', figures, kinds: verdict.kinds, failingSeeds, machine }),
    );
  }
  return violations === 0 ? 0 : 1;
}

export async function domainSeedCommand(seed: number): Promise<number> {
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

export async function domainMutantsCommand(
  seedsMax: number,
  { workers, json, machine }: DomainCommand,
): Promise<number> {
  const hunted = await huntDomainMutants(DOMAIN_MUTANTS, seedsMax, workers, (kill) =>
    console.log(wordsOf(kill, seedsMax)),
  );
  const seeds = hunted.flatMap(({ seedsToKill }) => seedsToKill ?? []).sort((a, b) => a - b);
  const survivors = hunted.filter(({ seedsToKill }) => seedsToKill === null).map(({ name }) => name);
  const seedsToKillMedian = seeds[Math.floor(seeds.length / 2)] ?? null;
  console.log(
    `\n${seeds.length} of ${hunted.length} planted bugs noticed, half of them within ${seedsToKillMedian} seeds.`,
  );
  if (json) {
    const figures = { mutants: hunted.length, killed: seeds.length, seedsToKillMedian };
    const seedsToKill = Object.fromEntries(hunted.map((kill) => [kill.name, kill.seedsToKill]));
    console.log(JSON.stringify({ name: 'faults mutants', part: 'domain', figures, seedsToKill, survivors, machine }));
  }
  return survivors.length === 0 ? 0 : 1;
}
