// From changes of events to changes of documents: joins facts with their reversals, whichever came first, and keeps the
// journal, the entries and the reversals. Everything behind it sees lines appear and disappear, never a reversal.
import type { Change, EventId, Row, Tables } from '@streamstock/event-log';
import { isStockFactType, parsePayload } from '../payloads.ts';
import { lineEntries, type LineEntry } from './line-entry.ts';
import { NO_REVERSALS, reversalsIn, reversersOf, saysNothing, withReversal, type ReversalChange } from './reversals.ts';
import {
  journalKey,
  reversalKey,
  STOCK_ENTRIES_TABLE,
  STOCK_JOURNAL_TABLE,
  STOCK_REVERSALS_TABLE,
  type JournalValue,
  type ReversalRow,
  type StockEntryRow,
} from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

/** All lines of one document before and after a batch; empty where it did not or does not count. */
export interface DocumentChange {
  readonly before: readonly LineEntry[];
  readonly after: readonly LineEntry[];
}

function factsIn(changes: readonly Change[]): Change[] {
  return changes.filter(
    ({ event, before, after }) =>
      isStockFactType(event.type) && event.store !== null && (before !== null || after !== null),
  );
}

/** Works a batch into journal, entries and reversals, and returns what it changed. */
export async function changeDocuments(tables: Tables, changes: readonly Change[]): Promise<DocumentChange[]> {
  const reversals = reversalsIn(changes);
  const facts = factsIn(changes);
  if (reversals.length === 0 && facts.length === 0) return [];

  const keys = [
    ...new Set([
      ...facts.map(({ event }) => reversalKey(event.store ?? '', event.id)),
      ...reversals.map(({ store, target }) => reversalKey(store, target)),
    ]),
  ];
  const stored = await tables.getMany<ReversalRow>(STOCK_REVERSALS_TABLE, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? NO_REVERSALS]));
  const after = new Map(before);
  for (const reversal of reversals) {
    const key = reversalKey(reversal.store, reversal.target);
    after.set(key, withReversal(after.get(key) ?? NO_REVERSALS, reversal));
  }

  const documents = facts.flatMap((change) => documentOf(change, before, after));
  const factIds = new Set(facts.map(({ event }) => event.id));
  const earlier = reversals.filter(({ target }) => !factIds.has(target));
  const reversed = await reverseEarlier(tables, earlier, after);
  await writeReversals(tables, reversals, after);
  await writeEntries(tables, documents);
  const all = [...documents.map(({ change }) => change), ...reversed];
  await writeJournal(tables, all);
  return all;
}

interface FactDocument {
  readonly id: EventId;
  readonly change: DocumentChange;
}

function documentOf(
  { event, before, after }: Change,
  reversalsBefore: ReadonlyMap<string, ReversalRow>,
  reversalsAfter: ReadonlyMap<string, ReversalRow>,
): FactDocument[] {
  const parsed = parsePayload(event);
  if (!parsed.ok) return [];
  const key = reversalKey(event.store ?? '', event.id);
  return [
    {
      id: event.id,
      change: {
        before: before === null ? [] : lineEntries(event, parsed, before, reversalsBefore.get(key)),
        after: after === null ? [] : lineEntries(event, parsed, after, reversalsAfter.get(key)),
      },
    },
  ];
}

/** Documents that earlier batches brought and this one reverses (or whose reversal it takes away). */
async function reverseEarlier(
  tables: Tables,
  reversals: readonly ReversalChange[],
  after: ReadonlyMap<string, ReversalRow>,
): Promise<DocumentChange[]> {
  if (reversals.length === 0) return [];
  const storeOf = new Map(reversals.map(({ target, store }) => [reversalKey(store, target), { target, store }]));
  const targets = [...storeOf.values()];
  const entries = await tables.getMany<StockEntryRow>(
    STOCK_ENTRIES_TABLE,
    targets.map(({ target }) => target),
  );
  const lines = targets.flatMap(({ target, store }, index) => {
    const entry = entries[index];
    if (entry === undefined || entry.store !== store) return [];
    return entry.items.map((item, line) => ({
      target,
      store,
      item,
      line,
      at: entry.at,
      key: journalKey(store, item, entry.at, target, line),
    }));
  });
  const values = await tables.getMany<JournalValue>(
    STOCK_JOURNAL_TABLE,
    lines.map(({ key }) => key),
  );
  const changes = new Map<EventId, { before: LineEntry[]; after: LineEntry[] }>();
  for (const [index, { target, store, item, line, at, key }] of lines.entries()) {
    const value = values[index];
    if (value === undefined) throw new Error(`The journal lacks line ${line} of entry ${target}.`);
    const change = changes.get(target) ?? { before: [], after: [] };
    const entry: LineEntry = { key, store, item, at, event: target, line, value };
    const reversedBy = reversersOf(after.get(reversalKey(store, target)), line);
    change.before.push(entry);
    change.after.push({ ...entry, value: { ...value, reversedBy } });
    changes.set(target, change);
  }
  return [...changes.values()];
}

async function writeReversals(
  tables: Tables,
  reversals: readonly ReversalChange[],
  after: ReadonlyMap<string, ReversalRow>,
): Promise<void> {
  const touched = [...new Set(reversals.map(({ store, target }) => reversalKey(store, target)))];
  const rows = touched.map((key) => ({ key, value: after.get(key) ?? NO_REVERSALS }));
  await writeRows(
    tables,
    STOCK_REVERSALS_TABLE,
    rows.filter(({ value }) => !saysNothing(value)),
    rows.filter(({ value }) => saysNothing(value)).map(({ key }) => key),
  );
}

async function writeEntries(tables: Tables, documents: readonly FactDocument[]): Promise<void> {
  const put: Row<StockEntryRow>[] = [];
  const gone: EventId[] = [];
  for (const { id, change } of documents) {
    const [first] = change.after;
    if (first === undefined) gone.push(id);
    else
      put.push({ key: id, value: { store: first.store, at: first.at, items: change.after.map(({ item }) => item) } });
  }
  await writeRows(tables, STOCK_ENTRIES_TABLE, put, gone);
}

async function writeJournal(tables: Tables, changes: readonly DocumentChange[]): Promise<void> {
  const put = changes.flatMap(({ after }) => after.map(({ key, value }) => ({ key, value })));
  const kept = new Set(put.map(({ key }) => key));
  const gone = changes.flatMap(({ before }) => before.map(({ key }) => key).filter((key) => !kept.has(key)));
  await writeRows(tables, STOCK_JOURNAL_TABLE, put, gone);
}
