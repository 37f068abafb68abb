// The centre's index from items to the positions of events that name them: the item's story. Needs positions, so it runs
// at the centre only. A reversal names an entry, not items: the journal's `reversedBy` tells of it.
import {
  keyPrefix,
  sortableNumber,
  tableKey,
  type Change,
  type EventId,
  type Position,
  type Projector,
  type TableReader,
  type Tables,
} from '@streamstock/event-log';
import { parsePayload, type TypedPayload } from '../payloads.ts';

export const ITEM_EVENTS_TABLE = 'item-events';

/** Key: item|position. */
export interface ItemEventRow {
  readonly event: EventId;
  readonly type: string;
  readonly store: string | null;
}

export interface ItemEvent extends ItemEventRow {
  readonly position: Position;
}

function itemsOf(typed: TypedPayload): readonly string[] {
  const { payload } = typed;
  if ('lines' in payload) return [...new Set(payload.lines.map(({ item }) => item))];
  if ('putBack' in payload) return [...new Set(payload.putBack.map(({ item }) => item))];
  if ('item' in payload && payload.item !== null) return [payload.item];
  return [];
}

export const itemEventsProjector: Projector = {
  name: 'item-events',
  version: 2,
  tables: [ITEM_EVENTS_TABLE],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    // Also events that do not count: the story tells of what was set aside. Writing a row again changes nothing.
    const rows = changes.flatMap(({ event, position }) => {
      const parsed = position === undefined ? undefined : parsePayload(event);
      if (position === undefined || parsed?.ok !== true) return [];
      const value: ItemEventRow = { event: event.id, type: event.type, store: event.store };
      return itemsOf(parsed).map((item) => ({ key: tableKey(item, sortableNumber(position)), value }));
    });
    if (rows.length > 0) await tables.putMany(ITEM_EVENTS_TABLE, rows);
  },
};

/** Events that name an item, newest position first: at most `rowsMax` before `before`. */
export async function listItemEvents(
  reader: TableReader,
  item: string,
  page: { readonly before?: Position; readonly rowsMax: number },
): Promise<ItemEvent[]> {
  const all = keyPrefix(item);
  const to = page.before === undefined ? all.to : tableKey(item, sortableNumber(page.before));
  const rows = await reader.range<ItemEventRow>(ITEM_EVENTS_TABLE, {
    from: all.from,
    to,
    reverse: true,
    rowsMax: page.rowsMax,
  });
  return rows.map(({ key, value }) => ({ ...value, position: Number(key.split('|').at(-1)) }));
}
