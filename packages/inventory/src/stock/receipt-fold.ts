// Keeps the contests of receipts: which receipt of a parcel counts, and which ones a person must look at.
import { tableKey, type EventId, type Tables } from '@streamstock/event-log';
import { winnerOf, withCandidate } from './receipt-contest.ts';
import {
  STOCK_DISPUTED_TABLE,
  STOCK_RECEIPTS_TABLE,
  type DisputedReceiptRow,
  type ReceiptCandidate,
  type ReceiptsRow,
} from './stock-tables.ts';
import { writeRows } from './write-rows.ts';

/** How one receipt stands in its contest after a batch; null: not at all. */
export interface CandidateChange {
  readonly contest: string;
  readonly id: EventId;
  readonly after: ReceiptCandidate | null;
}

/** Contests before and after a batch, by key. */
export interface Contests {
  readonly before: ReadonlyMap<string, ReceiptsRow>;
  readonly after: ReadonlyMap<string, ReceiptsRow>;
}

export function losesIn(contests: ReadonlyMap<string, ReceiptsRow>, contest: string, id: EventId): boolean {
  const candidates = contests.get(contest) ?? [];
  return winnerOf(candidates) !== id && candidates.some((candidate) => candidate.id === id);
}

export async function foldReceipts(tables: Tables, changes: readonly CandidateChange[]): Promise<Contests> {
  if (changes.length === 0) return { before: new Map(), after: new Map() };
  const keys = [...new Set(changes.map(({ contest }) => contest))];
  const stored = await tables.getMany<ReceiptsRow>(STOCK_RECEIPTS_TABLE, keys);
  const before = new Map(keys.map((key, index) => [key, stored[index] ?? []]));
  const after = new Map(before);
  for (const { contest, id, after: candidate } of changes) {
    after.set(contest, withCandidate(after.get(contest) ?? [], id, candidate));
  }
  await writeRows(
    tables,
    STOCK_RECEIPTS_TABLE,
    [...after].flatMap(([key, value]) => (value.length === 0 ? [] : [{ key, value }])),
    [...after].flatMap(([key, value]) => (value.length === 0 ? [key] : [])),
  );
  await writeDisputed(tables, { before, after });
  return { before, after };
}

/** Receipts outside the batch that begin or end to count because another one came or went. */
export function turnedReceipts({ before, after }: Contests, inBatch: ReadonlySet<EventId>): EventId[] {
  return [...after.keys()].flatMap((key) => {
    const was = winnerOf(before.get(key));
    const is = winnerOf(after.get(key));
    return was === is ? [] : [was, is].filter((id) => id !== null).filter((id) => !inBatch.has(id));
  });
}

async function writeDisputed(tables: Tables, { before, after }: Contests): Promise<void> {
  const put = [...after].flatMap(([key, candidates]) => disputedRows(key, candidates));
  const kept = new Set(put.map(({ key }) => key));
  const gone = [...before].flatMap(([key, candidates]) => disputedRows(key, candidates).map((row) => row.key));
  await writeRows(
    tables,
    STOCK_DISPUTED_TABLE,
    put,
    gone.filter((key) => !kept.has(key)),
  );
}

function disputedRows(
  contest: string,
  [first, ...others]: ReceiptsRow,
): { readonly key: string; readonly value: DisputedReceiptRow }[] {
  if (first === undefined) return [];
  const [shipment = '', receipt = ''] = contest.split('|');
  return others.map(({ id, store, at }) => ({
    key: tableKey(store, id),
    value: { shipment, receipt, at, counts: first.id, countsIn: first.store },
  }));
}
