// One line's story: the till roll as inventory explains it, and the journal with running figures for the step line; both with
// what only the centre knows (position, device, arrival). Reads tables and log; owns nothing.
import { STORY_LINES_MAX, type ItemStory, type StoryLine } from '@streamstock/api';
import {
  msFromHybridTime,
  type CentralLog,
  type EventId,
  type HybridTime,
  type StoredLine,
} from '@streamstock/event-log';
import {
  availableOf,
  countSessionKey,
  explainLine,
  readJournal,
  rowCounts,
  STOCK_COUNTS_TABLE,
  stockAsOf,
  type Bucket,
  type CountSessionRow,
  type CountedBucket,
  type JournalRow,
  type LineExplanation,
  type Observation,
  type RollRow,
} from '@streamstock/inventory';
import { breathe } from './breathe.ts';

/** An arrival this much after the event is worth telling. */
const LATE_AFTER_MS = 60_000;
/** Events looked up at a time: ≈ 3 ms. */
const FIND_IDS = 200;

const TYPES = {
  received: 'StockReceived',
  sold: 'StockSold',
  returned: 'StockReturned',
  adjusted: 'StockAdjusted',
  counted: 'StockCounted',
  'returned-to-supplier': 'StockReturnedToSupplier',
  picked: 'OrderPicked',
  'put-back': 'OrderCancelled',
  'handed-over': 'OrderFulfilled',
  dispatched: 'TransferDispatched',
  'transferred-in': 'TransferReceived',
} as const;

export type LineStory = Omit<ItemStory, 'item' | 'store' | 'position'>;

/** What the centre knows of an event besides its bytes. */
interface Arrival {
  readonly position: number;
  readonly device: string;
  readonly arrivedAtMs: number;
  readonly byInstallation: boolean;
}

const NOTHING: LineStory = {
  line: null,
  baseline: null,
  carried: { picked: 0, unsellable: 0 },
  movements: [],
  movementsOmitted: { lines: 0, change: 0 },
  total: 0,
  seenByCount: [],
  history: [],
  historyOmitted: false,
};

/** `now`: what reservations hold is a matter of time. */
export async function readLineStory(log: CentralLog, store: string, item: string, now: HybridTime): Promise<LineStory> {
  const explanation = await explainLine(log.tables, store, item);
  if (explanation === undefined) return NOTHING;
  const [availability] = await availableOf(log.tables, [{ store, item }], now);
  const newest = await readJournal(log.tables, store, item, { reverse: true, rowsMax: STORY_LINES_MAX + 1 });
  const rows = newest.slice(0, STORY_LINES_MAX).reverse();
  const { baseline, carried, earlier, movements, total, line } = explanation;
  const ids = [
    ...rows.map(({ event }) => event),
    ...movements.map(({ event }) => event),
    ...explanation.seenByCount.map(({ event }) => event),
  ];
  const arrivals = await readArrivals(log, baseline === null ? ids : [...ids, baseline.id]);
  const countArrival = baseline === null ? undefined : arrivals.get(baseline.id);
  return {
    line: lineView(explanation, availability?.available ?? 0),
    baseline:
      baseline === null
        ? null
        : {
            event: baseline.id,
            atMs: msFromHybridTime(baseline.at),
            quantity: baseline.quantity,
            actor: baseline.actor,
          },
    carried,
    movements: withRunningTotal(
      movements,
      (baseline?.quantity ?? 0) + carried.picked + carried.unsellable + earlier.change,
      arrivals,
    ),
    movementsOmitted: { lines: earlier.movements, change: earlier.change },
    total,
    seenByCount: explanation.seenByCount
      .filter(({ event }) => (arrivals.get(event)?.position ?? 0) > (countArrival?.position ?? 0))
      .map((row) => rollLine(row, line.onHand, arrivals)),
    history: await readHistory(log, store, item, rows, newest.length > STORY_LINES_MAX, arrivals),
    historyOmitted: newest.length > STORY_LINES_MAX,
  };
}

function lineView({ line }: LineExplanation, available: number): LineStory['line'] {
  const { store, item, sellable, picked, unsellable, onHand, lastChangeAt, lastCount, recount, negativeSince } = line;
  return {
    store,
    item,
    sellable,
    picked,
    unsellable,
    onHand,
    available,
    lastChangeAtMs: msFromHybridTime(lastChangeAt),
    lastCount: lastCount === null ? null : { atMs: msFromHybridTime(lastCount.at), quantity: lastCount.quantity },
    recount,
    negativeSinceMs: negativeSince === null ? null : msFromHybridTime(negativeSince),
  };
}

async function readArrivals(log: CentralLog, ids: readonly EventId[]): Promise<ReadonlyMap<EventId, Arrival>> {
  const installations = new Set(
    (await log.devices()).filter(({ kind }) => kind === 'installation').map(({ device }) => device),
  );
  const wanted = [...new Set(ids)];
  const lines: StoredLine[] = [];
  for (let start = 0; start < wanted.length; start += FIND_IDS) {
    lines.push(...(await log.find(wanted.slice(start, start + FIND_IDS))));
    await breathe();
  }
  return new Map(
    lines.map(({ id, position, place, resuppliedBy, arrivedAtMs }: StoredLine) => {
      // Until its maker sends it, who handed it back stands for it.
      const device = place?.device ?? resuppliedBy ?? '';
      return [id, { position, device, arrivedAtMs, byInstallation: installations.has(device) }];
    }),
  );
}

