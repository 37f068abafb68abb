// The independent book: what stock must be, recomputed from the whole set of events by the plainest reading of the rules.
// Shares no arithmetic with the projectors (it may not import from ../stock or ../sales); slow on purpose.
import type { Event } from '@streamstock/event-log';

const WEEK_MS = 7 * 24 * 3_600_000;
const PER_MS = 2_048;

interface Counting {
  readonly event: Event;
  readonly at: number;
  readonly uncertaintyMs: number | null;
}

/** A thing that happened to one line. */
interface Happening {
  readonly at: number;
  readonly id: string;
  readonly line: number;
  readonly uncertaintyMs: number;
  readonly device: string | undefined;
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

export interface BookHour {
  readonly sales: number;
  readonly lines: number;
  readonly pieces: number;
  readonly unpricedLines: number;
  readonly revenueMicros: string;
  readonly returns: number;
  readonly returnedPieces: number;
}

export interface BookItem {
  readonly item: string;
  readonly fields: Record<string, unknown>;
}

export interface BookCode {
  readonly code: string;
  readonly item: string | null;
  readonly packSize: number;
  readonly contested: boolean;
}

export interface NaiveBook {
  /** By `store|item`. */
  readonly lines: ReadonlyMap<string, BookLine>;
  /** By `store|hour`, hours since 1970 in plain digits. */
  readonly hours: ReadonlyMap<string, BookHour>;
  readonly items: ReadonlyMap<string, BookItem>;
  readonly codes: ReadonlyMap<string, BookCode>;
  readonly stores: ReadonlyMap<string, BookItem>;
}

type Payload = Record<string, unknown>;
interface Line {
  item: string;
  quantity: number;
  bucket?: string;
  disposition?: string;
  unit?: string;
  unitPrice?: { minorUnits: number; scale: number } | null;
}

const before = (a: { at: number; id: string }, b: { at: number; id: string }): boolean =>
  a.at < b.at || (a.at === b.at && a.id < b.id);

const latestOf = <T extends { at: number; id: string }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || before(best, one) ? one : best), undefined);

function groups<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) map.set(keyOf(one), [...(map.get(keyOf(one)) ?? []), one]);
  return map;
}

/** Which events count, and when: rulings read as sets. */
function countingEvents(events: readonly Event[]): Counting[] {
  const about = (type: string, id: string) =>
    events.filter((ruling) => ruling.type === type && ruling.payload['target'] === id);
  return events.flatMap((event) => {
    if (['EventSetAside', 'EventAdmitted', 'EventVoided', 'EventRetimed'].includes(event.type)) return [];
    if (about('EventVoided', event.id).length > 0) return [];
    if (about('EventSetAside', event.id).length > 0 && about('EventAdmitted', event.id).length === 0) return [];
    const retimings = about('EventRetimed', event.id).map((ruling) => ({
      at: ruling.recordedAt,
      id: ruling.id,
      ruling,
    }));
    const least = retimings.reduce<(typeof retimings)[number] | undefined>(
      (best, one) => (best === undefined || before(one, best) ? one : best),
      undefined,
    );
    if (least === undefined) return [{ event, at: event.occurredAt, uncertaintyMs: event.clockUncertaintyMs }];
    const { effectiveAt, uncertaintyMs } = least.ruling.payload as { effectiveAt: number; uncertaintyMs: number };
    return [{ event, at: effectiveAt, uncertaintyMs }];
  });
}

/** Where each reason moves goods, said again in other words than the domain's table. */
function adjusted(reason: string, quantity: number): Record<string, number> {
  if (['damaged', 'expired'].includes(reason)) return { sellable: -quantity, unsellable: quantity };
  if (reason === 'restored') return { sellable: quantity, unsellable: -quantity };
  if (reason === 'written-off') return { unsellable: -quantity };
  if (['found', 'opening', 'corrected-up'].includes(reason)) return { sellable: quantity };
  return { sellable: -quantity };
}

function movesOf(type: string, payload: Payload, { quantity, disposition }: Line): Record<string, number> | undefined {
  if (type === 'StockReceived') return { sellable: quantity };
  if (type === 'StockSold') return { [(payload['from'] as string | undefined) ?? 'sellable']: -quantity };
  if (type === 'StockReturned') return { [disposition === 'damaged' ? 'unsellable' : 'sellable']: quantity };
  if (type === 'StockAdjusted') return adjusted(payload['reason'] as string, quantity);
  return undefined;
}

