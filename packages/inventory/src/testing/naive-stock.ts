// The independent book of stock lines: buckets, counts, doubts, negatives, variances. Part of the oracle: shares no code
// with the projectors.
import { before, earliestOf, groups, latestOf, sum, type Fact, type Moment, type NaiveSet } from './naive-set.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const PER_MS = 2_048;

/** A thing that happened to one line. */
interface Happening extends Moment {
  readonly line: number;
  readonly uncertaintyMs: number;
  readonly device: string | undefined;
  readonly recordedAt: number;
  readonly moves?: Record<string, number>;
  readonly seen?: { bucket: string; quantity: number; session: string; part: string };
}

/** One bucket as the book has it. */
export interface BookBucket {
  readonly quantity: number;
  readonly count: {
    readonly at: number;
    readonly id: string;
    readonly session: string;
    readonly quantity: number;
  } | null;
  readonly doubts: number;
  readonly negativeSince: number | null;
}

export interface BookLine {
  readonly store: string;
  readonly item: string;
  readonly buckets: { readonly sellable: BookBucket; readonly picked: BookBucket; readonly unsellable: BookBucket };
  readonly onHand: number;
  readonly lastChangeAt: number;
}

/** What one effective count found. */
export interface BookVariance {
  readonly bucket: string;
  readonly session: string;
  readonly at: number;
  /** The count before it and every movement between the two; nothing before the first count. */
  readonly expected: number;
  readonly counted: number;
}

/** Where each reason moves goods, said again in other words than the domain's table. */
function adjusted(reason: string, quantity: number): Record<string, number> {
  if (['damaged', 'expired'].includes(reason)) return { sellable: -quantity, unsellable: quantity };
  if (reason === 'restored') return { sellable: quantity, unsellable: -quantity };
  if (reason === 'written-off') return { unsellable: -quantity };
  if (['found', 'opening', 'corrected-up'].includes(reason)) return { sellable: quantity };
  return { sellable: -quantity };
}

/** Of which bucket a sale takes its goods. */
export function soldFrom(payload: Fact['payload']): string {
  if (typeof payload['from'] === 'string') return payload['from'];
  return payload['order'] === undefined ? 'sellable' : 'picked';
}

export function movesOf({ type, payload }: Fact, line: Fact['lines'][number]): Record<string, number> | undefined {
  const { quantity } = line;
  if (type === 'StockReceived') return { sellable: quantity };
  if (type === 'StockSold') return { [soldFrom(payload)]: -quantity };
  if (type === 'StockReturned') return { [line.disposition === 'damaged' ? 'unsellable' : 'sellable']: quantity };
  if (type === 'StockReturnedToSupplier') return { [line.from ?? '']: -quantity };
  if (type === 'StockAdjusted') return adjusted(payload['reason'] as string, quantity);
  if (type === 'OrderPicked') return { sellable: -quantity, picked: quantity };
  if (type === 'OrderCancelled') return { picked: -quantity, sellable: quantity };
  if (type === 'OrderFulfilled') return { picked: -quantity };
  if (type === 'TransferDispatched') return { sellable: -quantity };
  if (type === 'TransferReceived') {
    return { sellable: (line.accepted ?? 0) + (line.surplus ?? 0), unsellable: line.damaged ?? 0 };
  }
  return undefined;
}

function happeningsOf({ facts }: NaiveSet): Map<string, Happening[]> {
  const all = facts.flatMap((fact) =>
    fact.lines.map((line) => {
      const moves = movesOf(fact, line);
      const { session, area, counter } = fact.payload as Record<string, string>;
      const seen = {
        bucket: line.bucket ?? '',
        quantity: line.quantity,
        session: session ?? '',
        part: `${area ?? ''}/${counter ?? ''}`,
      };
      return {
        at: fact.at,
        id: fact.id,
        line: line.index,
        uncertaintyMs: Math.min(fact.uncertaintyMs ?? WEEK_MS, WEEK_MS),
        device: fact.event.meta?.['device'],
        recordedAt: fact.event.recordedAt,
        ...(moves === undefined ? { seen } : { moves }),
        name: `${fact.store}|${line.item}`,
      };
    }),
  );
  return groups(all, ({ name }) => name);
}

/** Sessions that were opened for several areas and are not closed: what they saw does not count yet. */
export function waitingSessions({ counting }: NaiveSet): Set<string> {
  const sessionOf = ({ store, payload }: NaiveSet['counting'][number]): string =>
    `${store}|${String(payload['session'])}`;
  const closed = new Set(counting.filter(({ type }) => type === 'CountClosed').map(sessionOf));
  return new Set(
    counting
      .filter(({ type, payload }) => type === 'CountOpened' && (payload['areas'] as unknown[]).length > 1)
      .map(sessionOf)
      .filter((session) => !closed.has(session)),
  );
}

interface Count extends Moment {
  readonly session: string;
  readonly quantity: number;
  readonly first: Happening;
  readonly parts: readonly Happening[];
}

