// The search for the last point that two chains have in common. Chains of hashes agree up to some seq and nowhere
// behind it, so a few rounds of probes find it without sending the chains. Pure; the central session asks and answers.
import type { ChainPoint, Seq } from '@streamstock/event-log';
import { FORK_PROBES_MAX } from './limits.ts';

/**
 * The chains agree at `low` (0: they start alike) and differ at `high`. `probes` lie strictly between, rising; never
 * empty.
 */
export interface ForkSearch {
  readonly low: Seq;
  readonly high: Seq;
  readonly round: number;
  readonly probes: readonly Seq[];
}

export type ForkStep =
  | { readonly kind: 'ask'; readonly search: ForkSearch }
  | { readonly kind: 'found'; readonly commonSeq: Seq };

/** `lastSeq`: the last seq that both chains may have. */
export function startForkSearch(lastSeq: Seq): ForkStep {
  return nextRound(0, lastSeq + 1, 1);
}

/**
 * Narrows the search by one round of answers, both in the order of the probes. A point that one side does not hold
 * counts as different: that can only make more lines come again, and those are known by their ids.
 */
export function continueForkSearch(
  search: ForkSearch,
  held: readonly (ChainPoint | null)[],
  told: readonly (ChainPoint | null)[],
): ForkStep {
  let { low, high } = search;
  for (const [index, seq] of search.probes.entries()) {
    const mine = held[index] ?? null;
    const theirs = told[index] ?? null;
    if (mine !== null && theirs !== null && mine.hash === theirs.hash) low = seq;
  }
  for (const seq of search.probes.toReversed()) if (seq > low) high = seq;
  return nextRound(low, high, search.round + 1);
}

/** Whether an answer fits the question: as many points as probes, each at its seq or null. */
export function answersProbes(search: ForkSearch, told: readonly (ChainPoint | null)[]): boolean {
  return (
    told.length === search.probes.length &&
    told.every((point, index) => point === null || point.seq === search.probes[index])
  );
}

function nextRound(low: Seq, high: Seq, round: number): ForkStep {
  const candidates = high - low - 1;
  if (candidates === 0) return { kind: 'found', commonSeq: low };
  const count = Math.min(candidates, FORK_PROBES_MAX);
  // The last candidate is always among the probes: a disk that was merely rolled back is settled in one round.
  const probes = Array.from({ length: count }, (_, index) => low + Math.floor(((index + 1) / count) * candidates));
  return { kind: 'ask', search: { low, high, round, probes } };
}
