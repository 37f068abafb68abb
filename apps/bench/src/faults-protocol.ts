// `pnpm faults --tier protocol`: seeded histories of a simulated chain. Owns its arguments and words; the simulation itself
// is in @streamstock/sync/testing.
import { planOf } from '@streamstock/sync/testing/fault-plan';
import { runFaults } from '@streamstock/sync/testing/fault-run';
import { pinnedTest, shrinkPlan } from '@streamstock/sync/testing/fault-shrink';
import { LIVENESS_BOUND_MS } from '@streamstock/sync/testing/sim-world';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { runSeeds } from './faults-workers.ts';

const SEEDS = 1_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

export const PROTOCOL_TIER: FaultsCommand = {
  name: 'protocol',
  help: `
  pnpm faults --tier protocol [--seeds N] [--from S] [--workers W] [--shrink] [--json]
      Runs N seeded histories (default ${SEEDS}): real sessions and real logs over a virtual clock, network and disks. Frames
      are lost, doubled, held up and overtaking; links cut one by one; machines crash at any step of a write; disks fill up,
      are cloned and rolled back; clocks are wrong; tabs freeze. Safety: whenever something is called saved or accepted, and
      at the end, everything must be where an independent book says. Liveness: when the faults end, every queue is empty
      within ${LIVENESS_BOUND_MS / SECOND_MS} s of virtual time. One seed in a hundred runs twice and must give the same trace. --shrink cuts the first
      failing seed down and prints a test that pins it. Exit code 1 if any seed fails.

  pnpm faults --tier protocol --seed S [--trace] [--shrink]
      One history: the plan that follows from the seed, the faults that struck, what was wrong. --trace prints every input
      of every session.`.slice(1),
  options: { trace: 'boolean', shrink: 'boolean' },
  run: (request) => (request.has('seed') ? oneSeed(request) : manySeeds(request)),
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
    console.log(`  again:   pnpm faults --tier protocol --seed ${seed}`);
  }
  const [first] = verdict.failures;
  if (first !== undefined) {
    console.log(`\nThe plan of seed ${first.seed}: ${JSON.stringify(planOf(first.seed))}`);
    if (request.has('shrink')) await shrink(first.seed);
  }
  const seedsPerMinute = Math.round((verdict.seeds / elapsedMs) * MINUTE_MS);
  const struck = Object.entries(verdict.faults).map(([kind, count]) => `${count} × ${kind}`);
  console.log(`\n${verdict.seeds} histories, ${verdict.saved} saved events, ${struck.join(', ')}.`);
  console.log(
    `${verdict.twice} ran twice with the same trace. Slowest drain ${verdict.drainMsMax / SECOND_MS} s of at most ${LIVENESS_BOUND_MS / SECOND_MS} s (virtual). ${seedsPerMinute} seeds a minute.`,
  );
  const { length: violations } = verdict.failures;
  console.log(violations === 0 ? 'Nothing was wrong.' : `${violations} seeds failed.`);
  if (request.json) {
    const figures = {
      seeds: verdict.seeds,
      violations,
      savedEvents: verdict.saved,
      seedsPerMinute,
      ranTwice: verdict.twice,
      drainMsMax: verdict.drainMsMax,
      drainMsBound: LIVENESS_BOUND_MS,
    };
    const failingSeeds = verdict.failures.map(({ seed }) => seed);
    printJson({ name: 'faults', tier: 'protocol', figures, faults: verdict.faults, failingSeeds });
  }
  return violations === 0 ? 0 : 1;
}

async function oneSeed(request: FaultsRequest): Promise<number> {
  const seed = request.count('seed', 1);
  const plan = planOf(seed);
  console.log(`Seed ${seed}: ${JSON.stringify(plan, null, 2)}`);
  const extras = request.has('trace') ? { onTrace: (text: string) => console.log(text) } : {};
  const { violations, faults, saved, drainMs } = await runFaults(plan, extras);
  console.log(`Faults: ${JSON.stringify(faults)}. ${saved} saved events. Drained after ${drainMs ?? '(never)'} ms.`);
  for (const violation of violations) console.log(`  - ${violation}`);
  console.log(violations.length === 0 ? 'Nothing was wrong.' : `${violations.length} things were wrong.`);
  if (violations.length > 0 && request.has('shrink')) await shrink(seed);
  return violations.length === 0 ? 0 : 1;
}

async function shrink(seed: number): Promise<void> {
  const whole = planOf(seed);
  const { plan, runs } = await shrinkPlan(whole, async (candidate) => (await runFaults(candidate)).violations.length > 0);
  const { violations } = await runFaults(plan);
  console.log(`\nSeed ${seed}, cut down from ${whole.steps.length} to ${plan.steps.length} steps in ${runs} histories:`);
  for (const violation of violations) console.log(`  - ${violation}`);
  console.log(`\n${pinnedTest(plan, violations)}`);
}
