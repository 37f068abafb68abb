// From changes of stock facts to entries of cost journals: what moved, and at which cost it came in. Pure. Counts are not
// here: a session speaks with one voice (value-counts.ts).
import { ADJUST_REASONS, type Bucket } from '../stock/adjust-reasons.ts';
import { tellMoves } from '../stock/goods-moves.ts';
import type { FactChange, FactState, StockFact } from '../stock/reversed-facts.ts';
import type { Money } from '../words.ts';
import { comparePlaces, valueKey, type EntryTrade, type ValueEntry } from './value-tables.ts';

/** What begins and ends in one line's journal. */
export interface LineChange {
  readonly store: string;
  readonly item: string;
  readonly added: ValueEntry[];
  readonly removed: ValueEntry[];
}

/** By store|item. */
export type LineChanges = Map<string, LineChange>;

export function lineChange(lines: LineChanges, store: string, item: string): LineChange {
  const key = valueKey(store, item);
  const known = lines.get(key);
  if (known !== undefined) return known;
  const line: LineChange = { store, item, added: [], removed: [] };
  lines.set(key, line);
  return line;
}

/** What each unit of a line cost that came in; undefined: goes by the average. */
function unitCostOf(fact: StockFact, line: number): Money | undefined {
  switch (fact.type) {
    case 'StockReceived':
    case 'TransferReceived':
      return fact.payload.lines[line]?.unitCost;
    case 'StockAdjusted':
      return ADJUST_REASONS[fact.payload.reason].from === 'world' ? fact.payload.lines[line]?.unitCost : undefined;
    default:
      return undefined;
  }
}

function isSupply(fact: StockFact): boolean {
  if (fact.type === 'StockAdjusted') return fact.payload.reason === 'opening';
  return fact.type === 'StockReceived' || fact.type === 'TransferReceived';
}

function isGift(fact: StockFact, line: number): boolean {
  if (fact.type !== 'StockSold' && fact.type !== 'OrderFulfilled') return false;
  return fact.payload.lines[line]?.unitPrice?.minorUnits === 0;
}

/** What every line of a fact has in common as trade. */
function tradeOf(fact: StockFact): EntryTrade | null {
  if (fact.type !== 'StockSold' && fact.type !== 'OrderFulfilled' && fact.type !== 'StockReturned') return null;
  const { customer, reference } = fact.payload;
  const sale = fact.type === 'StockReturned' ? fact.payload.sale : undefined;
  return {
    kind: fact.type === 'StockReturned' ? 'returned' : 'sold',
    ...(customer === undefined ? {} : { customer }),
    ...(reference === undefined ? {} : { reference }),
    ...(sale === undefined ? {} : { sale }),
  };
}

interface ItemEntry {
  readonly item: string;
  readonly entry: ValueEntry;
}

/** The movements of a fact as it counts; none for counts. */
function entriesOf(fact: StockFact, state: FactState | null): ItemEntry[] {
  if (state === null) return [];
  const trade = tradeOf(fact);
  const byLine = new Map<number, { readonly item: string; readonly moves: Partial<Record<Bucket, number>> }>();
  tellMoves(fact, {
    move: (line, item, bucket, change) => {
      if (state.lines[line] !== true) return;
      const told = byLine.get(line) ?? { item, moves: {} };
      told.moves[bucket] = (told.moves[bucket] ?? 0) + change;
      byLine.set(line, told);
    },
  });
  return [...byLine].map(([line, { item, moves }]) => {
    const unitCost = unitCostOf(fact, line);
    const place = { at: state.at, id: fact.id, part: line };
    const supply = isSupply(fact) ? { supply: true as const } : {};
    const cost = unitCost === undefined ? {} : { unitCost };
    const gift = isGift(fact, line) ? { gift: true as const } : {};
    return {
      item,
      entry: { ...place, moves, ...cost, ...supply, ...(trade === null ? {} : { trade: { ...trade, ...gift } }) },
    };
  });
}

/** Adds the movements of facts that begin, end, move in time or lose a line. */
export function addMovements(lines: LineChanges, changes: readonly FactChange[]): void {
  for (const { fact, before, after } of changes) {
    if (fact.store === null || fact.type === 'StockCounted') continue;
    const old = entriesOf(fact, before);
    const now = entriesOf(fact, after);
    const stays = (entry: ValueEntry, others: readonly ItemEntry[]): boolean =>
      others.some((other) => comparePlaces(other.entry, entry) === 0);
    // A fact says the same of a line as long as it stands at the same place.
    for (const { item, entry } of old) if (!stays(entry, now)) lineChange(lines, fact.store, item).removed.push(entry);
    for (const { item, entry } of now) if (!stays(entry, old)) lineChange(lines, fact.store, item).added.push(entry);
  }
}
