// The alerts of a store's lines, read from its tables. Most lines are told well by their row's figures alone; a journal is
// walked only where an alert may be open, and only as far back as its begin. Owns no state.
import { keyPrefix, type HybridTime, type TableReader } from '@streamstock/event-log';
import { readItems } from '../catalogue/catalogue-queries.ts';
import { TRAJECTORY_ROWS_FIRST, TRAJECTORY_ROWS_MAX } from '../limits.ts';
import { listPolicies, readPolicy, type StockPolicy } from '../policy/policy-queries.ts';
import { activeAt } from '../promise/availability.ts';
import { RESERVATION_LINES_TABLE, type ReservationLineRow } from '../promise/promise-tables.ts';
import { incomingOf } from '../restock/restock-order-queries.ts';
import { scan } from '../scan.ts';
import { listStockLines, readStockLine } from '../stock/stock-queries.ts';
import type { StockLineRow } from '../stock/stock-tables.ts';
import { inTransitOf, listShipments } from '../transfer/transfer-queries.ts';
import { compareAlerts, type Alert } from './alert.ts';
import { withMarks, type MarkedAlert } from './alert-marks.ts';
import { DEPLETION_SPAN } from './level-walk.ts';
import { depletionMinimum, judgeLine, levelsOf, type AlertPolicy, type LineContext } from './line-alerts.ts';
import { readLineHolds } from './line-holds.ts';
import { lineSince } from './line-trajectory.ts';
import { overdueTransferAlerts, type AwaitedShipment } from './subject-alerts.ts';

/** The alerts of one line, most serious first, with what people said about them. */
export async function alertsOf(
  reader: TableReader,
  store: string,
  item: string,
  now: HybridTime,
): Promise<MarkedAlert[]> {
  const row = await readStockLine(reader, store, item);
  const policy = await readPolicy(reader, store, item);
  const [context] = await contextsOf(reader, store, [item]);
  if (context === undefined) return [];
  return withMarks(reader, await readLineAlerts(reader, row, policy, now, context), now);
}

/** The alerts of all lines of a store, most serious first, with what people said about them. */
export async function storeAlerts(reader: TableReader, store: string, now: HybridTime): Promise<MarkedAlert[]> {
  const policies = new Map((await listPolicies(reader, store)).map((policy) => [policy.item, policy]));
  const reserved = await reservedOf(reader, store, now);
  const rows = new Map((await listStockLines(reader, { store })).map((row) => [row.item, row]));
  const items = [...new Set([...rows.keys(), ...reserved.keys()])].filter((item) =>
    mayAlert(rows.get(item), reserved.get(item) ?? 0, policies.get(item), now),
  );
  const alerts: Alert[] = [];
  for (const context of await contextsOf(reader, store, items)) {
    const { item } = context;
    alerts.push(...(await readLineAlerts(reader, rows.get(item), policies.get(item), now, context)));
  }
  return withMarks(reader, alerts.sort(compareAlerts), now);
}

/** The shipments that a store waits for in vain, the longest overdue first. */
export async function overdueTransfersOf(
  reader: TableReader,
  store: string,
  now: HybridTime,
): Promise<readonly MarkedAlert[]> {
  const shipments = await listShipments(reader, { store, state: 'overdue' }, now);
  const awaited = shipments.flatMap(({ shipment, from, to, expectedAt, lines }): AwaitedShipment[] => {
    // Whoever sent it waits for nothing.
    if (from === null || to !== store) return [];
    const missing = lines.reduce((sum, { inTransit: left }) => sum + Math.max(0, left), 0);
    return [{ shipment, from, to, expectedAt, missing }];
  });
  return withMarks(reader, overdueTransferAlerts(awaited, now), now);
}

/** What alerts want to know of each item besides its figures, in their order. */
async function contextsOf(reader: TableReader, store: string, items: readonly string[]): Promise<LineContext[]> {
  if (items.length === 0) return [];
  const names = items.map((item) => ({ store, item }));
  const about = await readItems(reader, items);
  const ordered = await incomingOf(reader, names);
  const shipped = await inTransitOf(reader, names);
  return items.map((item, index) => {
    const row = about[index];
    // More came than was ordered: nothing is on its way.
    const incoming = Math.max(0, ordered[index]?.quantity ?? 0) + Math.max(0, shipped[index]?.quantity ?? 0);
    return {
      store,
      item,
      incoming,
      ...(row === undefined ? {} : { unit: row.unit, archived: row.lifecycle === 'archived' }),
    };
  });
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
