// One row of the grid, placed by the virtualiser.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a virtualised grid cannot be a table element: most of its rows do not exist */
import { useLingui } from '@lingui/react/macro';
import { IconCheck } from '@tabler/icons-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import classes from './data-grid.module.css';
import { GridCell } from './grid-cell.tsx';
import type { PlacedColumn } from './grid-column.ts';

export interface GridRowProps<Row> {
  readonly row: Row;
  readonly id: string;
  /** 0-based among the shown rows. */
  readonly index: number;
  /** px from the top of the body. */
  readonly start: number;
  readonly columns: readonly PlacedColumn<Row>[];
  /** Column of the cell in the tab order, if it is in this row. */
  readonly activeColumnId: string | null;
  readonly selectable: boolean;
  readonly selected: boolean;
}

function GridRowPlain<Row>(props: GridRowProps<Row>): ReactNode {
  const { row, id, index, start, columns, activeColumnId, selectable, selected } = props;
  const { t } = useLingui();
  return (
    <div
      role="row"
      className={classes['row']}
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      data-row-id={id}
      data-row={index}
      style={{ transform: `translateY(${start}px)` }}
    >
      {selectable && (
        <div
          role="gridcell"
          aria-colindex={1}
          className={classes['check']}
          data-check=""
          aria-label={
            selected
              ? t({ message: 'Selected', comment: 'Checkbox cell of a table row that is selected.' })
              : t({ message: 'Not selected', comment: 'Checkbox cell of a table row that is not selected.' })
          }
        >
          <span className={classes['box']}>{selected && <IconCheck aria-hidden="true" stroke={3} />}</span>
        </div>
      )}
      {columns.map((placed) => (
        <GridCell
          key={placed.column.id}
          row={row}
          placed={placed}
          active={placed.column.id === activeColumnId}
          selectable={selectable}
        />
      ))}
    </div>
  );
}

export const GridRow = memo(GridRowPlain) as typeof GridRowPlain;
