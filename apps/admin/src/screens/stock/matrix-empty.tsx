// What stands in the matrix when no row does: what this place is for, or why nothing matches, and the way on.
import { Button } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { EmptyState } from '@streamstock/ui';
import type { ReactNode } from 'react';
import type { SearchControl } from './use-matrix-search.ts';

export interface MatrixEmptyProps {
  readonly control: SearchControl;
  /** Items of the whole catalogue. */
  readonly itemCount: number;
}

export function MatrixEmpty({ control: { search, change }, itemCount }: MatrixEmptyProps): ReactNode {
  const { query } = search;
  if (itemCount === 0) {
    return (
      <EmptyState
        kind="nothing-yet"
        text={
          <Trans comment="In the matrix before there is any item; the command stays as it is.">
            No items yet. Bring them in with <code>streamstock import items FILE</code>; they appear here as they
            arrive.
          </Trans>
        }
      />
    );
  }
  if (search.view === 'stale') {
    return (
      <EmptyState
        kind="done"
        text={
          <Trans comment="In the matrix, view of stale stores: there is none.">
            Every store was heard from in the last 15 minutes.
          </Trans>
        }
      />
    );
  }
  if (query === '' && search.category === null) {
    return (
      <EmptyState
        kind="done"
        text={
          search.view === 'oversold' ? (
            <Trans comment="In the matrix: no item is below zero anywhere.">Nothing is below zero in any store.</Trans>
          ) : (
            <Trans comment="In the matrix: no item is at zero anywhere.">Nothing is out in any store.</Trans>
          )
        }
      />
    );
  }
  return (
    <EmptyState
      kind="no-match"
      text={
        query === '' ? (
          <Trans comment="In the matrix: the chosen category has no such items.">Nothing matches these filters.</Trans>
        ) : (
          <Trans comment="In the matrix: nothing was found.">Nothing matches "{query}". Check the spelling.</Trans>
        )
      }
      action={
        <Button onClick={() => change({ query: '', category: null })}>
          <Trans comment="Button: shows everything again.">Clear search and filters</Trans>
        </Button>
      }
    />
  );
}
