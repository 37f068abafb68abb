// `bench fold`: how fast stock is folded. Events per second on one core, by the book in memory and by the table projector;
// and what one event costs on a line with a long past against an empty line (fold-line.ts).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  isRulingType,
  MemoryTables,
  projectBatch,
  type Event,
  type EventDraft,
  type EventId,
  type LoggedEvent,
} from '@streamstock/event-log';
import { LineBook, parsePayload, stockProjector, type TypedPayload } from '@streamstock/inventory';
import { openSqliteCentralLog, sealWith } from '@streamstock/log-sql';
import type { Benchmark, Outcome } from './benchmark.ts';
import { ITEMS, madeUpTrade, STORES } from './fold-events.ts';
import { measureLongPast } from './fold-line.ts';
import { medianOf } from './median.ts';

const EVENTS = 1_000_000;
const BASKET_EVENTS = 500_000;
const PARSED_EVENTS = 200_000;
const PARSED_ROUNDS = 3;
const TABLE_EVENTS = 100_000;
const SQL_EVENTS = 10_000;
const ROUNDS = 7;
const BATCH_EVENTS = 500;

interface Typed {
  readonly event: Event;
  /** undefined: a ruling. */
  readonly typed: TypedPayload | undefined;
}

/** Typed events, the parsed payload in the event's place: what a fold holds in memory. Leaves `events` as they are. */
function typedOf(events: readonly Event[]): Typed[] {
  return events.map((event) => {
    if (isRulingType(event.type)) return { event, typed: undefined };
    const parsed = parsePayload(event);
    if (!parsed.ok) throw new Error(parsed.detail);
    return { event: { ...event, payload: parsed.payload }, typed: parsed };
  });
}

/** Lets the collector take what a round left behind, so that the next one does not pay for it. */
const collect = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Everything is folded and every line's figures are read. */
function read(book: LineBook): void {
  const lines = book.lines().length;
  if (lines !== STORES * ITEMS) throw new Error(`${lines} lines came out of ${STORES * ITEMS}.`);
}

function foldTyped(all: readonly Typed[]): void {
  const book = new LineBook();
  for (const { event, typed } of all) {
    if (typed === undefined) book.rule(event);
    else book.take(event, typed);
  }
  read(book);
}

function foldParsed(events: readonly Event[]): void {
  const book = new LineBook();
  for (const event of events) book.read(event);
  read(book);
}

/** Per second of the wall clock, and of this thread's processor time: what others on the machine take is in the first. */
interface Rates {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

function rateOf(events: number, rounds: number, fold: () => void): Rates {
  const wall: number[] = [];
  const own: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    collect();
    const beganCpu = process.threadCpuUsage();
    const began = performance.now();
    fold();
    const elapsedMs = performance.now() - began;
    const { user, system } = process.threadCpuUsage(beganCpu);
    // The first round warms up.
    if (round === 0) continue;
    wall.push(events / (elapsedMs / 1_000));
    own.push(events / ((user + system) / 1_000_000));
  }
  return { perSecond: Math.round(medianOf(wall)), perCpuSecond: Math.round(medianOf(own)) };
}

async function tablesPerSecond(events: readonly Event[]): Promise<number> {
  const tables = new MemoryTables();
  const projected = new Map<EventId, LoggedEvent>();
  const find = async (ids: readonly EventId[]) => ids.flatMap((id) => projected.get(id) ?? []);
  const began = performance.now();
  for (let from = 0; from < events.length; from += BATCH_EVENTS) {
    const batch = events.slice(from, from + BATCH_EVENTS).map((event) => ({ event }));
    await projectBatch(tables, batch, [stockProjector], find);
    for (const logged of batch) projected.set(logged.event.id, logged);
  }
  return Math.round(events.length / ((performance.now() - began) / 1_000));
}

function draftOf({ id, type, schemaVersion, store, occurredAt, actor, meta = {}, payload }: Event): EventDraft {
  return { id, type, schemaVersion, store, audience: [], occurredAt, actor, meta, payload };
}

