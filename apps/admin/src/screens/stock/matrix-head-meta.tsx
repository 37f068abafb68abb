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
  const shownText = formatQuantity(shown);
  return (
    <>
      {shown !== all && (
        <>
          <Trans comment="Before the number of all items: 20 of (12,480 items). Short.">{shownText} of</Trans>{' '}
        </>
      )}
      <Plural value={all} one="# item" other="# items" />
      {' · '}
      <Plural value={table.stores.length} one="# store" other="# stores" />
    </>
  );
}
