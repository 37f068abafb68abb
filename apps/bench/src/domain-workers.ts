// Spreads the domain's seeds over threads, and hunts planted bugs, one thread for each. Owns the threads; which seeds run
// where changes nothing in what they find.
import type { DomainMutant } from '@streamstock/inventory/testing/mutants';
import { shareJobs, Thread } from './thread.ts';

/** Seeds that a thread is given at a time. */
const BATCH_SEEDS = 120;
/** Failing seeds after which nothing new is learned. */
const FAILURES_MAX = 20;

export interface DomainJob {
  readonly fromSeed: number;
  readonly seeds: number;
  /** One round of histories in so many goes through the tables too; all go through the book in memory. */
  readonly tablesEvery: number;
  readonly stopAtFirst: boolean;
}

export interface DomainFailure {
  readonly seed: number;
  readonly problems: readonly string[];
}

export interface DomainAnswer {
  readonly fromSeed: number;
  /** Histories that ran. */
  readonly seeds: number;
  readonly events: number;
  readonly throughTables: number;
  /** Histories by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly failures: readonly DomainFailure[];
}

export interface DomainKill {
  readonly name: string;
  /** null: not noticed. */
  readonly seedsToKill: number | null;
  readonly problem: string | null;
}

export async function runDomainSeeds(
  from: number,
  seeds: number,
  workers: number,
  tablesEvery: number,
  onProgress: (done: number) => void,
): Promise<DomainAnswer> {
  const jobs: DomainJob[] = [];
  for (let offset = 0; offset < seeds; offset += BATCH_SEEDS) {
    const count = Math.min(BATCH_SEEDS, seeds - offset);
    jobs.push({ fromSeed: from + offset, seeds: count, tablesEvery, stopAtFirst: false });
  }
  const answers: DomainAnswer[] = [];
  await shareJobs(
    jobs,
    workers,
    () => threadWith(null),
    (answer) => {
      answers.push(answer);
      onProgress(answers.reduce((sum, { seeds: ran }) => sum + ran, 0));
      return answers.flatMap(({ failures }) => failures).length < FAILURES_MAX;
    },
  );
  const kinds: Record<string, number> = {};
  for (const answer of answers) {
    for (const [kind, count] of Object.entries(answer.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  const sumOf = (field: 'seeds' | 'events' | 'throughTables'): number =>
    answers.reduce((sum, answer) => sum + answer[field], 0);
  return {
    fromSeed: from,
    seeds: sumOf('seeds'),
    events: sumOf('events'),
    throughTables: sumOf('throughTables'),
    kinds,
    failures: answers.flatMap(({ failures }) => failures).sort((a, b) => a.seed - b.seed),
  };
}

/** Plants each bug and says after how many seeds it was noticed, in the order of `mutants`. */
export async function huntDomainMutants(
  mutants: readonly DomainMutant[],
  seedsMax: number,
  workers: number,
  onKill: (kill: DomainKill) => void = () => undefined,
): Promise<DomainKill[]> {
  const kills: DomainKill[] = [];
  let next = 0;
  const huntOne = async (): Promise<void> => {
    for (let index = next++; index < mutants.length; index = next++) {
      const mutant = mutants[index];
      if (mutant === undefined) return;
      const kill = await huntDomainMutant(mutant, seedsMax);
      kills[index] = kill;
      onKill(kill);
    }
  };
  await Promise.all(Array.from({ length: workers }, huntOne));
  return kills;
}

async function huntDomainMutant(mutant: DomainMutant, seedsMax: number): Promise<DomainKill> {
  const thread = threadWith(mutant);
  try {
    const job = { fromSeed: 1, seeds: seedsMax, tablesEvery: 1, stopAtFirst: true };
    const { failures } = await thread.ask(job);
    const [first] = failures;
    return { name: mutant.name, seedsToKill: first?.seed ?? null, problem: first?.problems[0] ?? null };
  } finally {
    await thread.end();
  }
}

const threadWith = (mutant: DomainMutant | null): Thread<DomainJob, DomainAnswer> =>
  new Thread(new URL('./domain-worker.ts', import.meta.url), { mutant });
