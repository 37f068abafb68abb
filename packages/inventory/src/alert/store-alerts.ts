// The alerts of a store's lines, read from its tables. Most lines are told well by their row's figures alone; a journal is
// walked only where an alert may be open, and only as far back as its begin. Owns no state.
import { keyPrefix, type HybridTime, type TableReader } from '@streamstock/event-log';
import { readItems } from '../catalogue/catalogue-queries.ts';
import type { ItemRow } from '../catalogue/catalogue-tables.ts';
import { TRAJECTORY_ROWS_FIRST, TRAJECTORY_ROWS_MAX } from '../limits.ts';
import { listPolicies, readPolicy, type StockPolicy } from '../policy/policy-queries.ts';
import { activeAt } from '../promise/availability.ts';
import { RESERVATION_LINES_TABLE, type ReservationLineRow } from '../promise/promise-tables.ts';
import { scan } from '../scan.ts';
import { listStockLines, readStockLine } from '../stock/stock-queries.ts';
import type { StockLineRow } from '../stock/stock-tables.ts';
import { compareAlerts, type Alert } from './alert.ts';
import { withMarks, type MarkedAlert } from './alert-marks.ts';
import { DEPLETION_SPAN } from './level-walk.ts';
import { depletionMinimum, judgeLine, levelsOf, type AlertPolicy, type LineContext } from './line-alerts.ts';
import { readLineHolds } from './line-holds.ts';
import { lineSince } from './line-trajectory.ts';

export interface AlertOptions {
  /** Ordered and on its way, by item: makes recommendations wiser. */
  readonly incoming?: ReadonlyMap<string, number>;
}

/** The alerts of one line, most serious first, with what people said about them. */
export async function alertsOf(
  reader: TableReader,
  store: string,
  item: string,
  now: HybridTime,
  options: AlertOptions = {},
): Promise<MarkedAlert[]> {
  const row = await readStockLine(reader, store, item);
  const policy = await readPolicy(reader, store, item);
  const [about] = await readItems(reader, [item]);
  const alerts = await readLineAlerts(reader, row, policy, now, contextOf(store, item, about, options));
  return withMarks(reader, alerts, now);
}

/** The alerts of all lines of a store, most serious first, with what people said about them. */
export async function storeAlerts(
  reader: TableReader,
  store: string,
  now: HybridTime,
  options: AlertOptions = {},
): Promise<MarkedAlert[]> {
  const policies = new Map((await listPolicies(reader, store)).map((policy) => [policy.item, policy]));
  const reserved = await reservedOf(reader, store, now);
  const rows = new Map((await listStockLines(reader, { store })).map((row) => [row.item, row]));
  const items = [...new Set([...rows.keys(), ...reserved.keys()])].filter((item) =>
    mayAlert(rows.get(item), reserved.get(item) ?? 0, policies.get(item), now),
  );
  const about = items.length === 0 ? [] : await readItems(reader, items);
  const alerts: Alert[] = [];
  for (const [index, item] of items.entries()) {
    const context = contextOf(store, item, about[index], options);
    alerts.push(...(await readLineAlerts(reader, rows.get(item), policies.get(item), now, context)));
  }
  return withMarks(reader, alerts.sort(compareAlerts), now);
}

function contextOf(store: string, item: string, row: ItemRow | undefined, { incoming }: AlertOptions): LineContext {
  return {
    store,
    item,
    ...(row === undefined ? {} : { unit: row.unit, archived: row.lifecycle === 'archived' }),
    incoming: incoming?.get(item) ?? 0,
  };
}

/** What active reservations hold, by item. */
async function reservedOf(reader: TableReader, store: string, now: HybridTime): Promise<Map<string, number>> {
  const reserved = new Map<string, number>();
  await scan<ReservationLineRow>(reader, RESERVATION_LINES_TABLE, keyPrefix(store), ({ key, value }) => {
    const [, item = ''] = key.split('|');
    reserved.set(item, (reserved.get(item) ?? 0) + activeAt(value, now));
  });
  return reserved;
}

/** Whether a line's figures of now leave room for an alert: no level surely ended, or movements of the last hours. */
function mayAlert(
  row: StockLineRow | undefined,
  reserved: number,
  policy: StockPolicy | undefined,
  now: HybridTime,
): boolean {
  if (row === undefined) return reserved > 0;
  const figures = { sellable: row.sellable, available: row.sellable - reserved };
  if (levelsOf(policy, {}).some(({ value, ended }) => !ended(figures[value]))) return true;
  return depletionMinimum(policy, {}) !== null && row.lastChangeAt > now - DEPLETION_SPAN;
}

/** Walks back until nothing earlier could change the answer. */
async function readLineAlerts(
  reader: TableReader,
  row: StockLineRow | undefined,
  policy: AlertPolicy | undefined,
  now: HybridTime,
  context: LineContext,
): Promise<readonly Alert[]> {
  const holds = await readLineHolds(reader, context.store, context.item);
  for (let rowsMax = TRAJECTORY_ROWS_FIRST; ; rowsMax = TRAJECTORY_ROWS_MAX) {
    const trajectory = await lineSince(reader, context, row, holds, { now, rowsMax });
    const { alerts, settled } = judgeLine(trajectory, policy, now, context);
    if (settled || trajectory.complete || rowsMax === TRAJECTORY_ROWS_MAX) return alerts;
  }
}
