// Documents that earlier batches brought and that something said later touches: read back from entries and journal, before
// and after what a batch says about them. Writes nothing.
import type { EventId, Tables } from '@streamstock/event-log';
import { waits } from './session-gates.ts';
import type { DocumentChange, Said } from './change-shapes.ts';
import { withFlags, type LineEntry } from './line-entry.ts';
import { reversersOf } from './reversals.ts';
import {
  journalKey,
  reversalKey,
  sessionKey,
  STOCK_ENTRIES_TABLE,
  STOCK_JOURNAL_TABLE,
  type JournalValue,
  type StockEntryRow,
} from './stock-tables.ts';

interface Known {
  readonly id: EventId;
  readonly entry: StockEntryRow;
  readonly keys: readonly string[];
}

/** Those of the documents that are known here and concerned; two reads, whatever their number. */
export async function earlierDocuments(
  tables: Tables,
  ids: readonly EventId[],
  said: Said,
  isConcerned: (id: EventId, store: string) => boolean,
): Promise<DocumentChange[]> {
  if (ids.length === 0) return [];
  const entries = await tables.getMany<StockEntryRow>(STOCK_ENTRIES_TABLE, ids);
  const known = ids.flatMap((id, index): Known[] => {
    const entry = entries[index];
    if (entry === undefined || !isConcerned(id, entry.store)) return [];
    return [{ id, entry, keys: entry.items.map((item, line) => journalKey(entry.store, item, entry.at, id, line)) }];
  });
  if (known.length === 0) return [];
  const keys = known.flatMap((one) => one.keys);
  const values = await tables.getMany<JournalValue>(STOCK_JOURNAL_TABLE, keys);
  const rows = new Map(keys.map((key, index) => [key, values[index]]));
  return known.map((one) => changeOf(one, rows, said));
}

function changeOf(
  { id, entry, keys }: Known,
  rows: ReadonlyMap<string, JournalValue | undefined>,
  said: Said,
): DocumentChange {
  const { store, at, items, contest = null, trade = null } = entry;
  const lines = keys.map((key, line): LineEntry | null => {
    const value = rows.get(key);
    return value === undefined ? null : { key, store, item: items[line] ?? '', at, event: id, line, value };
  });
  const key = reversalKey(store, id);
  const unreversed = (reversals: Said['reversals']['before']) =>
    items.map((_, line) => reversersOf(reversals.get(key), line).length === 0);
  return {
    id,
    store,
    items,
    contest,
    trade,
    before: { at, lines, unreversed: unreversed(said.reversals.before) },
    after: { at, lines: lines.map((line) => line && saidOf(line, said)), unreversed: unreversed(said.reversals.after) },
  };
}

/** A stored line with the flags that the batch gives it. */
export function saidOf(entry: LineEntry, { reversals, gates }: Said): LineEntry {
  const { store, event, line, value } = entry;
  const reversal = reversals.after.get(reversalKey(store, event));
  const gate = value.kind === 'counted' ? gates.after.get(sessionKey(store, value.session)) : undefined;
  return withFlags(entry, {
    ...(reversal === undefined ? {} : { reversedBy: reversersOf(reversal, line) }),
    ...(gate === undefined ? {} : { pending: waits(gate) }),
  });
}
