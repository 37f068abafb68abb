// The whole journal of one line, for a device that holds only its base. Reads one committed state; answers nothing that the
// device could not have been told yet.
//
// 1. Rows are as they stand at the tables' position C. A device at P ≤ C is answered when no ruling that concerns its store
//    lies between: then nothing that it knows has ended or moved since.
// 2. What came after P is left out: it comes down by itself.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { JOURNAL_ROWS_MAX } from '@streamstock/api';
import {
  isRulingType,
  keyPrefix,
  readStoredLine,
  type CentralLog,
  type CentralView,
  type EventId,
  type Position,
  type Row,
  type StoreId,
} from '@streamstock/event-log';
import { readJournalRow, STOCK_JOURNAL_TABLE, stockProjector, type JournalValue } from '@streamstock/inventory';

const ROWS_PER_TURN = 500;
/** Events that a device may be behind; it has to catch up first. */
const BEHIND_EVENTS_MAX = 5_000;
const BEHIND_BYTES_MAX = 4 * 1_024 * 1_024;

export type LineJournal =
  | { readonly kind: 'rows'; readonly rows: readonly Row<JournalValue>[] }
  /** Device and tables are too far from each other. */
  | { readonly kind: 'not-now' }
  | { readonly kind: 'too-long' };

export async function lineJournal(
  log: CentralLog,
  store: StoreId,
  item: string,
  position: Position,
): Promise<LineJournal> {
  const view = await log.view();
  try {
    const standing = view.progress.find(({ name }) => name === stockProjector.name)?.checkpoint ?? 0;
    if (position > standing || (await isRuledSince(log, store, position, standing))) return { kind: 'not-now' };
    const rows = await journalRows(view, store, item);
    if (rows === null) return { kind: 'too-long' };
    const positions = await positionsOf(log, rows);
    const isKnown = (row: Row<JournalValue>): boolean => (positions.get(readJournalRow(row).event) ?? 0) <= position;
    return { kind: 'rows', rows: rows.filter(isKnown) };
  } finally {
    await view.close();
  }
}

async function isRuledSince(log: CentralLog, store: StoreId, after: Position, upTo: Position): Promise<boolean> {
  if (after === upTo) return false;
  const limit = { eventsMax: BEHIND_EVENTS_MAX, bytesMax: BEHIND_BYTES_MAX };
  const { lines, to } = await log.readForStore(store, after, limit);
  if (to.position < upTo) return true;
  return lines.some(({ position, line }) => position <= upTo && isRulingType(readStoredLine(line).type));
}

/** null: too many. */
async function journalRows(view: CentralView, store: StoreId, item: string): Promise<Row<JournalValue>[] | null> {
  const rows: Row<JournalValue>[] = [];
  const { to, ...start } = keyPrefix(store, item);
  for (let { from } = start; ;) {
    const page = await view.tables.range<JournalValue>(STOCK_JOURNAL_TABLE, { from, to, rowsMax: ROWS_PER_TURN });
    rows.push(...page);
    if (rows.length > JOURNAL_ROWS_MAX) return null;
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_PER_TURN) return rows;
    from = `${last.key} `;
    await nextTurn();
  }
}

async function positionsOf(log: CentralLog, rows: readonly Row<JournalValue>[]): Promise<Map<EventId, Position>> {
  const ids = [...new Set(rows.map((row) => readJournalRow(row).event))];
  const positions = new Map<EventId, Position>();
  for (let start = 0; start < ids.length; start += ROWS_PER_TURN) {
    for (const { id, position } of await log.find(ids.slice(start, start + ROWS_PER_TURN))) positions.set(id, position);
    await nextTurn();
  }
  return positions;
}
