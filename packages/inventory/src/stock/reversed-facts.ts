// Stock facts joined with their reversals, for any projector: it sees facts begin, end, move in time or lose a line, and never
// a reversal. Keeps what it needs in tables of the calling projector, which names them; nothing else writes these.
//
// 1. What it returns is the difference between two states; the state is a function of the set of counting events alone.
// 2. A fact counts while its event does and at least one of its lines is not reversed (a fact without lines: while it is
//    not reversed as a whole). A reversal acts in its own store; facts of the whole chain are never reversed.
// 3. With a `receipts` table: of the receipts of one shipment with one number only the earliest by (time, id) counts.
import type { Change, Event, EventId, HybridTime, Row, Tables } from '@streamstock/event-log';
import { META_DEVICE } from '../decider.ts';
import { isStockFactType, parsePayload, type PayloadOf, type StockFactType, type TypedPayload } from '../payloads.ts';
import { contestKey, winnerOf, withCandidate, type ReceiptContest } from './receipt-contest.ts';
import { NO_REVERSALS, reversalsIn, reversersOf, saysNothing, withReversal, type ReversalChange } from './reversals.ts';
import { reversalKey, type ReversalRow } from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

/** A stock fact; `switch (fact.type)` narrows its payload. */
export type StockFact = {
  readonly [Type in StockFactType]: {
    readonly id: EventId;
    readonly type: Type;
    /** null: an order that head office cancelled. */
    readonly store: string | null;
    readonly payload: PayloadOf<Type>;
    readonly actor: string;
    /** The device whose clock stamped it; null: not a device's clock. */
    readonly device: string | null;
    readonly recordedAt: HybridTime;
  };
}[StockFactType];

/** How a fact counts. */
export interface FactState {
  /** Effective time. */
  readonly at: HybridTime;
  /** null = unmeasured. */
  readonly uncertaintyMs: number | null;
  /** One per line of the document (`putBack` of a cancelled order): false where it is reversed. */
  readonly lines: readonly boolean[];
}

/** A fact before and after a batch; null where nothing of it counts. */
export interface FactChange {
  readonly fact: StockFact;
  readonly before: FactState | null;
  readonly after: FactState | null;
}

/** Tables of the calling projector. With `receipts`, receipts that lose their contest do not count. */
export interface ReversibleTables {
  readonly facts: string;
  readonly reversals: string;
  readonly receipts?: string;
}

/** Value under the fact's id, as long as its event counts. */
interface FactRow {
  readonly fact: StockFact;
  readonly at: HybridTime;
  readonly uncertaintyMs: number | null;
}

interface KnownFact {
  readonly fact: StockFact;
  readonly before: Omit<FactRow, 'fact'> | null;
  readonly after: Omit<FactRow, 'fact'> | null;
}

/** Whether a row of a facts table is about an entry of this store. */
export function isFactOf({ value }: Row<unknown>, store: string): boolean {
  // The rows are this module's own.
  return (value as FactRow).fact.store === store;
}

/** The lines of a fact, as many as its document has. */
export function factLines(typed: Pick<StockFact, 'type' | 'payload'>): readonly { readonly item: string }[] {
  return 'putBack' in typed.payload ? typed.payload.putBack : typed.payload.lines;
}

/**
 * What a batch changes about the stock facts that `isFact` names. Costs one `getMany` and the writes of the facts while the
 * batch reverses nothing and receives no transfer.
 */
export async function foldReversible(
  tables: Tables,
  names: ReversibleTables,
  changes: readonly Change[],
  isFact: (type: StockFactType) => boolean,
): Promise<FactChange[]> {
  const inBatch = factsIn(changes, isFact);
  const reversals = reversalsIn(changes);
  if (inBatch.length === 0 && reversals.length === 0) return [];
  const { before, after } = await foldReversals(tables, names.reversals, inBatch, reversals);
  await writeFacts(tables, names.facts, inBatch);
  const batchIds = new Set(inBatch.map(({ fact }) => fact.id));
  const targets = reversals.map(({ target }) => target).filter((target) => !batchIds.has(target));
  // A reversal of another store's entry does nothing, and what else is said of that entry was not read.
  const earlier = (await storedFacts(tables, names.facts, targets)).filter(
    ({ fact }) => fact.store !== null && after.has(reversalKey(fact.store, fact.id)),
  );
  const all = [...inBatch, ...earlier].map(({ fact, before: was, after: is }): FactChange => ({
    fact,
    before: stateOf(fact, was, before),
    after: stateOf(fact, is, after),
  }));
  const settled = names.receipts === undefined ? all : await settleContests(tables, names, names.receipts, all);
  return settled.filter((change) => !sameState(change.before, change.after));
}

function factsIn(changes: readonly Change[], isFact: (type: StockFactType) => boolean): KnownFact[] {
  return changes.flatMap(({ event, before, after }): KnownFact[] => {
    if (!isStockFactType(event.type) || !isFact(event.type) || (before === null && after === null)) return [];
    const parsed = parsePayload(event);
    if (!parsed.ok) return [];
    const state = (contribution: Change['before']) =>
      contribution === null ? null : { at: contribution.effectiveAt, uncertaintyMs: contribution.uncertaintyMs };
    return [{ fact: factOf(event, parsed), before: state(before), after: state(after) }];
  });
}

function factOf(event: Event, { type, payload }: TypedPayload): StockFact {
  const { id, store, actor, recordedAt } = event;
  const device = event.meta?.[META_DEVICE] ?? null;
  // The payload was parsed by this very type; TypeScript can not follow the correlation.
  return { id, type, store, payload, actor, device, recordedAt } as StockFact;
}

