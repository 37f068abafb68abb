// Rows that are on their way, in the geometry they will have: a static tint, no shimmer. Appears only after 150 ms; after
// 4 s a line of words joins it. Use with useLateFlag, which also keeps it from going too soon.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import classes from './skeleton-rows.module.css';

const rowsMax = 50;

export interface SkeletonRowsProps {
  /** As many as will come, as far as they fill the screen; at most 50 are drawn. */
  readonly rows: number;
  /** What is being waited for, said when it takes long. */
  readonly words?: string;
}

export function SkeletonRows({ rows, words }: SkeletonRowsProps): ReactNode {
  const { t } = useLingui();
  const said = words ?? t({ message: 'Still reading…', comment: 'Shown when rows take longer than 4 seconds.' });
  return (
    <div className={classes['rows']} aria-busy="true">
      <div aria-hidden="true">
        {Array.from({ length: Math.min(rows, rowsMax) }, (_, index) => (
          <div key={index} className={classes['row']}>
            <span className={classes['name']} />
            <span className={classes['figure']} />
          </div>
        ))}
      </div>
      <p className={classNames('ss-meta', classes['words'])}>{said}</p>
    </div>
  );
}
