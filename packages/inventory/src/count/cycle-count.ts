// What to count next: a ranked proposal with its reasons. Pure: figures in, proposal out.
//
// Points say how much a count would tell. A figure that is certainly wrong comes first, whatever it is worth; then what is
// worth much, was not counted for long, or was wrong before.
import { CYCLE_COUNT_LINES_MAX } from '../limits.ts';
import { figure, type Words } from '../alert/alert.ts';

/** What is known of a line that could be counted. */
export interface CycleCandidate {
  readonly item: string;
  /** By turnover; null: not classed. */
  readonly abcClass: 'A' | 'B' | 'C' | null;
  /** What it is worth on hand, in millionths of the currency; null: no cost known. */
  readonly valueMicros: bigint | null;
  /** null: never counted. */
  readonly daysSinceCount: number | null;
  /** Some bucket is below zero. */
  readonly negative: boolean;
  /** A count and movements lie too near for their clocks. */
  readonly recount: boolean;
  /** Unexplained variances of its past counts, newest first, each with what was expected. */
  readonly variances: readonly { readonly variance: number; readonly expected: number }[];
}

export interface CycleProposal {
  readonly item: string;
  /** Higher is more urgent; only for ranking. */
  readonly points: number;
  /** Most telling first; at least one. */
  readonly reasons: readonly Words[];
}

/** How often each class wants to be counted, in days. */
const CYCLE_DAYS: Readonly<Record<'A' | 'B' | 'C', number>> = { A: 30, B: 90, C: 180 };
const NEGATIVE_POINTS = 1_000;
const RECOUNT_POINTS = 500;
const NEVER_COUNTED_POINTS = 120;
/** For each full cycle since the last count, and at most this many cycles. */
const CYCLE_POINTS = 60;
const CYCLES_MAX = 4;
const CLASS_POINTS: Readonly<Record<'A' | 'B' | 'C', number>> = { A: 30, B: 15, C: 0 };
/** For the most valuable of the candidates; the others in proportion. */
const VALUE_POINTS = 60;
/** For a line that was always wholly wrong; in proportion otherwise. */
const VARIANCE_POINTS = 80;
const VARIANCES_MAX = 5;

interface Reason {
  readonly points: number;
  readonly words: Words;
}

function reason(points: number, code: string, text: string, values: Words['values'] = {}): Reason {
  return { points, words: { code, values, text } };
}

/** Which lines to count next, most urgent first, at most `limit`. What nothing speaks for is not proposed. */
export function proposeCycleCount(
  candidates: readonly CycleCandidate[],
  limit: number = CYCLE_COUNT_LINES_MAX,
): readonly CycleProposal[] {
  const most = candidates.reduce(
    (max, { valueMicros }) => (valueMicros !== null && valueMicros > max ? valueMicros : max),
    0n,
  );
  return candidates
    .flatMap((candidate): CycleProposal[] => {
      const reasons = reasonsOf(candidate, most).sort((a, b) => b.points - a.points);
      // Worth and class say which of the due ones comes first, not that one is due.
      if (!reasons.some(({ words }) => DUE.has(words.code))) return [];
      const points = reasons.reduce((sum, one) => sum + one.points, 0);
      return [{ item: candidate.item, points, reasons: reasons.map(({ words }) => words) }];
    })
    .sort((a, b) => b.points - a.points || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0))
    .slice(0, Math.max(0, Math.min(limit, CYCLE_COUNT_LINES_MAX)));
}

/** Reasons that make a line due. */
const DUE: ReadonlySet<string> = new Set(['negative', 'recount', 'never-counted', 'age', 'variance']);

function reasonsOf(candidate: CycleCandidate, mostMicros: bigint): Reason[] {
  const { abcClass, valueMicros, daysSinceCount, negative, recount } = candidate;
  const reasons: Reason[] = [];
  if (negative) reasons.push(reason(NEGATIVE_POINTS, 'negative', 'Below zero: the figure is wrong.'));
  if (recount)
    reasons.push(reason(RECOUNT_POINTS, 'recount', 'Goods moved while it was counted, or two clocks disagree.'));
  if (daysSinceCount === null) reasons.push(reason(NEVER_COUNTED_POINTS, 'never-counted', 'Never counted.'));
  else {
    const cycles = Math.min(CYCLES_MAX, Math.floor(daysSinceCount / CYCLE_DAYS[abcClass ?? 'C']));
    const text = `Counted ${figure(daysSinceCount)} days ago.`;
    if (cycles > 0) reasons.push(reason(cycles * CYCLE_POINTS, 'age', text, { days: daysSinceCount }));
  }
  const wrong = wrongShare(candidate.variances);
  if (wrong > 0) {
    const counts = Math.min(candidate.variances.length, VARIANCES_MAX);
    const percent = Math.round(wrong * 100);
    const text = `Its last ${figure(counts)} counts were off by ${percent} % on average.`;
    reasons.push(reason(Math.ceil(wrong * VARIANCE_POINTS), 'variance', text, { counts, percent }));
  }
  if (abcClass !== null && CLASS_POINTS[abcClass] > 0) {
    reasons.push(reason(CLASS_POINTS[abcClass], 'class', `Class ${abcClass} by turnover.`, { abcClass }));
  }
  if (valueMicros !== null && valueMicros > 0n) {
    // Thousandths first: a share of bigints without a float of either.
    const points = (Number((valueMicros * 1_000n) / mostMicros) * VALUE_POINTS) / 1_000;
    if (points >= 1) reasons.push(reason(points, 'value', 'Much money is tied up in it.', {}));
  }
  return reasons;
}

/** How far past counts were off on average: 0 (never) to 1 (wholly). Small variances of small figures count as they are. */
function wrongShare(variances: CycleCandidate['variances']): number {
  const recent = variances.slice(0, VARIANCES_MAX);
  if (recent.length === 0) return 0;
  const shares = recent.map(({ variance, expected }) =>
    Math.min(1, Math.abs(variance) / Math.max(1, Math.abs(expected))),
  );
  return shares.reduce((sum, share) => sum + share, 0) / recent.length;
}
