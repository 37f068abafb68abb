// The search field over a document: by name, SKU or code, beside the scanner.
import { useLingui } from '@lingui/react/macro';
import { SearchField, type SearchFieldProps } from '@streamstock/ui';
import type { ReactNode } from 'react';

export function ItemSearch(props: Omit<SearchFieldProps, 'label'>): ReactNode {
  const { t } = useLingui();
  return (
    <SearchField
      {...props}
      label={t({
        message: 'Scan, or search name, SKU, code',
        comment: 'Placeholder of the search field in Sell; short.',
      })}
    />
  );
}
