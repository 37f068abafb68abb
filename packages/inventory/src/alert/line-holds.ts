// What reservations held of a line over time: the index from lines to every promise ever made of them, and reading it.
// Open holds alone would forget: with each pick the past of the line would change, and with it when its alerts began.
import {
  keyPrefix,
  sortableNumber,
  tableKey,
  type Change,
  type EventId,
  type HybridTime,
  type TableReader,
  type Tables,
} from '@streamstock/event-log';
import { TRAJECTORY_HOLDS_MAX } from '../limits.ts';
import { parsePayload } from '../payloads.ts';
import {
  RESERVATION_LINES_TABLE,
  RESERVATIONS_TABLE,
  type ReservationLineRow,
  type ReservationRow,
} from '../promise/promise-tables.ts';
import { scan } from '../scan.ts';
import { writeRows } from '../stock/write-rows.ts';
import type { LineHold } from './trajectory.ts';

/** Key: store|item|time promised|reservation; the value says nothing. */
export const LINE_PROMISES_TABLE = 'line-promises';

function promiseKey(store: string, item: string, at: HybridTime, reservation: EventId): string {
  return tableKey(store, item, sortableNumber(at), reservation);
}

/** Notes which lines each reservation is about. */
export async function foldLinePromises(tables: Tables, changes: readonly Change[]): Promise<void> {
  const put = new Map<string, Record<string, never>>();
  const gone = new Set<string>();
  for (const { event, before, after } of changes) {
    if (event.type !== 'StockReserved' || event.store === null || before?.effectiveAt === after?.effectiveAt) continue;
    const typed = parsePayload(event);
    if (!typed.ok || typed.type !== 'StockReserved') continue;
    for (const { item } of typed.payload.lines) {
      if (before !== null) gone.add(promiseKey(event.store, item, before.effectiveAt, event.id));
      if (after !== null) put.set(promiseKey(event.store, item, after.effectiveAt, event.id), {});
    }
  }
  await writeRows(
    tables,
    LINE_PROMISES_TABLE,
    [...put].map(([key, value]) => ({ key, value })),
    [...gone].filter((key) => !put.has(key)),
  );
}

function holdOf(reservation: EventId, item: string, row: ReservationRow | undefined): LineHold | null {
  const { body } = row ?? {};
  if (row === undefined || body === null || body === undefined || row.secondTo !== null) return null;
  const quantity = body.lines.reduce((sum, line) => (line.item === item ? sum + line.quantity : sum), 0);
  if (quantity === 0) return null;
  return {
    reservation,
    from: body.at,
    expiresAt: body.expiresAt,
    releasedAt: row.released.find(({ store }) => store === body.store)?.at ?? null,
    quantity,
    uses: row.used
      .filter(({ store }) => store === body.store)
      .map(({ at, lines }) => ({
        at,
        quantity: lines.reduce((sum, line) => (line.item === item ? sum + line.quantity : sum), 0),
      })),
  };
}

/** Every hold of a line that is still open, and the newest others: at most `TRAJECTORY_HOLDS_MAX`. */
export async function readLineHolds(reader: TableReader, store: string, item: string): Promise<LineHold[]> {
  const ids = new Set<EventId>();
  const newest = { ...keyPrefix(store, item), reverse: true };
  await scan(reader, LINE_PROMISES_TABLE, newest, ({ key }) => {
    ids.add(key.split('|').at(-1) ?? '');
    return ids.size === TRAJECTORY_HOLDS_MAX ? 'stop' : undefined;
  });
  if (ids.size === TRAJECTORY_HOLDS_MAX) {
    await scan<ReservationLineRow>(reader, RESERVATION_LINES_TABLE, keyPrefix(store, item), ({ key }) => {
      ids.add(key.split('|').at(-1) ?? '');
    });
  }
  if (ids.size === 0) return [];
  const asked = [...ids].sort();
  const rows = await reader.getMany<ReservationRow>(RESERVATIONS_TABLE, asked);
  return asked.flatMap((id, index) => holdOf(id, item, rows[index]) ?? []);
}
