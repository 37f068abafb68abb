// The stock matrix: every item in every store, now and live, or as of a past moment. Everything it shows is in its address.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { formatMoment } from '@streamstock/ui';
import { DataGrid, type GridSort } from '@streamstock/ui/data-grid';
import { useDeferredValue, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useBackToNow } from '../../as-of/use-back-to-now.ts';
import { useLiveFeed, useRefetchWhileAway, useServerNow } from '../../data/live/live-context.tsx';
import { stockAtQuery, stockNowQuery } from '../../data/queries.ts';
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { OfficePage } from '../../frame/office-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { itemSearchText } from '../item/item-search.ts';
import { ChangesPerMinute } from './changes-per-minute.tsx';
import { matrixCatalogue } from './matrix-catalogue.ts';
import { columnIdOf, matrixColumns, sortColumnOf } from './matrix-columns.tsx';
import { MatrixEmpty } from './matrix-empty.tsx';
import { MatrixHeadMeta } from './matrix-head-meta.tsx';
import { matrixRows } from './matrix-rows.ts';
import { usualSort, type MatrixSort } from './matrix-search.ts';
import { MatrixToolbar } from './matrix-toolbar.tsx';
import classes from './stock-screen.module.css';
import { useMatrixSearch, type SearchControl } from './use-matrix-search.ts';

const narrowWindow = '(max-width: 899px)';

function useTable(atMs: number | null) {
  const feed = useLiveFeed();
  const refetchInterval = useRefetchWhileAway();
  const now = useQuery({ ...stockNowQuery((table) => feed.settle(table)), enabled: atMs === null, refetchInterval });
  const past = useQuery({ ...stockAtQuery(atMs ?? 0), enabled: atMs !== null, placeholderData: keepPreviousData });
  return atMs === null ? now : past;
}

function useColumns(table: StockTable | undefined, control: SearchControl) {
  const { t, i18n } = useLingui();
  const nowMs = useServerNow();
  const narrow = useMediaQuery(narrowWindow) ?? false;
  const { view } = control.search;
  const words = {
    item: t({ message: 'Item', comment: 'Column head. One word.' }),
    sku: t({ message: 'SKU', comment: 'Column head: the item number.' }),
    allStores: t({ message: 'All stores', comment: 'Column head: the sum over all stores. Short.' }),
    nothingKnown: t({
      message: 'Nothing was ever recorded of this item here',
      comment: 'Why a cell of the matrix is empty; read out.',
    }),
    asOf: (asOfMs: number): string => {
      const time = formatMoment(asOfMs, nowMs);
      return t({
        message: `as of ${time}`,
        comment: 'Over the column of a store, on hover: when it was last heard; time is 08:51.',
      });
    },
    staleStores: (count: number): string =>
      t({
        message: plural(count, { one: '# store stale', other: '# stores stale' }),
        comment: 'Over the column of sums, on hover: how many parts of it are not current.',
      }),
  };
  // Live changes of figures leave stores, index and catalogue as they are: the columns stay the same array.
  const { stores, storeIndex, rowIndex, atMs } = table ?? {};
  const language = i18n.locale;
  return useMemo(() => {
    if (table === undefined) return [];
    const { ranks, widths } = matrixCatalogue(table);
    return matrixColumns({ table, ranks, widths, nowMs, staleOnly: view === 'stale', narrow, words });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `table` and `words` are new each time; what is used of them is listed
  }, [stores, storeIndex, rowIndex, atMs, nowMs, view, narrow, language]);
}

/** What the grid calls a sort, and back; in no order at all it is by name. */
function useSort({ search, change }: SearchControl) {
  const sort = useMemo<GridSort>(
    () => ({ columnId: columnIdOf(search.sort), direction: search.sort.descending ? 'descending' : 'ascending' }),
    [search.sort],
  );
  const onSort = (asked: GridSort | null): void => {
    const wanted: MatrixSort =
      asked === null
        ? usualSort
        : { column: sortColumnOf(asked.columnId), descending: asked.direction === 'descending' };
    change({ sort: wanted });
  };
  return { sort, onSort };
}

/** The store whose story a press on a cell opens; beside the stores' columns, the first store that knows the item. */
function storeToOpen(table: StockTable, row: StockRow, columnId: string): string | null {
  if (table.storeIndex.has(columnId)) return columnId;
  const index = row.onHand.findIndex((figure) => figure !== null);
  return (table.stores[index] ?? table.stores[0])?.store ?? null;
}

export function StockScreen(): ReactNode {
  const { t } = useLingui();
  const control = useMatrixSearch();
  const { search, change } = control;
  const navigate = useNavigate();
  const query = useTable(search.atMs);
  const table = query.data;
  const columns = useColumns(table, control);
  const { sort, onSort } = useSort(control);
  // Typing and live changes come first; which rows match may follow a frame later.
  const asked = useDeferredValue(search);
  const noStaleStore = search.view === 'stale' && columns.every((column) => column.id.startsWith('.'));
  const rows = useMemo(
    () => (table === undefined ? null : noStaleStore ? [] : matrixRows(table.rows, asked)),
    [table, asked, noStaleStore],
  );
  const isPast = search.atMs !== null;
  const backToNow = useMemo(() => () => change({ atMs: null }), [change]);
  useBackToNow(isPast, backToNow);

  const onOpen = (row: StockRow, columnId: string): void => {
    const store = table === undefined ? null : storeToOpen(table, row, columnId);
    void navigate({
      to: '/items/$item',
      params: { item: row.item },
      search: itemSearchText({ store, atMs: search.atMs }),
    });
  };

  return (
    <OfficePage
      title={t({ message: 'Stock', comment: 'Title of the matrix of items and stores. One word.' })}
      meta={table !== undefined && rows !== null && <MatrixHeadMeta shown={rows.length} table={table} />}
      liveMeta={<ChangesPerMinute />}
      pastMs={search.atMs}
      onBackToNow={backToNow}
    >
      <MatrixToolbar control={control} table={table} rows={rows} columns={columns} />
      {query.isError && table === undefined ? (
        <div className={classes['problem']}>
          <ProblemStrip error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : (
        <div className={classes['grid']} data-waiting={query.isPlaceholderData}>
          <DataGrid
            label={t({
              message: 'Stock of every item in every store',
              comment: 'Names the matrix for screen readers.',
            })}
            rows={rows}
            rowId={rowId}
            columns={columns}
            sort={sort}
            onSort={onSort}
            viewKey={JSON.stringify([asked.view, asked.query, asked.category, asked.atMs])}
            onOpen={onOpen}
            live={!isPast}
            empty={<MatrixEmpty control={control} itemCount={table?.rows.length ?? 0} />}
          />
        </div>
      )}
    </OfficePage>
  );
}

const rowId = (row: StockRow): string => row.item;
