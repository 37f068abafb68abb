// Sums sales and returns by store and hour of their effective time. Commutative: every document adds or takes away what
// it says. Money is summed as integers of millionths.
import type { Row, Tables } from '@streamstock/event-log';
import type { DocumentChange } from '../stock/document-changes.ts';
import { entryCounts, type LineEntry } from '../stock/line-entry.ts';
import { writeRows } from '../stock/write-rows.ts';
import { moneyMicros } from '../money.ts';
import { hourOf, SALES_HOURS_TABLE, salesHourKey, type SalesHourRow } from './sales-tables.ts';

interface HourSums {
  sales: number;
  lines: number;
  pieces: number;
  unpricedLines: number;
  revenueMicros: bigint;
  returns: number;
  returnedPieces: number;
}

function noSums(): HourSums {
  return { sales: 0, lines: 0, pieces: 0, unpricedLines: 0, revenueMicros: 0n, returns: 0, returnedPieces: 0 };
}

function addDocument(sums: HourSums, entries: readonly LineEntry[], sign: 1 | -1): void {
  let sold = false;
  let returned = false;
  for (const { value } of entries) {
    if (value.kind !== 'sold' && value.kind !== 'returned') continue;
    const quantity = Math.abs(Object.values(value.moves).reduce((sum, move) => sum + move, 0));
    const pieces = value.weighed === true ? 1 : quantity;
    if (value.kind === 'returned') {
      returned = true;
      sums.returnedPieces += sign * pieces;
      continue;
    }
    sold = true;
    sums.lines += sign;
    sums.pieces += sign * pieces;
    if (value.unitPrice === undefined) sums.unpricedLines += sign;
    else sums.revenueMicros += BigInt(sign) * BigInt(quantity) * moneyMicros(value.unitPrice);
  }
  if (sold) sums.sales += sign;
  if (returned) sums.returns += sign;
}

export async function foldSales(tables: Tables, changes: readonly DocumentChange[]): Promise<void> {
  const hours = new Map<string, HourSums>();
  const addTo = (entries: readonly LineEntry[], sign: 1 | -1): void => {
    const counting = entries.filter(entryCounts);
    const [first] = counting;
    if (first === undefined || (first.value.kind !== 'sold' && first.value.kind !== 'returned')) return;
    const key = salesHourKey(first.store, hourOf(first.at));
    const sums = hours.get(key) ?? noSums();
    addDocument(sums, counting, sign);
    hours.set(key, sums);
  };
  for (const { before, after } of changes) {
    addTo(before, -1);
    addTo(after, 1);
  }
  if (hours.size === 0) return;
  const keys = [...hours.keys()];
  const stored = await tables.getMany<SalesHourRow>(SALES_HOURS_TABLE, keys);
  const rows = keys.map((key, index) => ({ key, value: added(stored[index], hours.get(key) ?? noSums()) }));
  const put: Row<SalesHourRow>[] = rows.filter(({ value }) => value.sales > 0 || value.returns > 0);
  const gone = rows.filter(({ value }) => value.sales === 0 && value.returns === 0).map(({ key }) => key);
  await writeRows(tables, SALES_HOURS_TABLE, put, gone);
}

function added(row: SalesHourRow | undefined, sums: HourSums): SalesHourRow {
  return {
    sales: (row?.sales ?? 0) + sums.sales,
    lines: (row?.lines ?? 0) + sums.lines,
    pieces: (row?.pieces ?? 0) + sums.pieces,
    unpricedLines: (row?.unpricedLines ?? 0) + sums.unpricedLines,
    revenueMicros: (BigInt(row?.revenueMicros ?? 0) + sums.revenueMicros).toString(),
    returns: (row?.returns ?? 0) + sums.returns,
    returnedPieces: (row?.returnedPieces ?? 0) + sums.returnedPieces,
  };
}
