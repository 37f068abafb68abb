// Sums sales and returns by store and hour of their effective time. Commutative: every document adds or takes away what
// it says. Money is summed as integers of millionths.
import type { Row, Tables } from '@streamstock/event-log';
import type { DocumentChange, DocumentState } from '../stock/change-shapes.ts';
import type { Trade } from '../stock/stock-tables.ts';
import { writeRows } from '../stock/write-rows.ts';
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

/** Adds the lines of a document that are not reversed. */
function addDocument(sums: HourSums, { kind, lines }: Trade, unreversed: readonly boolean[], sign: 1 | -1): void {
  if (kind === 'sold') sums.sales += sign;
  else sums.returns += sign;
  for (const [index, { pieces, micros }] of lines.entries()) {
    if (unreversed[index] !== true) continue;
    if (kind === 'returned') {
      sums.returnedPieces += sign * pieces;
      continue;
    }
    sums.lines += sign;
    sums.pieces += sign * pieces;
    if (micros === undefined) sums.unpricedLines += sign;
    else sums.revenueMicros += BigInt(sign) * BigInt(micros);
  }
}

export async function foldSales(tables: Tables, changes: readonly DocumentChange[]): Promise<void> {
  const hours = new Map<string, HourSums>();
  for (const { store, trade, before, after } of changes) {
    if (trade === null) continue;
    const add = (state: DocumentState | null, sign: 1 | -1): void => {
      if (state === null || !state.unreversed.includes(true)) return;
      const key = salesHourKey(store, hourOf(state.at));
      const sums = hours.get(key) ?? noSums();
      addDocument(sums, trade, state.unreversed, sign);
      hours.set(key, sums);
    };
    add(before, -1);
    add(after, 1);
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
