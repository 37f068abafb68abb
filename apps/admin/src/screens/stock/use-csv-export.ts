// Saves what the matrix shows as a file: the rows in their order, the columns that are there, the moment and the freshness.
import { useLingui } from '@lingui/react/macro';
import type { GridColumn } from '@streamstock/ui/data-grid';
import { useServerNow } from '../../data/live/live-context.tsx';
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { freshnessOf } from '../../freshness/store-freshness.ts';
import { formatFullMoment } from '../../text/full-moment.ts';
import { saveFile } from '../../text/save-file.ts';
import { matrixCatalogue } from './matrix-catalogue.ts';
import { matrixCsv, matrixFileName, type MatrixCsvWords } from './matrix-csv.ts';
import { inOrder } from './matrix-rows.ts';
import type { SearchControl } from './use-matrix-search.ts';

function useWords({ search }: SearchControl, table: StockTable | undefined, nowMs: number): MatrixCsvWords {
  const { t } = useLingui();
  const { query, category, view } = search;
  const filters = [
    view === 'oversold' && t({ message: 'Oversold', comment: 'Tab: items below zero in some store. One word.' }),
    view === 'out' && t({ message: 'Out', comment: 'Tab: items at zero in some store. One word.' }),
    view === 'stale' &&
      t({ message: 'Stale stores', comment: 'Tab: only the stores not heard from lately. Two words.' }),
    query !== '' && t({ message: `search "${query}"`, comment: 'In the head of a file: how the list was narrowed.' }),
    category !== null &&
      t({ message: `category ${category}`, comment: 'In the head of a file: how the list was narrowed.' }),
  ];
  const store = (index: number): string => {
    const head = table?.stores[index];
    if (head === undefined) return '';
    const { name } = head;
    const freshness = freshnessOf(head, nowMs, search.atMs);
    if (freshness.kind === 'current') return name;
    if (freshness.asOf === undefined)
      return t({ message: `${name} (not heard from yet)`, comment: 'Column head in a file.' });
    const moment = formatFullMoment(freshness.asOf);
    return t({
      message: `${name} (as of ${moment})`,
      comment: 'Column head in a file, for a store not heard from lately.',
    });
  };
  return {
    asOf: t({ message: 'Stock as of', comment: 'Label of the field for a past moment.' }),
    shown: t({ message: 'Shown', comment: 'In the head of a file: what the list was narrowed to follows.' }),
    filter: filters.filter((each) => each !== false).join(' · '),
    item: t({ message: 'Item', comment: 'Column head. One word.' }),
    sku: t({ message: 'SKU', comment: 'Column head: the item number.' }),
    category: t({ message: 'Category', comment: 'Names a filter.' }),
    unit: t({ message: 'Unit', comment: 'Column head in a file: piece, gram.' }),
    allStores: t({ message: 'All stores', comment: 'Column head: the sum over all stores. Short.' }),
    store,
  };
}

export function useCsvExport(
  control: SearchControl,
  table: StockTable | undefined,
  rows: readonly StockRow[] | null,
  columns: readonly GridColumn<StockRow>[],
): () => void {
  const nowMs = useServerNow();
  const words = useWords(control, table, nowMs);
  return () => {
    if (table === undefined || rows === null) return;
    const atMs = control.search.atMs ?? nowMs;
    const stores = columns.flatMap((column) => table.storeIndex.get(column.id) ?? []);
    const ordered = inOrder(table, matrixCatalogue(table).ranks, rows, control.search.sort);
    saveFile(matrixFileName(atMs), 'text/csv', matrixCsv({ table, rows: ordered, stores, atMs, words }));
  };
}
