// `pnpm faults`: tries to break sync and the domain by simulation, seed by seed, and says what broke them. Owns arguments and
// output; the simulations themselves are in @streamstock/sync/testing and @streamstock/inventory/testing.
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { optionsOf } from '@streamstock/sync/testing/fault-options';
import { runFaults } from '@streamstock/sync/testing/fault-run';
import { MUTANTS } from '@streamstock/sync/testing/sabotage';
import { domainMutantsCommand, domainSeedCommand, domainSeedsCommand } from './faults-domain.ts';
import { huntMutant, runSeeds, type MutantVerdict, type SeedsVerdict } from './faults-workers.ts';

const HELP = `Tries to break sync and the domain by simulation.

  pnpm faults --tier protocol [--seeds N] [--from S] [--workers W] [--json]
      Runs N seeded histories (default 1000): real sessions and real logs over a virtual clock, network and disks, with
      frames lost, doubled and overtaking, cut connections, partitions, crashes, cloned and rolled-back disks. Afterwards
      everything must be where an independent book says, and every queue empty. One seed in a hundred runs twice and must
      give the same trace. Exit code 1 if any seed fails.

  pnpm faults --tier protocol --seed S [--trace]
      One history: the options that follow from the seed, the faults that struck, what was wrong. --trace prints every
      input of every session.

  pnpm faults --tier domain [--seeds N] [--from S] [--workers W] [--json]
      Runs N seeded histories (default 1000) in a random order of arrival, repeated and split: random events of every type
      with rulings, judged by an independent book; and days in a chain with shelves, thieves, a truck and wrong clocks,
      judged by what stands there. Exit code 1 if any seed fails.

  pnpm faults --tier domain --seed S
      One of these histories: what was wrong.

  pnpm faults mutants --part sync|domain [--seeds N] [--workers W] [--json]
      Plants known bugs one by one (default at most 2000 seeds each) and says after how many seeds each was noticed.
      Exit code 1 if one survives.

  --json       the last line of the output is one JSON object
  --workers W  threads (default: one per core)
`;

const MINUTE_MS = 60_000;
const MUTANT_SEEDS_MAX = 2_000;
const SEEDS = 1_000;

class UsageError extends Error {}

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`--${name} must be a whole number from 1 on, not "${text}".`);
  return value;
}

