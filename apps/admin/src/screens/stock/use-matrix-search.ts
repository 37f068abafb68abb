// The matrix's address as state: what a person does is written there, so that it can be copied and gone back from.
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { matrixSearchText, readMatrixSearch, type MatrixSearch } from './matrix-search.ts';

const route = getRouteApi('/office/stock');

export interface SearchControl {
  readonly search: MatrixSearch;
  /** `replace`: without a step in the browser's history (typing). */
  readonly change: (part: Partial<MatrixSearch>, options?: { readonly replace: boolean }) => void;
}

export function useMatrixSearch(): SearchControl {
  const text = route.useSearch();
  const navigate = useNavigate();
  const search = useMemo(() => readMatrixSearch({ ...text }), [text]);
  const change = useCallback<SearchControl['change']>(
    (part, { replace } = { replace: false }) => {
      void navigate({
        to: '/stock',
        replace,
        search: (before) => matrixSearchText({ ...readMatrixSearch({ ...before }), ...part }),
      });
    },
    [navigate],
  );
  return { search, change };
}