/** From a log on disk into its own tables, as a server catches up. */
async function sqlPerSecond(events: readonly Event[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-fold-'));
  try {
    const path = join(folder, 'log.sqlite');
    const seal = sealWith(Buffer.alloc(32));
    const log = openSqliteCentralLog({ path, mode: 'write', seal, nowMs: Date.now() });
    try {
      const { writer } = await log.head();
      // Stored as the centre's own: what is measured comes after.
      const drafts = events.filter(({ type }) => !isRulingType(type)).map(draftOf);
      await log.appendOwn(writer, drafts, Date.now());
      const began = performance.now();
      for (;;) {
        const { checkpoint, head } = await log.project([stockProjector], BATCH_EVENTS);
        if (checkpoint === head) break;
      }
      return Math.round(drafts.length / ((performance.now() - began) / 1_000));
    } finally {
      await log.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(): Promise<Outcome> {
  console.log(`Making ${EVENTS.toLocaleString('en')} events over ${(STORES * ITEMS).toLocaleString('en')} lines.`);
  const trade = madeUpTrade(EVENTS, 1);
  const typed = typedOf(trade);
  const lines = typed.reduce((sum, { typed: one }) => sum + linesOf(one), 0);
  const part = trade.slice(0, PARSED_EVENTS);
  trade.length = 0;
  const book = rateOf(EVENTS, ROUNDS, () => foldTyped(typed));
  typed.length = 0;
  const parsed = rateOf(PARSED_EVENTS, PARSED_ROUNDS, () => foldParsed(part));
  const tables = await tablesPerSecond(part.slice(0, TABLE_EVENTS));
  const sql = await sqlPerSecond(part.slice(0, SQL_EVENTS));

  const baskets = typedOf(madeUpTrade(BASKET_EVENTS, 3));
  const basketLines = baskets.reduce((sum, { typed: one }) => sum + linesOf(one), 0);
  const basket = rateOf(BASKET_EVENTS, ROUNDS, () => foldTyped(baskets));
  baskets.length = 0;
  console.log(MEASURED);
  return {
    figures: {
      events: EVENTS,
      lines: STORES * ITEMS,
      documentLinesPerEvent: Math.round((lines / EVENTS) * 100) / 100,
      eventsPerSecond: book.perSecond,
      eventsPerCpuSecond: book.perCpuSecond,
      basketLinesPerEvent: Math.round((basketLines / BASKET_EVENTS) * 100) / 100,
      basketEventsPerSecond: basket.perSecond,
      basketEventsPerCpuSecond: basket.perCpuSecond,
      basketLinesPerSecond: Math.round((basket.perSecond * basketLines) / BASKET_EVENTS),
      parsedEventsPerSecond: parsed.perSecond,
      memoryTablesEventsPerSecond: tables,
      sqliteTablesEventsPerSecond: sql,
      ...(await measureLongPast()),
    },
    targets: {
      eventsPerSecond: { atLeast: 1_000_000 },
      eventsPerCpuSecond: { atLeast: 1_000_000 },
      bookNewestRatio: { below: 2 },
      bookLateRatio: { below: 2 },
      tablesNewestRatio: { below: 2 },
      tablesLateRatio: { below: 2 },
    },
  };
}

function linesOf(typed: TypedPayload | undefined): number {
  return typed !== undefined && 'lines' in typed.payload ? typed.payload.lines.length : 0;
}

const MEASURED = `
events: from memory, payloads parsed before; the clock runs from an empty book to the figures of all lines.
perCpuSecond: by this thread's processor time, which other work on the machine does not lengthen.
basket: the same with documents of several lines. parsed: payload schemas and upcasters are in the measure.
memoryTables, sqliteTables: the stock projector in batches of ${BATCH_EVENTS}, with journal, counts, sales by hour.
ratios: one event on a line with 100,000 movements against one on an empty line, figures read after each.`;

export const foldBenchmark: Benchmark = {
  name: 'fold',
  about: 'events folded per second on one core; one event on a line with a long past',
  run,
};