/** Works the reversals in; returns what is said of every fact concerned, before and after. */
async function foldReversals(
  tables: Tables,
  table: string,
  facts: readonly KnownFact[],
  reversals: readonly ReversalChange[],
): Promise<{ readonly before: ReadonlyMap<string, ReversalRow>; readonly after: ReadonlyMap<string, ReversalRow> }> {
  const touched = [...new Set(reversals.map(({ store, target }) => reversalKey(store, target)))];
  const own = facts.flatMap(({ fact }) => (fact.store === null ? [] : [reversalKey(fact.store, fact.id)]));
  const keys = [...new Set([...own, ...touched])];
  const stored = await tables.getMany<ReversalRow>(table, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? NO_REVERSALS]));
  const after = new Map(before);
  for (const reversal of reversals) {
    const key = reversalKey(reversal.store, reversal.target);
    after.set(key, withReversal(after.get(key) ?? NO_REVERSALS, reversal));
  }
  const rows = touched.map((key) => ({ key, value: after.get(key) ?? NO_REVERSALS }));
  await writeRows(
    tables,
    table,
    rows.filter(({ value }) => !saysNothing(value)),
    rows.filter(({ value }) => saysNothing(value)).map(({ key }) => key),
  );
  return { before, after };
}

async function writeFacts(tables: Tables, table: string, facts: readonly KnownFact[]): Promise<void> {
  await writeRows(
    tables,
    table,
    facts.flatMap(({ fact, after }) => (after === null ? [] : [{ key: fact.id, value: { fact, ...after } }])),
    facts.flatMap(({ fact, after }) => (after === null ? [fact.id] : [])),
  );
}

/** Facts that earlier batches brought, as they stand. */
async function storedFacts(tables: Tables, table: string, ids: readonly EventId[]): Promise<KnownFact[]> {
  const unique = [...new Set(ids)];
  if (unique.length === 0) return [];
  const rows = await tables.getMany<FactRow>(table, unique);
  return rows.flatMap((row): KnownFact[] => {
    if (row === undefined) return [];
    const { fact, ...state } = row;
    return [{ fact, before: state, after: state }];
  });
}

function stateOf(
  fact: StockFact,
  state: Omit<FactRow, 'fact'> | null,
  reversals: ReadonlyMap<string, ReversalRow>,
): FactState | null {
  if (state === null) return null;
  const row = fact.store === null ? undefined : reversals.get(reversalKey(fact.store, fact.id));
  if (row !== undefined && row.whole.length > 0) return null;
  const lines = factLines(fact).map((_, line) => reversersOf(row, line).length === 0);
  return lines.length > 0 && !lines.includes(true) ? null : { ...state, lines };
}

function sameState(a: FactState | null, b: FactState | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.at === b.at && a.uncertaintyMs === b.uncertaintyMs && a.lines.every((counts, line) => counts === b.lines[line])
  );
}

/** Lets the earliest receipt of each contest count alone; brings in receipts of earlier batches that win or lose by it. */
async function settleContests(
  tables: Tables,
  names: ReversibleTables,
  contestsTable: string,
  changes: readonly FactChange[],
): Promise<FactChange[]> {
  const keys = [...new Set(changes.flatMap(({ fact }) => contestOf(fact) ?? []))];
  if (keys.length === 0) return [...changes];
  const stored = await tables.getMany<ReceiptContest>(contestsTable, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? []]));
  const after = new Map(before);
  for (const { fact, after: state } of changes) {
    const key = contestOf(fact);
    if (key !== null)
      after.set(
        key,
        withCandidate(after.get(key) ?? [], fact.id, state === null ? null : { at: state.at, id: fact.id }),
      );
  }
  await writeRows(
    tables,
    contestsTable,
    [...after].flatMap(([key, value]) => (value.length === 0 ? [] : [{ key, value }])),
    [...after].flatMap(([key, value]) => (value.length === 0 ? [key] : [])),
  );
  const known = new Set(changes.map(({ fact }) => fact.id));
  const turned = keys.flatMap((key) => {
    const winners = [winnerOf(before.get(key)), winnerOf(after.get(key))];
    return winners[0] === winners[1] ? [] : winners.filter((id) => id !== null).filter((id) => !known.has(id));
  });
  const all = [...changes, ...(await untouchedFacts(tables, names, turned))];
  return all.map((change) => {
    const key = contestOf(change.fact);
    if (key === null) return change;
    const wins = (contests: ReadonlyMap<string, ReceiptContest>) => winnerOf(contests.get(key)) === change.fact.id;
    return { ...change, before: wins(before) ? change.before : null, after: wins(after) ? change.after : null };
  });
}

function contestOf(fact: StockFact): string | null {
  return fact.type === 'TransferReceived' ? contestKey(fact.payload) : null;
}

/** Facts that the batch itself does not touch, with what is said of them. */
async function untouchedFacts(tables: Tables, names: ReversibleTables, ids: readonly EventId[]): Promise<FactChange[]> {
  const facts = await storedFacts(tables, names.facts, ids);
  if (facts.length === 0) return [];
  const keys = facts.map(({ fact }) => reversalKey(fact.store ?? '', fact.id));
  const rows = await tables.getMany<ReversalRow>(names.reversals, keys);
  const reversals = new Map(keys.map((key, index) => [key, rows[index] ?? NO_REVERSALS]));
  return facts.map(({ fact, after }) => {
    const state = stateOf(fact, after, reversals);
    return { fact, before: state, after: state };
  });
}