/** The counts of one bucket that take effect, in no order. */
function countsOf(bucket: string, all: readonly Happening[], isWaiting: (session: string) => boolean): Count[] {
  const seen = all.filter((one) => one.seen?.bucket === bucket && !isWaiting(one.seen.session));
  return [...groups(seen, (one) => one.seen?.session ?? '')].map(([session, observations]) => {
    const parts = [...groups(observations, (one) => one.seen?.part ?? '').values()].map(
      (part) => latestOf(part) as Happening,
    );
    const last = latestOf(parts) as Happening;
    const first = earliestOf(parts) as Happening;
    return {
      at: last.at,
      id: last.id,
      session,
      quantity: sum(parts.map((part) => part.seen?.quantity ?? 0)),
      first,
      parts,
    };
  });
}

function movingIn(bucket: string, all: readonly Happening[]): Happening[] {
  return all
    .filter((one) => (one.moves?.[bucket] ?? 0) !== 0)
    .toSorted((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : a.line - b.line));
}

/** A clock that lost more than this was set: stamps follow a bigger step back. */
const STEP_MS_MAX = 5 * 60_000;

/** Nearer to a part of the count than two clocks, or one that was set in between, can tell. */
function isTooNear(one: Happening, count: Count): boolean {
  return count.parts.some((part) => {
    if (part.device === undefined || one.device === undefined) return false;
    const uncertainties = [part.uncertaintyMs, one.uncertaintyMs];
    const lost = Math.max(...uncertainties) - Math.min(...uncertainties);
    const isSteady = part.device === one.device && lost <= STEP_MS_MAX;
    return Math.abs(part.at - one.at) < PER_MS * (isSteady ? lost : sum(uncertainties));
  });
}

function isInDoubt(one: Happening, count: Count): boolean {
  return (before(count.first, one) && before(one, count)) || isTooNear(one, count);
}

function bucketOf(bucket: string, all: readonly Happening[], isWaiting: (session: string) => boolean): BookBucket {
  const count = latestOf(countsOf(bucket, all, isWaiting));
  let quantity = count?.quantity ?? 0;
  let negativeSince: number | null = null;
  let doubts = 0;
  for (const one of movingIn(bucket, all)) {
    if (count !== undefined && isInDoubt(one, count)) doubts += 1;
    if (count !== undefined && before(one, count)) continue;
    quantity += one.moves?.[bucket] ?? 0;
    if (quantity >= 0) negativeSince = null;
    else if (negativeSince === null) negativeSince = one.at;
  }
  for (const one of all) {
    if (count === undefined || one.seen?.bucket !== bucket) continue;
    const { session } = one.seen;
    if (session !== count.session && !isWaiting(session) && isTooNear(one, count)) doubts += 1;
  }
  const summary =
    count === undefined ? null : { at: count.at, id: count.id, session: count.session, quantity: count.quantity };
  return { quantity, count: summary, doubts, negativeSince };
}

/** Every line, by `store|item`. */
export function naiveLines(set: NaiveSet): Map<string, BookLine> {
  const waiting = waitingSessions(set);
  const lines = new Map<string, BookLine>();
  for (const [name, everything] of happeningsOf(set)) {
    const [store = '', item = ''] = name.split('|');
    const isWaiting = (session: string): boolean => waiting.has(`${store}|${session}`);
    const all = everything.filter(({ seen }) => seen === undefined || !isWaiting(seen.session));
    if (all.length === 0) continue;
    const buckets = {
      sellable: bucketOf('sellable', all, isWaiting),
      picked: bucketOf('picked', all, isWaiting),
      unsellable: bucketOf('unsellable', all, isWaiting),
    };
    const onHand = buckets.sellable.quantity + buckets.picked.quantity + buckets.unsellable.quantity;
    lines.set(name, { store, item, buckets, onHand, lastChangeAt: Math.max(...all.map(({ at }) => at)) });
  }
  return lines;
}

/** What the counts of every line found, by `store|item`, oldest first per bucket. */
export function naiveVariances(set: NaiveSet): Map<string, BookVariance[]> {
  const waiting = waitingSessions(set);
  const variances = new Map<string, BookVariance[]>();
  for (const [name, all] of happeningsOf(set)) {
    const store = name.split('|')[0] ?? '';
    const found = ['sellable', 'unsellable'].flatMap((bucket) => {
      const counts = countsOf(bucket, all, (session) => waiting.has(`${store}|${session}`));
      const ordered = counts.toSorted((a, b) => (before(a, b) ? -1 : 1));
      const moving = movingIn(bucket, all);
      return ordered.map((count, index): BookVariance => {
        const earlier = ordered[index - 1];
        const between = moving.filter((one) => before(one, count) && (earlier === undefined || before(earlier, one)));
        const expected = (earlier?.quantity ?? 0) + sum(between.map((one) => one.moves?.[bucket] ?? 0));
        return { bucket, session: count.session, at: count.at, expected, counted: count.quantity };
      });
    });
    if (found.length > 0) variances.set(name, found);
  }
  return variances;
}