function bucketOf(bucket: string, all: readonly Happening[]): BookBucket {
  const seen = all.filter((one) => one.seen?.bucket === bucket);
  const sessions = [...groups(seen, (one) => one.seen?.session ?? '')].map(([session, observations]) => {
    const parts = [...groups(observations, (one) => one.seen?.part ?? '').values()].map(
      (part) => latestOf(part) as Happening,
    );
    const last = latestOf(parts) as Happening;
    const first = parts.find((part) => parts.every((other) => other === part || before(part, other))) as Happening;
    const quantity = parts.reduce((sum, part) => sum + (part.seen?.quantity ?? 0), 0);
    return { at: last.at, id: last.id, session, quantity, first, parts };
  });
  const count = latestOf(sessions);
  const moving = all
    .filter((one) => (one.moves?.[bucket] ?? 0) !== 0)
    .toSorted((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : a.line - b.line));
  let quantity = count?.quantity ?? 0;
  let negativeSince: number | null = null;
  let doubts = 0;
  for (const one of moving) {
    if (count !== undefined) {
      const during = before(count.first, one) && before(one, count);
      const tooNear = count.parts.some(
        (part) =>
          part.device !== undefined &&
          one.device !== undefined &&
          part.device !== one.device &&
          Math.abs(part.at - one.at) < (part.uncertaintyMs + one.uncertaintyMs) * PER_MS,
      );
      if (during || tooNear) doubts += 1;
      if (before(one, count)) continue;
    }
    quantity += one.moves?.[bucket] ?? 0;
    if (quantity >= 0) negativeSince = null;
    else if (negativeSince === null) negativeSince = one.at;
  }
  const summary =
    count === undefined ? null : { at: count.at, id: count.id, session: count.session, quantity: count.quantity };
  return { quantity, count: summary, doubts, negativeSince };
}

interface Document {
  readonly counting: Counting;
  readonly lines: readonly (Line & { readonly index: number })[];
}

/** Facts about goods that count, without the lines that are reversed. */
function documentsOf(counting: readonly Counting[]): Document[] {
  const reversed = new Set(
    counting
      .filter(({ event }) => event.type === 'EntryReversed')
      .map(({ event }) => `${event.store}|${String(event.payload['target'])}|${String(event.payload['line'])}`),
  );
  return counting
    .filter(({ event }) =>
      ['StockReceived', 'StockSold', 'StockReturned', 'StockAdjusted', 'StockCounted'].includes(event.type),
    )
    .map((one) => {
      const name = `${one.event.store}|${one.event.id}`;
      const lines = (one.event.payload['lines'] as Line[])
        .map((line, index) => ({ ...line, index }))
        .filter(({ index }) => !reversed.has(`${name}|null`) && !reversed.has(`${name}|${index}`));
      return { counting: one, lines };
    });
}

function happeningsOf(documents: readonly Document[]): Map<string, Happening[]> {
  const all = documents.flatMap(({ counting: { event, at, uncertaintyMs }, lines }) =>
    lines.map((line) => {
      const moves = movesOf(event.type, event.payload, line);
      const { session, area, counter } = event.payload as Record<string, string>;
      const seen = {
        bucket: line.bucket ?? '',
        quantity: line.quantity,
        session: session ?? '',
        part: `${area ?? ''}/${counter ?? ''}`,
      };
      return {
        at,
        id: event.id,
        line: line.index,
        uncertaintyMs: Math.min(uncertaintyMs ?? WEEK_MS, WEEK_MS),
        device: event.meta?.['device'],
        ...(moves === undefined ? { seen } : { moves }),
        name: `${event.store}|${line.item}`,
      };
    }),
  );
  return groups(all, ({ name }) => name);
}

