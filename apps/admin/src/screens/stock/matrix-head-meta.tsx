// How much of how much is shown: "20 of 12,480 items · 8 stores".
import { Plural, Trans } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import type { StockTable } from '../../data/stock-table.ts';

export interface MatrixHeadMetaProps {
  readonly shown: number;
  readonly table: StockTable;
}

export function MatrixHeadMeta({ shown, table }: MatrixHeadMetaProps): ReactNode {
  const all = table.rows.length;
  const shownCount = formatQuantity(shown);
  return (
    <>
      {shown === all ? (
        <Trans comment="In the head of a page: how many items. Short.">
          <Plural value={all} one="# item" other="# items" />
        </Trans>
      ) : (
        <Trans comment="In the head of a page: 20 of 12,480 items are shown. Short.">
          {shownCount} of <Plural value={all} one="# item" other="# items" />
        </Trans>
      )}
      {' · '}
      <Trans comment="In the head of a page: how many stores. Short.">
        <Plural value={table.stores.length} one="# store" other="# stores" />
      </Trans>
    </>
  );
}
