// What a count found, for whoever reviews it: how much was counted, what differs, what to count once more. Owns no state.
import type { TableReader } from '@streamstock/event-log';
import type { CountSession } from './count-queries.ts';
import { openSheet, sheetLines, type CountSheetLine, type CountSheetOptions } from './count-sheet.ts';

/** A session's differences in numbers, over its whole sheet. */
export interface CountReviewSummary {
  readonly session: CountSession;
  readonly notCounted: number;
  readonly counted: number;
  /** Of those: how many were counted as none. */
  readonly zero: number;
  /** Lines whose figure differs from what was expected, the largest difference first. */
  readonly differences: readonly CountSheetLine[];
  /** Net, in millionths of the currency, of the differences whose cost is known. */
  readonly differenceMicros: bigint;
  /** Differences without a verdict. */
  readonly toReview: number;
  readonly accepted: number;
  /** Lines that a person or the clocks ask to be counted once more. */
  readonly toRecount: readonly CountSheetLine[];
}

/** What there is to review; it lifts the blind of a blind count. undefined where nothing is known of the session. */
export async function reviewOf(
  reader: TableReader,
  store: string,
  session: string,
  options: Pick<CountSheetOptions, 'unitCosts'> = {},
): Promise<CountReviewSummary | undefined> {
  const sheet = await openSheet(reader, store, session);
  if (sheet === undefined) return undefined;
  const lines = await sheetLines(reader, sheet, sheet.names, false, options.unitCosts);
  const size = ({ difference }: CountSheetLine): number => Math.abs(difference ?? 0);
  const differences = lines
    .filter(({ difference }) => difference !== null && difference !== 0)
    .sort((a, b) => size(b) - size(a) || (a.item < b.item ? -1 : 1));
  const counted = lines.filter(({ state }) => state !== 'not-counted');
  return {
    session: sheet.known,
    notCounted: lines.length - counted.length,
    counted: counted.length,
    zero: counted.filter(({ state }) => state === 'zero').length,
    differences,
    differenceMicros: lines.reduce((sum, { differenceMicros }) => sum + (differenceMicros ?? 0n), 0n),
    toReview: differences.filter(({ verdict }) => verdict === null).length,
    accepted: counted.filter(({ verdict }) => verdict?.verdict === 'accepted').length,
    toRecount: counted.filter(
      ({ recount, verdict }) => verdict?.verdict === 'recount' || (recount && verdict === null),
    ),
  };
}