function hoursOf(documents: readonly Document[]): Map<string, BookHour> {
  const trade = documents.filter(
    ({ counting: { event }, lines }) => lines.length > 0 && ['StockSold', 'StockReturned'].includes(event.type),
  );
  const byHour = groups(
    trade,
    ({ counting: { event, at } }) => `${event.store}|${Math.floor(at / PER_MS / 3_600_000)}`,
  );
  const pieces = (all: readonly Document[]): number =>
    all
      .flatMap(({ lines }) => lines)
      .reduce((sum, { unit, quantity }) => sum + (unit === undefined || unit === 'piece' ? quantity : 1), 0);
  return new Map(
    [...byHour].map(([hour, all]) => {
      const sold = all.filter(({ counting: { event } }) => event.type === 'StockSold');
      const returned = all.filter(({ counting: { event } }) => event.type === 'StockReturned');
      const lines = sold.flatMap((document) => document.lines);
      const revenue = lines.reduce(
        (sum, { unitPrice, quantity }) =>
          unitPrice ? sum + BigInt(unitPrice.minorUnits) * BigInt(quantity) * BigInt(10 ** (6 - unitPrice.scale)) : sum,
        0n,
      );
      return [
        hour,
        {
          sales: sold.length,
          lines: lines.length,
          pieces: pieces(sold),
          unpricedLines: lines.filter(({ unitPrice }) => !unitPrice).length,
          revenueMicros: revenue.toString(),
          returns: returned.length,
          returnedPieces: pieces(returned),
        },
      ];
    }),
  );
}

/** Per field the latest edit; what is fixed from the earliest registration. */
function registersOf(
  counting: readonly Counting[],
  registration: string,
  revision: string,
  entity: string,
  fixed: readonly string[],
): Map<string, BookItem> {
  const edits = counting
    .filter(({ event }) => event.type === registration || event.type === revision)
    .map(({ event, at }) => ({ at, id: event.id, event }));
  const books = new Map<string, BookItem>();
  for (const [name, all] of groups(edits, ({ event }) => String(event.payload[entity]))) {
    const registrations = all.filter(({ event }) => event.type === registration);
    const earliest = registrations.find((one) => registrations.every((other) => other === one || before(one, other)));
    if (earliest === undefined) continue;
    const fields: Record<string, unknown> = {};
    for (const edit of all.toSorted((a, b) => (before(a, b) ? -1 : 1))) Object.assign(fields, edit.event.payload);
    for (const field of fixed) fields[field] = earliest.event.payload[field];
    delete fields[entity];
    books.set(name, { item: name, fields });
  }
  return books;
}

function codesOf(counting: readonly Counting[]): Map<string, BookCode> {
  const claims = counting
    .filter(({ event }) => event.type === 'BarcodeAssigned')
    .map(({ event, at }) => ({
      at,
      id: event.id,
      ...(event.payload as { code: string; item: string | null; packSize: number }),
    }));
  return new Map(
    [...groups(claims, ({ code }) => code)].map(([code, all]) => {
      const latest = latestOf(all) as (typeof all)[number];
      const takenBack = latestOf(all.filter(({ item }) => item === null));
      const standing = all.filter(
        (claim) => claim.item !== null && (takenBack === undefined || before(takenBack, claim)),
      );
      const contested = new Set(standing.map(({ item }) => item)).size > 1;
      return [code, { code, item: latest.item, packSize: latest.packSize, contested }];
    }),
  );
}

/** Events the domain can read; anything else is parked or was set aside. */
export type Understands = (event: Event) => boolean;

/** Recomputes everything from scratch. Events may stand in any order, repeated. */
export function naiveBook(events: readonly Event[], understands: Understands = () => true): NaiveBook {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const counting = countingEvents(unique).filter(({ event }) => understands(event));
  const documents = documentsOf(counting);
  const lines = new Map<string, BookLine>();
  for (const [name, all] of happeningsOf(documents)) {
    const [store = '', item = ''] = name.split('|');
    const buckets = {
      sellable: bucketOf('sellable', all),
      picked: bucketOf('picked', all),
      unsellable: bucketOf('unsellable', all),
    };
    const onHand = buckets.sellable.quantity + buckets.picked.quantity + buckets.unsellable.quantity;
    lines.set(name, { store, item, buckets, onHand, lastChangeAt: Math.max(...all.map(({ at }) => at)) });
  }
  return {
    lines,
    hours: hoursOf(documents),
    items: registersOf(counting, 'ItemRegistered', 'ItemRevised', 'item', ['unit', 'quantityScale', 'currency']),
    codes: codesOf(counting),
    stores: registersOf(counting, 'StoreOpened', 'StoreRevised', 'store', ['currency']),
  };
}

/** The book as of a moment: what had happened by then, as known now. */
export function naiveBookAsOf(events: readonly Event[], at: number, understands: Understands = () => true): NaiveBook {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const later = new Set(
    countingEvents(unique)
      .filter((one) => one.at > at && one.event.type !== 'EntryReversed')
      .map(({ event }) => event.id),
  );
  return naiveBook(
    unique.filter(({ id }) => !later.has(id)),
    understands,
  );
}
