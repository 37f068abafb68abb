// `pnpm faults --tier protocol` and `--tier restore`: seeded histories of a simulated chain. Owns their arguments and words; the
// simulation itself is in @streamstock/sync/testing.
import { planOf, type SeedTier } from '@streamstock/sync/testing/fault-plan';
import { runFaults } from '@streamstock/sync/testing/fault-run';
import { pinnedTest, shrinkPlan } from '@streamstock/sync/testing/fault-shrink';
import { LIVENESS_BOUND_MS } from '@streamstock/sync/testing/sim-world';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { runSeeds, type SeedsAnswer } from './faults-workers.ts';

const SEEDS = 1_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const BOUND_S = LIVENESS_BOUND_MS / SECOND_MS;

export const PROTOCOL_TIER = seedsTier(
  'protocol',
  `Runs N seeded histories (default ${SEEDS}): real sessions and real logs over a virtual clock, network and disks. Frames
      are lost, doubled, held up and overtaking; links cut one by one; machines crash at any step of their I/O; disks fill
      up, are cloned, rolled back and wiped; bits flip; clocks are wrong and set; tabs freeze; backups are put back; devices
      are removed; apps are old. Safety: whenever something is called saved or accepted, and at the end, everything must be
      where an independent book says. Liveness: when the faults end, every queue is empty within ${BOUND_S} s of virtual time.
      One seed in a hundred runs twice and must give the same trace. --shrink cuts the first failing seed down and prints a
      test that pins it. Exit code 1 if any seed fails.`,
);

export const RESTORE_TIER = seedsTier(
  'restore',
  `The same with one to three backups put back in every history, by command or by hand: all devices must converge, and
      every event that any disk still holds must be back, received ones too.`,
);

function seedsTier(tier: SeedTier, words: string): FaultsCommand {
  return {
    name: tier,
    help: `
  pnpm faults --tier ${tier} [--seeds N] [--from S] [--workers W] [--shrink] [--json]
      ${words}

  pnpm faults --tier ${tier} --seed S [--trace] [--shrink]
      One history: the plan that follows from the seed, the faults that struck, what was wrong. --trace prints every input
      of every session.`.slice(1),
    options: { trace: 'boolean', shrink: 'boolean' },
    run: (request) => (request.has('seed') ? oneSeed(tier, request) : manySeeds(tier, request)),
  };
}

async function manySeeds(tier: SeedTier, request: FaultsRequest): Promise<number> {
  const { workers } = request;
  const [seeds, from] = [request.count('seeds', SEEDS), request.count('from', 1)];
  const threads = `${workers} ${workers === 1 ? 'thread' : 'threads'}`;
  console.log(`Tier ${tier}: seeds ${from} to ${from + seeds - 1}, ${threads}.`);
  const beganMs = performance.now();
  const verdict = await runSeeds(tier, from, seeds, workers, (done) => request.progress(`${done} of ${seeds} seeds`));
  const elapsedMs = performance.now() - beganMs;
  for (const { seed, problems } of verdict.failures) {
    console.log(`\nSeed ${seed} failed.`);
    for (const problem of problems) console.log(`  - ${problem}`);
    console.log(`  again:   pnpm faults --tier ${tier} --seed ${seed}`);
  }
  const [first] = verdict.failures;
  if (first !== undefined) {
    console.log(`\nThe plan of seed ${first.seed}: ${JSON.stringify(planOf(first.seed, tier))}`);
    if (request.has('shrink')) await shrink(tier, first.seed);
  }
  const seedsPerMinute = Math.round((verdict.seeds / elapsedMs) * MINUTE_MS);
  tell(verdict, seedsPerMinute);
  const { length: violations } = verdict.failures;
  if (request.json) {
    const { seeds: ran, saved: savedEvents, twice: ranTwice, drainMsMax, excused, handedBack } = verdict;
    const bound = { drainMsMax, drainMsBound: LIVENESS_BOUND_MS };
    const figures = { seeds: ran, violations, savedEvents, seedsPerMinute, ranTwice, excused, handedBack, ...bound };
    const failingSeeds = verdict.failures.map(({ seed }) => seed);
    printJson({ name: 'faults', tier, figures, faults: verdict.faults, failingSeeds });
  }
  return violations === 0 ? 0 : 1;
}

function tell(verdict: SeedsAnswer, seedsPerMinute: number): void {
  const struck = Object.entries(verdict.faults).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const words = struck.map(([kind, count]) => `${count} × ${kind}`).join(', ');
  console.log(`\n${verdict.seeds} histories, ${verdict.saved} saved events, ${words}.`);
  console.log(
    `Of ${verdict.excused} saved events the last copy was destroyed; ${verdict.handedBack} came back to a centre that had lost them.`,
  );
  console.log(
    `${verdict.twice} ran twice with the same trace. Slowest drain ${verdict.drainMsMax / SECOND_MS} s of at most ${BOUND_S} s (virtual). ${seedsPerMinute} seeds a minute.`,
  );
  const { length: violations } = verdict.failures;
  console.log(violations === 0 ? 'Nothing was wrong.' : `${violations} seeds failed.`);
}

async function oneSeed(tier: SeedTier, request: FaultsRequest): Promise<number> {
  const seed = request.count('seed', 1);
  const plan = planOf(seed, tier);
  console.log(`Seed ${seed}: ${JSON.stringify(plan, null, 2)}`);
  const extras = request.has('trace') ? { onTrace: (text: string) => console.log(text) } : {};
  const { violations, faults, saved, drainMs } = await runFaults(plan, extras);
  console.log(`Faults: ${JSON.stringify(faults)}. ${saved} saved events. Drained after ${drainMs ?? '(never)'} ms.`);
  for (const violation of violations) console.log(`  - ${violation}`);
  console.log(violations.length === 0 ? 'Nothing was wrong.' : `${violations.length} things were wrong.`);
  if (violations.length > 0 && request.has('shrink')) await shrink(tier, seed);
  return violations.length === 0 ? 0 : 1;
}

async function shrink(tier: SeedTier, seed: number): Promise<void> {
  const whole = planOf(seed, tier);
  const { plan, runs } = await shrinkPlan(
    whole,
    async (candidate) => (await runFaults(candidate)).violations.length > 0,
  );
  const { violations } = await runFaults(plan);
  console.log(
    `\nSeed ${seed}, cut down from ${whole.steps.length} to ${plan.steps.length} steps in ${runs} histories:`,
  );
  for (const violation of violations) console.log(`  - ${violation}`);
  console.log(`\n${pinnedTest(plan, violations)}`);
}
