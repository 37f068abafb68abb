// What can be done with the selected rows; floats over the end of the list, so that nothing moves when it comes. Its
// buttons repeat the count: "Acknowledge 12". Stands in a positioned ancestor.
import { useLingui } from '@lingui/react/macro';
import { plural } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './bulk-bar.module.css';

export interface BulkBarProps {
  readonly selectedCount: number;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

export function BulkBar({ selectedCount, onClear, children }: BulkBarProps): ReactNode {
  const { t } = useLingui();
  if (selectedCount === 0) return null;
  return (
    <div className={classes['bar']}>
      <output className={classes['count']}>
        {t({ message: plural(selectedCount, { one: '# selected', other: '# selected' }), comment: 'Under a table.' })}
      </output>
      {children}
      <Button variant="subtle" onClick={onClear}>
        {t({ message: 'Clear selection', comment: 'Button in the bar for selected rows.' })}
      </Button>
    </div>
  );
}
