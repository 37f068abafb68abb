// From changes of events to changes of documents: joins facts with what is said about them (reversals, receipts of the same
// parcel, openings and closings of count sessions), whichever came first. Owns the entries and the reversals; everything
// behind it sees lines appear and disappear. Writes no journal: what lies before a line's horizon must not get there.
import type { Change, EventId, Row, Tables } from '@streamstock/event-log';
import { isStockFactType, parsePayload, type TypedPayload } from '../payloads.ts';
import { tradeOf } from '../sales/trade.ts';
import {
  flippedSessions,
  foldGates,
  gateChangesIn,
  NO_GATE,
  sessionDocuments,
  waits,
  writeSessionEntries,
  type Gates,
} from './session-gates.ts';
import type { DocumentChange, DocumentState, Reversals, Said } from './change-shapes.ts';
import { earlierDocuments } from './earlier-documents.ts';
import { lineEntries, withFlags } from './line-entry.ts';
import { contestKey } from './receipt-contest.ts';
import { foldReceipts, losesIn, turnedReceipts, type CandidateChange, type Contests } from './receipt-fold.ts';
import { NO_REVERSALS, reversalsIn, saysNothing, withReversal, type ReversalChange } from './reversals.ts';
import {
  reversalKey,
  sessionKey,
  STOCK_ENTRIES_TABLE,
  STOCK_REVERSALS_TABLE,
  type ReceiptsRow,
  type ReversalRow,
  type SessionGateRow,
  type StockEntryRow,
} from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

const NOTHING_SAID: Said = {
  reversals: { before: new Map(), after: new Map() },
  gates: { before: new Map(), after: new Map() },
};

interface Fact {
  readonly change: Change;
  readonly store: string;
  readonly typed: TypedPayload;
}

/** Works a batch into entries, reversals, contests and gates, and returns what it changes. */
export async function changeDocuments(tables: Tables, changes: readonly Change[]): Promise<DocumentChange[]> {
  const facts = factsIn(changes);
  const reversing = reversalsIn(changes);
  const gating = gateChangesIn(changes);
  if (facts.length === 0 && reversing.length === 0 && gating.length === 0) return [];
  const reversals = await foldReversals(tables, facts, reversing);
  const gates = await foldGates(
    tables,
    gating,
    facts.flatMap((fact) => sessionOf(fact) ?? []),
  );
  const documents = facts.flatMap((fact) => documentOf(fact, reversals, gates));
  const known = new Set(documents.map(({ id }) => id));
  const ofFlipped = new Set<EventId>();
  for (const session of flippedSessions(gates)) {
    for (const id of await sessionDocuments(tables, session)) ofFlipped.add(id);
  }
  await writeSessionEntries(
    tables,
    facts.flatMap((fact) => {
      const session = sessionOf(fact);
      const { event, after } = fact.change;
      return session === null ? [] : [{ session, event: event.id, counts: after !== null }];
    }),
  );
  const touched = new Set([...reversing.map(({ target }) => target), ...ofFlipped]);
  const earlier = await earlierDocuments(
    tables,
    [...touched].filter((id) => !known.has(id)),
    { reversals, gates },
    // A reversal of another store's entry does nothing.
    (id, store) => ofFlipped.has(id) || reversals.after.has(reversalKey(store, id)),
  );
  const settled = await settleReceipts(tables, [...documents, ...earlier]);
  await writeEntries(tables, documents);
  return settled;
}

function factsIn(changes: readonly Change[]): Fact[] {
  return changes.flatMap((change): Fact[] => {
    const { event, before, after } = change;
    if (!isStockFactType(event.type) || event.store === null || (before === null && after === null)) return [];
    const typed = parsePayload(event);
    return typed.ok ? [{ change, store: event.store, typed }] : [];
  });
}

function sessionOf({ store, typed }: Fact): string | null {
  return typed.type === 'StockCounted' ? sessionKey(store, typed.payload.session) : null;
}

