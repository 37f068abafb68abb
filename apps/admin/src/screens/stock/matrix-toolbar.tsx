// Over the matrix: its views as tabs, search, category, the moment, and the file.
import { Button, NativeSelect } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useLingui } from '@lingui/react/macro';
import { IconDownload } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { SearchField } from '@streamstock/ui';
import { ViewTabs, type ViewTab } from '@streamstock/ui/admin-frame';
import type { GridColumn } from '@streamstock/ui/data-grid';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { StockRow, StockTable } from '../../data/stock-table.ts';
import { AsOfControl } from '../../as-of/as-of-control.tsx';
import { matrixCatalogue } from './matrix-catalogue.ts';
import { viewCounts } from './matrix-rows.ts';
import { matrixSearchText, matrixViews, type MatrixView } from './matrix-search.ts';
import classes from './matrix-toolbar.module.css';
import { useCsvExport } from './use-csv-export.ts';
import type { SearchControl } from './use-matrix-search.ts';

const typedAfterMs = 150;
/** Narrower than this, search and filters have a row of their own. */
const oneRowWindow = '(min-width: 1200px)';

function useTabs({ search }: SearchControl, table: StockTable | undefined): ViewTab[] {
  const { t } = useLingui();
  const router = useRouter();
  const counts = useMemo(() => (table === undefined ? undefined : viewCounts(table.rows)), [table]);
  const labels: Record<MatrixView, string> = {
    all: t({ message: 'All', comment: 'Tab: every item.' }),
    oversold: t({ message: 'Oversold', comment: 'Tab: items below zero in some store. One word.' }),
    out: t({ message: 'Out', comment: 'Tab: items at zero in some store. One word.' }),
    stale: t({ message: 'Stale stores', comment: 'Tab: only the stores not heard from lately. Two words.' }),
  };
  return matrixViews.map((view) => {
    const count = view === 'oversold' || view === 'out' ? counts?.[view] : undefined;
    const { href } = router.buildLocation({ to: '/stock', search: matrixSearchText({ ...search, view }) });
    return { key: view, label: labels[view], href, ...(count === undefined ? {} : { count }) };
  });
}

/** What is typed shows at once; the list and the address follow when the fingers rest. */
function Search({ control: { search, change } }: { readonly control: SearchControl }): ReactNode {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search.query);
  const [shown, setShown] = useState(search.query);
  // The address changed by itself (back button, a cleared filter): it wins over what stands in the field.
  if (shown !== search.query) {
    setShown(search.query);
    setTyped(search.query);
  }
  useEffect(() => {
    if (typed === search.query) return;
    const timer = setTimeout(() => {
      setShown(typed);
      change({ query: typed }, { replace: true });
    }, typedAfterMs);
    return () => clearTimeout(timer);
  }, [typed, search.query, change]);
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <div className={classes['search']}>
      <SearchField
        label={t({ message: 'Search name or SKU', comment: 'Placeholder of the search field over the matrix.' })}
        value={typed}
        onChange={setTyped}
        inputRef={input}
      />
    </div>
  );
}

interface CategoryProps {
  readonly control: SearchControl;
  readonly categories: readonly string[];
}

function Category({ control: { search, change }, categories }: CategoryProps): ReactNode {
  const { t } = useLingui();
  const select = useRef<HTMLSelectElement>(null);
  useHotkeys([['f', () => select.current?.focus()]]);
  const all = t({ message: 'All categories', comment: 'First choice of a filter.' });
  return (
    <NativeSelect
      ref={select}
      aria-label={t({ message: 'Category', comment: 'Names a filter.' })}
      className={classes['category'] ?? ''}
      data={[{ value: '', label: all }, ...categories.map((name) => ({ value: name, label: name }))]}
      value={search.category ?? ''}
      onChange={(event) => change({ category: event.currentTarget.value === '' ? null : event.currentTarget.value })}
    />
  );
}

export interface MatrixToolbarProps {
  readonly control: SearchControl;
  readonly table: StockTable | undefined;
  readonly rows: readonly StockRow[] | null;
  readonly columns: readonly GridColumn<StockRow>[];
}

export function MatrixToolbar({ control, table, rows, columns }: MatrixToolbarProps): ReactNode {
  const { t } = useLingui();
  const router = useRouter();
  const oneRow = useMediaQuery(oneRowWindow) ?? true;
  const exportCsv = useCsvExport(control, table, rows, columns);
  const categories = table === undefined ? [] : matrixCatalogue(table).categories;
  const filters = (
    <>
      <Search control={control} />
      {categories.length > 1 && <Category control={control} categories={categories} />}
      <AsOfControl atMs={control.search.atMs} onChange={(atMs) => control.change({ atMs })} />
      <Button leftSection={<IconDownload size={16} aria-hidden="true" />} onClick={exportCsv} disabled={rows === null}>
        {t({ message: 'CSV', comment: 'Button: saves what is seen as a file for spreadsheets.' })}
      </Button>
    </>
  );
  return (
    <>
      <ViewTabs
        label={t({ message: 'Views of the stock', comment: 'Names the row of tabs for screen readers.' })}
        tabs={useTabs(control, table)}
        current={control.search.view}
        onNavigate={(href) => router.history.push(href)}
        trailing={oneRow ? filters : undefined}
      />
      {!oneRow && <div className={classes['filters']}>{filters}</div>}
    </>
  );
}