const machine = () => ({
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

async function seedsCommand(seeds: number, from: number, workers: number, json: boolean): Promise<number> {
  console.log(
    `Protocol tier: seeds ${from} to ${from + seeds - 1}, ${workers} ${workers === 1 ? 'thread' : 'threads'}.`,
  );
  const beganMs = performance.now();
  const verdict = await runSeeds(from, seeds, workers, (done) => progress(`${done} of ${seeds} seeds`));
  const elapsedMs = performance.now() - beganMs;
  for (const { seed, problems } of verdict.failures) {
    console.log(`\nSeed ${seed} failed.`);
    for (const problem of problems) console.log(`  - ${problem}`);
    console.log(`  options: ${JSON.stringify(optionsOf(seed))}`);
    console.log(`  again:   pnpm faults --tier protocol --seed ${seed}`);
  }
  const seedsPerMinute = Math.round((seeds / elapsedMs) * MINUTE_MS);
  console.log(`\n${seeds} histories, ${verdict.saved} saved events, ${words(verdict)}.`);
  console.log(
    `${verdict.twice} ran twice with the same trace. Slowest drain ${verdict.drainMsMax} ms (virtual). ${seedsPerMinute} seeds a minute.`,
  );
  console.log(verdict.failures.length === 0 ? 'Nothing was wrong.' : `${verdict.failures.length} seeds failed.`);
  if (json) {
    const failing = verdict.failures.map(({ seed }) => seed);
    const figures = {
      seeds,
      violations: failing.length,
      savedEvents: verdict.saved,
      seedsPerMinute,
      drainMsMax: verdict.drainMsMax,
    };
    console.log(
      JSON.stringify({
        name: 'faults',
        tier: 'protocol',
        figures,
        faults: verdict.faults,
        failingSeeds: failing,
        machine: machine(),
      }),
    );
  }
  return verdict.failures.length === 0 ? 0 : 1;
}

function words(verdict: SeedsVerdict): string {
  return Object.entries(verdict.faults)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');
}

async function seedCommand(seed: number, trace: boolean): Promise<number> {
  const options = optionsOf(seed);
  console.log(`Seed ${seed}: ${JSON.stringify(options, null, 2)}`);
  const { violations, faults, saved, drainMs } = await runFaults(
    options,
    trace ? { onTrace: (text) => console.log(text) } : {},
  );
  console.log(`Faults: ${JSON.stringify(faults)}. ${saved} saved events. Drained after ${drainMs ?? '(never)'} ms.`);
  for (const violation of violations) console.log(`  - ${violation}`);
  console.log(violations.length === 0 ? 'Nothing was wrong.' : `${violations.length} things were wrong.`);
  return violations.length === 0 ? 0 : 1;
}

async function mutantsCommand(seedsMax: number, workers: number, json: boolean): Promise<number> {
  const verdicts: MutantVerdict[] = [];
  for (const { name } of MUTANTS) {
    const verdict = await huntMutant(name, seedsMax, workers);
    verdicts.push(verdict);
    const result =
      verdict.seedsToKill === null
        ? `SURVIVED ${seedsMax} seeds`
        : `noticed after ${verdict.seedsToKill}: ${verdict.problem}`;
    console.log(`${name}: ${result}`);
  }
  const kills = verdicts.flatMap(({ seedsToKill }) => seedsToKill ?? []).sort((a, b) => a - b);
  const survivors = verdicts.filter(({ seedsToKill }) => seedsToKill === null).map(({ name }) => name);
  const figures = {
    mutants: verdicts.length,
    killed: kills.length,
    seedsToKillMedian: kills[Math.floor(kills.length / 2)] ?? null,
  };
  console.log(`\n${kills.length} of ${verdicts.length} planted bugs noticed.`);
  if (json)
    console.log(JSON.stringify({ name: 'faults mutants', part: 'sync', figures, survivors, machine: machine() }));
  return survivors.length === 0 ? 0 : 1;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text} `);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tier: { type: 'string' },
      part: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || (positionals.length === 0 && values.tier === undefined)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const workers = wholeNumber('workers', values.workers, availableParallelism());
  const domain = { workers, json: values.json, machine: machine(), progress };
  if (positionals[0] === 'mutants') {
    if (values.part === 'domain')
      return await domainMutantsCommand(wholeNumber('seeds', values.seeds, MUTANT_SEEDS_MAX), domain);
    if (values.part !== 'sync') throw new UsageError('Which part? There is: --part sync, --part domain.');
    return await mutantsCommand(wholeNumber('seeds', values.seeds, MUTANT_SEEDS_MAX), workers, values.json);
  }
  if (positionals.length > 0)
    throw new UsageError(`There is no "${positionals.join(' ')}". There is: mutants, --tier protocol, --tier domain.`);
  if (values.tier === 'domain') {
    if (values.seed !== undefined) return await domainSeedCommand(wholeNumber('seed', values.seed, 1));
    const seeds = wholeNumber('seeds', values.seeds, SEEDS);
    return await domainSeedsCommand(seeds, wholeNumber('from', values.from, 1), domain);
  }
  if (values.tier !== 'protocol')
    throw new UsageError(`There is no tier "${values.tier}". There is: protocol, domain.`);
  if (values.seed !== undefined) return await seedCommand(wholeNumber('seed', values.seed, 1), values.trace);
  return await seedsCommand(
    wholeNumber('seeds', values.seeds, SEEDS),
    wholeNumber('from', values.from, 1),
    workers,
    values.json,
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isUsage) throw error;
  console.error(`${error.message}\n\npnpm faults --help tells more.`);
  process.exitCode = 2;
}
