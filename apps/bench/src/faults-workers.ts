// Spreads seeds over threads and gathers what they found. Which seeds run where changes nothing in what they find.
import type { SeedTier } from '@streamstock/sync/testing/fault-plan';
import type { SourceMutant } from '@streamstock/sync/testing/source-mutant';
import { shareJobs, Thread } from './thread.ts';

/** Seeds that a thread is given at a time. */
const BATCH_SEEDS = 100;
/** Failing seeds that are told in full; more than these say nothing new. */
const FAILURES_MAX = 20;

export interface SeedsJob {
  readonly tier: SeedTier;
  readonly fromSeed: number;
  readonly seeds: number;
  readonly stopAtFirst: boolean;
}

export interface SeedsAnswer {
  /** Histories that ran. */
  readonly seeds: number;
  readonly saved: number;
  readonly twice: number;
  readonly drainMsMax: number;
  /** Saved events of which no disk held anything any more. */
  readonly excused: number;
  /** Events that devices handed back to a centre that had lost them. */
  readonly handedBack: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly SeedFailure[];
}

export interface SeedFailure {
  readonly seed: number;
  readonly problems: readonly string[];
}

export interface MutantVerdict {
  readonly name: string;
  /** null: not noticed. */
  readonly seedsToKill: number | null;
  readonly problem: string | null;
}

const threadWith = (mutant: SourceMutant | null): Thread<SeedsJob, SeedsAnswer> =>
  new Thread(new URL('./faults-worker.ts', import.meta.url), { mutant });

/** `failures` are by seed, at most about `FAILURES_MAX`. */
export async function runSeeds(
  tier: SeedTier,
  from: number,
  seeds: number,
  workers: number,
  onProgress: (done: number) => void,
): Promise<SeedsAnswer> {
  const jobs: SeedsJob[] = [];
  for (let offset = 0; offset < seeds; offset += BATCH_SEEDS)
    jobs.push({ tier, fromSeed: from + offset, seeds: Math.min(BATCH_SEEDS, seeds - offset), stopAtFirst: false });
  const sum = { seeds: 0, saved: 0, twice: 0, drainMsMax: 0, excused: 0, handedBack: 0 };
  const faults: Record<string, number> = {};
  const failures: SeedFailure[] = [];
  await shareJobs(
    jobs,
    workers,
    () => threadWith(null),
    (answer) => {
      sum.seeds += answer.seeds;
      sum.saved += answer.saved;
      sum.twice += answer.twice;
      sum.excused += answer.excused;
      sum.handedBack += answer.handedBack;
      sum.drainMsMax = Math.max(sum.drainMsMax, answer.drainMsMax);
      for (const [kind, count] of Object.entries(answer.faults)) faults[kind] = (faults[kind] ?? 0) + count;
      failures.push(...answer.failures);
      onProgress(sum.seeds);
      return failures.length < FAILURES_MAX;
    },
  );
  return { ...sum, faults, failures: failures.sort((a, b) => a.seed - b.seed) };
}

/** Plants each bug, one thread for each, and says after how many seeds it was noticed, in the order of `mutants`. */
export async function huntMutants(
  mutants: readonly SourceMutant[],
  seedsMax: number,
  workers: number,
  onVerdict: (verdict: MutantVerdict) => void = () => undefined,
): Promise<MutantVerdict[]> {
  const verdicts: MutantVerdict[] = [];
  let next = 0;
  const huntOne = async (): Promise<void> => {
    for (let index = next++; index < mutants.length; index = next++) {
      const mutant = mutants[index];
      if (mutant === undefined) return;
      const verdict = await huntMutant(mutant, seedsMax);
      verdicts[index] = verdict;
      onVerdict(verdict);
    }
  };
  await Promise.all(Array.from({ length: workers }, huntOne));
  return verdicts;
}

async function huntMutant(mutant: SourceMutant, seedsMax: number): Promise<MutantVerdict> {
  const thread = threadWith(mutant);
  try {
    const { failures } = await thread.ask({ tier: 'protocol', fromSeed: 1, seeds: seedsMax, stopAtFirst: true });
    const [first] = failures;
    return { name: mutant.name, seedsToKill: first?.seed ?? null, problem: first?.problems[0] ?? null };
  } finally {
    await thread.end();
  }
}
