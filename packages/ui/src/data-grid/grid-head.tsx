// The head of the grid: names, sorting, freshness of whole columns, and widths.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a virtualised grid cannot be a table element: most of its rows do not exist */
import { useLingui } from '@lingui/react/macro';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo } from 'react';
import type { PointerEvent, ReactNode } from 'react';
import { Freshness } from '../components/freshness.tsx';
import { StateIcon } from '../components/state-badge.tsx';
import classes from './data-grid.module.css';
import { placeAttributes } from './grid-cell.tsx';
import { sortKeyOf } from './grid-column.ts';
import type { PlacedColumn } from './grid-column.ts';
import type { GridSort } from './row-order.ts';

export interface GridHeadProps<Row> {
  readonly columns: readonly PlacedColumn<Row>[];
  readonly sort: GridSort | null;
  readonly activeColumnId: string | null;
  readonly selectable: boolean;
  readonly allSelected: boolean;
  readonly someSelected: boolean;
  readonly onResize: (columnId: string, width: number) => void;
}

interface HeadCellProps<Row> {
  readonly placed: PlacedColumn<Row>;
  readonly sort: GridSort | null;
  readonly active: boolean;
  readonly selectable: boolean;
  readonly onResize: (width: number) => void;
}

/** Drags a column's end edge; the width follows the pointer. */
function startResize(event: PointerEvent<HTMLElement>, width: number, onResize: (width: number) => void): void {
  event.preventDefault();
  event.stopPropagation();
  const handle = event.currentTarget;
  const towardsEnd = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
  const fromX = event.clientX;
  const move = (moved: globalThis.PointerEvent): void => onResize(width + (moved.clientX - fromX) * towardsEnd);
  const stop = (): void => {
    handle.removeEventListener('pointermove', move);
    handle.removeEventListener('pointerup', stop);
    handle.removeEventListener('pointercancel', stop);
  };
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener('pointermove', move);
  handle.addEventListener('pointerup', stop);
  handle.addEventListener('pointercancel', stop);
}

function HeadCell<Row>({ placed, sort, active, selectable, onResize }: HeadCellProps<Row>): ReactNode {
  const { column } = placed;
  const freshness = column.freshness ?? { kind: 'current' };
  const noted = freshness.kind !== 'current';
  const sortable = sortKeyOf(column) !== undefined;
  const direction = sort?.columnId === column.id ? sort.direction : null;
  const Arrow = direction === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <div
      role="columnheader"
      className={classes['headCell']}
      tabIndex={active ? 0 : -1}
      aria-sort={direction ?? (sortable ? 'none' : undefined)}
      data-sortable={sortable}
      data-noted={noted}
      {...placeAttributes(placed, selectable)}
    >
      <span className={classes['headWords']}>
        <span className={classes['headLine']}>
          <span
            className={classes['headName']}
            title={column.hint === undefined ? column.header : `${column.header}: ${column.hint}`}
          >
            {column.header}
            {column.hint !== undefined && <span className="ss-visually-hidden">: {column.hint}</span>}
          </span>
          {direction !== null && <Arrow aria-hidden="true" className={classes['arrow'] ?? ''} />}
        </span>
        {noted && (
          <span className={classes['headNote']}>
            {column.state && <StateIcon state={column.state} />}
            <Freshness {...freshness} />
          </span>
        )}
      </span>
      <span
        className={classes['resize']}
        aria-hidden="true"
        onPointerDown={(event) => startResize(event, placed.width, onResize)}
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={() => onResize(column.width)}
      />
    </div>
  );
}

function GridHeadPlain<Row>(props: GridHeadProps<Row>): ReactNode {
  const { columns, sort, activeColumnId, selectable, allSelected, someSelected, onResize } = props;
  const { t } = useLingui();
  return (
    <div role="row" className={classes['head']} aria-rowindex={1} data-head="">
      {selectable && (
        <div role="columnheader" aria-colindex={1} className={classes['check']} data-check="">
          <span className="ss-visually-hidden">
            {t({ message: 'Select all that match', comment: 'Checkbox in the head of a table.' })}
          </span>
          <span className={classes['box']} data-all={allSelected} data-some={someSelected && !allSelected} />
        </div>
      )}
      {columns.map((placed) => (
        <HeadCell
          key={placed.column.id}
          placed={placed}
          sort={sort}
          active={placed.column.id === activeColumnId}
          selectable={selectable}
          onResize={(width) => onResize(placed.column.id, width)}
        />
      ))}
    </div>
  );
}

export const GridHead = memo(GridHeadPlain) as typeof GridHeadPlain;
