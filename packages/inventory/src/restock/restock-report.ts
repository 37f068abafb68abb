// The restock report: of the lines that sell most, what they will sell and what to order. Reads the centre's read models and
// gives plain data to the pure parts. Time is an argument.
import { hybridTimeFromMs, msFromHybridTime, type TableReader } from '@streamstock/event-log';
import { listLineTotals, tradingDays } from '../analytics/analytics-queries.ts';
import { localDays, type LocalDays } from '../analytics/local-days.ts';
import { DEMAND_DAYS_MAX } from '../limits.ts';
import { readPolicies } from '../policy/policy-queries.ts';
import { availableOf } from '../promise/availability.ts';
import { listStores } from '../stores/store-queries.ts';
import { listValues, lineHistory } from '../value/value-queries.ts';
import { cleanDemand, type CleanDemand } from './demand.ts';
import { forecastLine, type LineForecast, type NoForecast } from './line-forecast.ts';
import { daysAheadOf, proposeRestock, type RestockProposal } from './proposal.ts';
import { incomingOf } from './restock-order-queries.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** What sold most is reckoned over this many days before the end. */
export const MOVERS_DAYS = 91;
/** Lines that sold most are taken this many times over, to find those with the most demand: sales may have been cancelled. */
const CANDIDATES_FACTOR = 2;

export interface RestockLine {
  readonly store: string;
  readonly item: string;
  /** Pieces a day over the days that say something. */
  readonly demandPerDay: number;
  /** null: not founded on a count, a delivery or opening stock. */
  readonly available: number | null;
  readonly demand: CleanDemand;
  readonly forecast: LineForecast | NoForecast;
  readonly proposal: RestockProposal;
}

export interface RestockReport {
  /** By demand in the last `MOVERS_DAYS` days, most first. */
  readonly lines: readonly RestockLine[];
  /** The last whole day that is reckoned with, in each store's time zone: 2011-12-09. */
  readonly lastDay: string;
}

export interface RestockQuery {
  readonly store?: string;
  readonly top: number;
  readonly nowMs: number;
}

interface StoreFrame {
  readonly days: LocalDays;
  /** The end of the last whole day with data. */
  readonly endMs: number;
  readonly traded: ReadonlySet<number>;
}

/** null: nothing ever happened. */
export async function restockReport(reader: TableReader, query: RestockQuery): Promise<RestockReport | null> {
  const filter = query.store === undefined ? {} : { store: query.store };
  const lastChangeMs = (await listValues(reader)).reduce(
    (ms, { lastChangeAt }) => Math.max(ms, msFromHybridTime(lastChangeAt)),
    0,
  );
  if (lastChangeMs === 0) return null;
  const frames = await storeFrames(reader, filter.store, Math.min(lastChangeMs, query.nowMs), query.nowMs);
  const candidates: { store: string; item: string; sold: number }[] = [];
  for (const [store, { endMs }] of frames) {
    const span = { fromMs: endMs - MOVERS_DAYS * DAY_MS, toMs: endMs };
    candidates.push(...(await listLineTotals(reader, { store }, span)).filter(({ sold }) => sold > 0));
  }
  const likely = candidates.toSorted((a, b) => b.sold - a.sold).slice(0, query.top * CANDIDATES_FACTOR);
  const demands = await readDemands(reader, likely, frames);
  const top = demands
    .toSorted((a, b) => b.recent - a.recent)
    .filter(({ recent }) => recent > 0)
    .slice(0, query.top);
  const lines = await proposeLines(reader, top, query.nowMs);
  const last = [...frames.values()].map(({ days, endMs }) => days.textOf(days.dayOf(endMs) - 1)).toSorted();
  return { lines, lastDay: last.at(-1) ?? '' };
}

async function storeFrames(
  reader: TableReader,
  only: string | undefined,
  lastChangeMs: number,
  nowMs: number,
): Promise<Map<string, StoreFrame>> {
  const frames = new Map<string, StoreFrame>();
  const calendars = new Map<string, LocalDays>();
  for (const { store, timeZone } of await listStores(reader)) {
    if (only !== undefined && store !== only) continue;
    const days = calendars.get(timeZone) ?? localDays(timeZone);
    calendars.set(timeZone, days);
    // The day that is running now is not whole.
    const endMs = Math.min(days.startMs(days.dayOf(lastChangeMs) + 1), days.startMs(days.dayOf(nowMs)));
    const traded = await tradingDays(
      reader,
      store,
      { fromMs: Math.max(0, endMs - DEMAND_DAYS_MAX * DAY_MS), toMs: endMs },
      days,
    );
    frames.set(store, { days, endMs, traded });
  }
  return frames;
}

interface LineDemand {
  readonly store: string;
  readonly item: string;
  readonly demand: CleanDemand;
  /** Of the last `MOVERS_DAYS` days. */
  readonly recent: number;
  readonly founded: boolean;
}

async function readDemands(
  reader: TableReader,
  names: readonly { readonly store: string; readonly item: string }[],
  frames: ReadonlyMap<string, StoreFrame>,
): Promise<LineDemand[]> {
  const demands: LineDemand[] = [];
  for (const { store, item } of names) {
    const frame = frames.get(store);
    if (frame === undefined) continue;
    const { steps, trades, foundedAt } = await lineHistory(reader, store, item);
    const levels =
      foundedAt === null
        ? null
        : steps.filter(({ at }) => at >= foundedAt).map(({ at, sellable }) => ({ at, level: sellable }));
    const { days, endMs, traded } = frame;
    const demand = cleanDemand({ trades, levels, tradingDays: traded, days, endMs });
    const recent = demand.series.slice(-MOVERS_DAYS).reduce((sum, pieces) => sum + pieces, 0);
    demands.push({ store, item, demand, recent, founded: foundedAt !== null });
  }
  return demands;
}

async function proposeLines(reader: TableReader, top: readonly LineDemand[], nowMs: number): Promise<RestockLine[]> {
  const names = top.map(({ store, item }) => ({ store, item }));
  const policies = await readPolicies(reader, names);
  const incoming = await incomingOf(reader, names);
  const availability = await availableOf(reader, names, hybridTimeFromMs(nowMs));
  return top.map(({ store, item, demand, founded }, index) => {
    const policy = policies[index];
    const available = founded ? (availability[index]?.available ?? 0) : null;
    const forecast = forecastLine({ demand, available, daysAhead: daysAheadOf(policy) });
    const proposal = proposeRestock({ available, incoming: incoming[index]?.quantity ?? 0, policy, forecast });
    const said = demand.usable.filter(Boolean).length;
    const pieces = demand.series.reduce((sum, quantity, day) => sum + (demand.usable[day] === true ? quantity : 0), 0);
    return { store, item, demandPerDay: said === 0 ? 0 : pieces / said, available, demand, forecast, proposal };
  });
}