function withRunningTotal(
  rows: readonly RollRow[],
  start: number,
  arrivals: ReadonlyMap<EventId, Arrival>,
): StoryLine[] {
  let onHand = start;
  return rows.map((row) => rollLine(row, (onHand += row.change), arrivals));
}

function rollLine(row: RollRow, onHand: number, arrivals: ReadonlyMap<EventId, Arrival>): StoryLine {
  const { change, inDoubt, reference, reason } = row;
  return {
    ...lineHead(row, arrivals),
    change,
    onHand,
    counted: null,
    reversed: false,
    inDoubt,
    reference: reference ?? null,
    reason: reason ?? null,
  };
}

function lineHead(
  row: Pick<RollRow | JournalRow, 'event' | 'line' | 'kind' | 'at' | 'actor'>,
  arrivals: ReadonlyMap<EventId, Arrival>,
) {
  const { event, line, kind, at, actor } = row;
  const arrival = arrivals.get(event);
  const atMs = msFromHybridTime(at);
  return {
    event,
    line,
    type: TYPES[kind],
    atMs,
    arrivedAtMs: arrival?.arrivedAtMs ?? null,
    late: arrival?.byInstallation === true && arrival.arrivedAtMs - atMs > LATE_AFTER_MS,
    position: arrival?.position ?? null,
    device: arrival?.device ?? null,
    actor,
  };
}

/** The journal with on hand after every row: movements add up, and a count session sets its bucket at its last part. */
async function readHistory(
  log: CentralLog,
  store: string,
  item: string,
  rows: readonly JournalRow[],
  olderExist: boolean,
  arrivals: ReadonlyMap<EventId, Arrival>,
): Promise<StoryLine[]> {
  const first = rows[0];
  const before =
    first === undefined || !olderExist ? undefined : await stockAsOf(log.tables, store, item, first.at - 1);
  const buckets: Record<Bucket, number> = {
    sellable: before?.sellable ?? 0,
    picked: before?.picked ?? 0,
    unsellable: before?.unsellable ?? 0,
  };
  const counts = await readCounts(log, store, item, rows);
  let onHand = buckets.sellable + buckets.picked + buckets.unsellable;
  return rows.map((row) => {
    if (rowCounts(row)) {
      if (row.kind === 'counted') {
        const count = counts.get(sessionKey(row));
        if (count?.id === row.event && count.at === row.at) buckets[row.bucket] = count.quantity;
      } else for (const [bucket, move] of Object.entries(row.moves) as [Bucket, number][]) buckets[bucket] += move;
    }
    const after = buckets.sellable + buckets.picked + buckets.unsellable;
    const change = after - onHand;
    onHand = after;
    return {
      ...lineHead(row, arrivals),
      change,
      onHand,
      counted: row.kind === 'counted' ? row.quantity : null,
      reversed: row.reversedBy.length > 0,
      inDoubt: false,
      reference: row.reference ?? null,
      reason: row.kind === 'counted' ? null : (row.reason ?? null),
    };
  });
}

function sessionKey(row: { readonly bucket: CountedBucket; readonly session: string }): string {
  return `${row.bucket}|${row.session}`;
}

interface SessionTotal {
  readonly at: number;
  readonly id: EventId;
  readonly quantity: number;
}

/** What each count session of these rows says in the end: the latest observation per (area, counter), added up. */
async function readCounts(
  log: CentralLog,
  store: string,
  item: string,
  rows: readonly JournalRow[],
): Promise<ReadonlyMap<string, SessionTotal>> {
  const sessions = new Map(rows.flatMap((row) => (row.kind === 'counted' ? [[sessionKey(row), row] as const] : [])));
  const keys = [...sessions.values()].map(({ bucket, session }) => countSessionKey(store, item, bucket, session));
  const stored = await log.tables.getMany<CountSessionRow>(STOCK_COUNTS_TABLE, keys);
  return new Map(
    [...sessions.keys()].flatMap((key, index) => {
      const total = sessionTotal(stored[index]?.observations ?? []);
      return total === undefined ? [] : [[key, total] as const];
    }),
  );
}

function sessionTotal(observations: readonly Observation[]): SessionTotal | undefined {
  const latest = new Map<string, Observation>();
  for (const observation of observations) {
    const part = `${observation.area}|${observation.counter}`;
    const known = latest.get(part);
    if (known === undefined || isLater(observation, known)) latest.set(part, observation);
  }
  const parts = [...latest.values()];
  const last = parts.reduce<Observation | undefined>(
    (found, part) => (found === undefined || isLater(part, found) ? part : found),
    undefined,
  );
  return last === undefined
    ? undefined
    : { at: last.at, id: last.id, quantity: parts.reduce((sum, { quantity }) => sum + quantity, 0) };
}

function isLater(a: Observation, b: Observation): boolean {
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}