async function foldReversals(
  tables: Tables,
  facts: readonly Fact[],
  reversing: readonly ReversalChange[],
): Promise<Reversals> {
  const touched = [...new Set(reversing.map(({ store, target }) => reversalKey(store, target)))];
  const keys = [...new Set([...facts.map(({ store, change }) => reversalKey(store, change.event.id)), ...touched])];
  if (keys.length === 0) return { before: new Map(), after: new Map() };
  const stored = await tables.getMany<ReversalRow>(STOCK_REVERSALS_TABLE, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? NO_REVERSALS]));
  const after = new Map(before);
  for (const reversal of reversing) {
    const key = reversalKey(reversal.store, reversal.target);
    after.set(key, withReversal(after.get(key) ?? NO_REVERSALS, reversal));
  }
  const rows = touched.map((key) => ({ key, value: after.get(key) ?? NO_REVERSALS }));
  await writeRows(
    tables,
    STOCK_REVERSALS_TABLE,
    rows.filter(({ value }) => !saysNothing(value)),
    rows.filter(({ value }) => saysNothing(value)).map(({ key }) => key),
  );
  return { before, after };
}

function documentOf(fact: Fact, reversals: Reversals, gates: Gates): DocumentChange[] {
  const { change, store, typed } = fact;
  const { event, before, after } = change;
  const session = sessionOf(fact);
  const state = (
    contribution: Change['before'],
    rows: ReadonlyMap<string, ReversalRow>,
    gateRows: ReadonlyMap<string, SessionGateRow>,
  ): DocumentState | null => {
    if (contribution === null) return null;
    const reversal = rows.get(reversalKey(store, event.id));
    const pending = session !== null && waits(gateRows.get(session) ?? NO_GATE);
    const lines = lineEntries(event, typed, contribution, reversal).map((entry) => withFlags(entry, { pending }));
    return { at: contribution.effectiveAt, lines, unreversed: lines.map(({ value }) => value.reversedBy.length === 0) };
  };
  const then = state(before, reversals.before, gates.before);
  const now = state(after, reversals.after, gates.after);
  const lines = (now ?? then)?.lines ?? [];
  return [
    {
      id: event.id,
      store,
      items: lines.map((line) => line?.item ?? ''),
      contest: typed.type === 'TransferReceived' ? contestKey(typed.payload) : null,
      trade: tradeOf(lines.flatMap((line) => line ?? [])),
      before: then,
      after: now,
    },
  ];
}

/** Lets of each parcel's receipts the earliest count alone; brings in those of earlier batches that win or lose by it. */
async function settleReceipts(tables: Tables, documents: readonly DocumentChange[]): Promise<DocumentChange[]> {
  const candidates = documents.flatMap(({ id, store, contest, after }): CandidateChange[] => {
    if (contest === null) return [];
    const stands = after !== null && after.unreversed.includes(true);
    return [{ contest, id, after: stands ? { at: after.at, id, store } : null }];
  });
  if (candidates.length === 0) return [...documents];
  const contests = await foldReceipts(tables, candidates);
  const turned = turnedReceipts(contests, new Set(documents.map(({ id }) => id)));
  const others = await earlierDocuments(tables, turned, NOTHING_SAID, () => true);
  return [...documents, ...others].map((document) => disputed(document, contests));
}

function disputed(document: DocumentChange, contests: Contests): DocumentChange {
  const { contest, id } = document;
  if (contest === null) return document;
  const flag = (state: DocumentState | null, rows: ReadonlyMap<string, ReceiptsRow>): DocumentState | null => {
    if (state === null) return null;
    const loses = losesIn(rows, contest, id);
    return { ...state, lines: state.lines.map((line) => line && withFlags(line, { disputed: loses })) };
  };
  return { ...document, before: flag(document.before, contests.before), after: flag(document.after, contests.after) };
}

async function writeEntries(tables: Tables, documents: readonly DocumentChange[]): Promise<void> {
  const put: Row<StockEntryRow>[] = [];
  const gone: EventId[] = [];
  for (const { id, store, items, contest, trade, after } of documents) {
    if (after === null || items.length === 0) gone.push(id);
    else {
      const more = { ...(contest === null ? {} : { contest }), ...(trade === null ? {} : { trade }) };
      put.push({ key: id, value: { store, at: after.at, items, ...more } });
    }
  }
  await writeRows(tables, STOCK_ENTRIES_TABLE, put, gone);
}
