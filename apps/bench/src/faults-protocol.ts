// `pnpm faults --tier protocol`: seeded histories of a simulated chain. Owns its arguments and words; the simulation itself
// is in @streamstock/sync/testing.
import { optionsOf } from '@streamstock/sync/testing/fault-options';
import { runFaults } from '@streamstock/sync/testing/fault-run';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { runSeeds, type SeedsVerdict } from './faults-workers.ts';

const SEEDS = 1_000;
const MINUTE_MS = 60_000;

export const PROTOCOL_TIER: FaultsCommand = {
  name: 'protocol',
  help: `
  pnpm faults --tier protocol [--seeds N] [--from S] [--workers W] [--json]
      Runs N seeded histories (default ${SEEDS}): real sessions and real logs over a virtual clock, network and disks, with
      frames lost, doubled and overtaking, cut connections, partitions, crashes, cloned and rolled-back disks. Afterwards
      everything must be where an independent book says, and every queue empty. One seed in a hundred runs twice and must
      give the same trace. Exit code 1 if any seed fails.

  pnpm faults --tier protocol --seed S [--trace]
      One history: the options that follow from the seed, the faults that struck, what was wrong. --trace prints every
      input of every session.`.slice(1),
  options: { trace: 'boolean' },
  run: (request) =>
    request.has('seed') ? oneSeed(request.count('seed', 1), request.has('trace')) : manySeeds(request),
};

async function manySeeds(request: FaultsRequest): Promise<number> {
  const { workers } = request;
  const [seeds, from] = [request.count('seeds', SEEDS), request.count('from', 1)];
  console.log(
    `Protocol tier: seeds ${from} to ${from + seeds - 1}, ${workers} ${workers === 1 ? 'thread' : 'threads'}.`,
  );
  const beganMs = performance.now();
  const verdict = await runSeeds(from, seeds, workers, (done) => request.progress(`${done} of ${seeds} seeds`));
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
  if (request.json) {
    const failingSeeds = verdict.failures.map(({ seed }) => seed);
    const figures = {
      seeds,
      violations: failingSeeds.length,
      savedEvents: verdict.saved,
      seedsPerMinute,
      drainMsMax: verdict.drainMsMax,
    };
    printJson({ name: 'faults', tier: 'protocol', figures, faults: verdict.faults, failingSeeds });
  }
  return verdict.failures.length === 0 ? 0 : 1;
}

function words(verdict: SeedsVerdict): string {
  return Object.entries(verdict.faults)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');
}

async function oneSeed(seed: number, trace: boolean): Promise<number> {
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
