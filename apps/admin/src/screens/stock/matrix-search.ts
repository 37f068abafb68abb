// What the address of the stock matrix says: view, search, filters, order and the moment. Owns reading and writing it;
// anything in an address that is not understood means "not given", never an error.
import { momentText, readMoment, readText } from '../../address/search-text.ts';

export const matrixViews = ['all', 'oversold', 'out', 'stale'] as const;
export type MatrixView = (typeof matrixViews)[number];

/** `store`: by the figures of that store (its id); `total`: by the sum over all stores. */
export type MatrixSortColumn = 'name' | 'sku' | 'total' | { readonly store: string };

export interface MatrixSort {
  readonly column: MatrixSortColumn;
  readonly descending: boolean;
}

export interface MatrixSearch {
  readonly view: MatrixView;
  /** Words typed into the search box. */
  readonly query: string;
  readonly category: string | null;
  readonly sort: MatrixSort;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

/** The address as names and texts; what is as usual is left out, so that the usual address is short. */
export interface MatrixSearchText {
  readonly view?: string;
  readonly q?: string;
  readonly 'f.category'?: string;
  readonly sort?: string;
  readonly at?: string;
}

export const usualSort: MatrixSort = { column: 'name', descending: false };

const storePrefix = 'store.';

export function readSort(text: string | undefined): MatrixSort {
  if (text === undefined) return usualSort;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  if (name === 'name' || name === 'sku' || name === 'total') return { column: name, descending };
  if (name.startsWith(storePrefix)) return { column: { store: name.slice(storePrefix.length) }, descending };
  return usualSort;
}

export function sortText(sort: MatrixSort): string {
  const name = typeof sort.column === 'string' ? sort.column : storePrefix + sort.column.store;
  return sort.descending ? `-${name}` : name;
}

export function readMatrixSearch(search: Record<string, unknown>): MatrixSearch {
  const view = readText(search['view']);
  return {
    view: matrixViews.find((each) => each === view) ?? 'all',
    query: readText(search['q']) ?? '',
    category: readText(search['f.category']) ?? null,
    sort: readSort(readText(search['sort'])),
    atMs: readMoment(search['at']),
  };
}

export function matrixSearchText(search: MatrixSearch): MatrixSearchText {
  const sort = sortText(search.sort);
  return {
    ...(search.view === 'all' ? {} : { view: search.view }),
    ...(search.query === '' ? {} : { q: search.query }),
    ...(search.category === null ? {} : { 'f.category': search.category }),
    ...(sort === sortText(usualSort) ? {} : { sort }),
    ...(search.atMs === null ? {} : { at: momentText(search.atMs) }),
  };
}
