// The independent book's reading of a set of events: which count, when, and without which lines. Part of the oracle: shares
// no code with the projectors, slow on purpose.
import type { Event } from '@streamstock/event-log';

export type Payload = Record<string, unknown>;

/** An event that counts. */
export interface Counting {
  readonly event: Event;
  readonly id: string;
  /** Effective time. */
  readonly at: number;
  readonly uncertaintyMs: number | null;
  readonly store: string | null;
  readonly type: string;
  readonly payload: Payload;
}

/** A line of a stock fact as written, whatever the type. */
export interface WrittenLine {
  readonly item: string;
  readonly quantity: number;
  readonly bucket?: string;
  readonly disposition?: string;
  readonly from?: string;
  readonly unit?: string;
  readonly unitPrice?: { minorUnits: number; scale: number } | null;
  readonly unitCost?: { minorUnits: number; scale: number } | null;
  readonly accepted?: number;
  readonly damaged?: number;
  readonly surplus?: number;
}

/** A stock fact that counts, with the lines that were not reversed; `index` is their place in the document. */
export interface Fact extends Counting {
  readonly store: string;
  readonly lines: readonly (WrittenLine & { readonly index: number })[];
  /** A receipt whose number an earlier receipt of the shipment has: its lines are left out, it goes to a person. */
  readonly contested: boolean;
}

export interface NaiveSet {
  /** Everything that counts. Stock facts of which everything was reversed are not among it. */
  readonly counting: readonly Counting[];
  readonly facts: readonly Fact[];
}

/** Events the domain can read; anything else is parked or was set aside. */
export type Understands = (event: Event) => boolean;

export interface Moment {
  readonly at: number;
  readonly id: string;
}

export const before = (a: Moment, b: Moment): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

export const latestOf = <T extends Moment>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || before(best, one) ? one : best), undefined);

export const earliestOf = <T extends Moment>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || before(one, best) ? one : best), undefined);

export const inOrder = <T extends Moment>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0));

export const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

export function groups<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = map.get(key);
    if (group === undefined) map.set(key, [one]);
    else group.push(one);
  }
  return map;
}

const RULINGS = ['EventSetAside', 'EventAdmitted', 'EventVoided', 'EventRetimed'];
const FACTS = [
  'StockReceived',
  'StockSold',
  'StockReturned',
  'StockReturnedToSupplier',
  'StockAdjusted',
  'StockCounted',
  'OrderPicked',
  'OrderCancelled',
  'OrderFulfilled',
  'TransferDispatched',
  'TransferReceived',
];

/** What an older version meant by its payload. */
function asMeant({ type, schemaVersion, payload }: Event): Payload {
  if (type === 'StockSold' && schemaVersion === 1) return { ...payload, from: payload['from'] ?? 'sellable' };
  if (type === 'StoreOpened' && schemaVersion === 1) return { ...payload, location: null };
  return payload;
}

/** Which events count, and when: rulings read as sets. */
export function countingEvents(events: readonly Event[]): Counting[] {
  const rulings = groups(
    events.filter(({ type }) => RULINGS.includes(type)),
    ({ type, payload }) => `${type} ${String(payload['target'])}`,
  );
  return events.flatMap((event): Counting[] => {
    const about = (type: string): Event[] => rulings.get(`${type} ${event.id}`) ?? [];
    if (RULINGS.includes(event.type)) return [];
    if (about('EventVoided').length > 0) return [];
    if (about('EventSetAside').length > 0 && about('EventAdmitted').length === 0) return [];
    const least = earliestOf(about('EventRetimed').map((ruling) => ({ at: ruling.recordedAt, id: ruling.id, ruling })));
    const { id, store, type } = event;
    const base = { event, id, store, type, payload: asMeant(event) };
    if (least === undefined) return [{ ...base, at: event.occurredAt, uncertaintyMs: event.clockUncertaintyMs }];
    const { effectiveAt, uncertaintyMs } = least.ruling.payload as { effectiveAt: number; uncertaintyMs: number };
    return [{ ...base, at: effectiveAt, uncertaintyMs }];
  });
}

/** Stock facts without the lines that are reversed; null: it counts as never having happened. */
function factOf(one: Counting, reversed: ReadonlySet<string>): Fact | null {
  const { store, id, payload, type } = one;
  if (store === null) return null;
  const written = (type === 'OrderCancelled' ? payload['putBack'] : payload['lines']) as WrittenLine[];
  if (reversed.has(`${store}|${id}|null`)) return null;
  const lines = written
    .map((line, index) => ({ ...line, index }))
    .filter(({ index }) => !reversed.has(`${store}|${id}|${index}`));
  return { ...one, store, lines, contested: false };
}

/** Of the receipts of one shipment with one number the earliest counts; the others contribute nothing. */
function withoutSecondReceipts(facts: readonly Fact[]): Fact[] {
  const receipts = facts.filter(({ type, lines }) => type === 'TransferReceived' && lines.length > 0);
  const first = new Set(
    [...groups(receipts, ({ payload }) => `${String(payload['shipment'])}|${String(payload['receipt'])}`).values()].map(
      (all) => earliestOf(all)?.id,
    ),
  );
  return facts.map((fact) =>
    fact.type !== 'TransferReceived' || fact.lines.length === 0 || first.has(fact.id)
      ? fact
      : { ...fact, lines: [], contested: true },
  );
}

/** What a set of events says. They may stand in any order, repeated. */
export function readSet(events: readonly Event[], understands: Understands): NaiveSet {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const counting = countingEvents(unique).filter(({ event }) => understands(event));
  const reversed = new Set(
    counting
      .filter(({ type }) => type === 'EntryReversed')
      .map(({ store, payload }) => `${store}|${String(payload['target'])}|${String(payload['line'])}`),
  );
  const isFact = ({ type, store }: Counting): boolean => FACTS.includes(type) && store !== null;
  const facts = withoutSecondReceipts(counting.filter(isFact).flatMap((one) => factOf(one, reversed) ?? []));
  return { facts, counting: [...counting.filter((one) => !isFact(one)), ...facts] };
}
