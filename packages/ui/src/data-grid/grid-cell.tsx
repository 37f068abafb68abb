// One cell: words at the start, or a figure at the end with its state icon in a lane of its own.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a virtualised grid cannot be a table element: most of its rows do not exist */
import { memo, useRef } from 'react';
import type { ReactNode } from 'react';
import { classNames } from '../components/class-names.ts';
import { Figure } from '../components/figure.tsx';
import { StateIcon } from '../components/state-badge.tsx';
import classes from './data-grid.module.css';
import type { FigureColumn, GridFigure, PlacedColumn, WordsColumn } from './grid-column.ts';
import { useGlow } from './use-glow.ts';

export interface GridCellProps<Row> {
  readonly row: Row;
  readonly placed: PlacedColumn<Row>;
  readonly active: boolean;
  readonly selectable: boolean;
}

/** Attributes every cell of a column shares, head and totals included. */
export function placeAttributes<Row>(placed: PlacedColumn<Row>, selectable: boolean) {
  const number = placed.index + (selectable ? 2 : 1);
  return {
    'aria-colindex': number,
    'data-column-id': placed.column.id,
    'data-kind': placed.column.kind,
    'data-sticky': placed.stickyStart === null ? undefined : '',
    'data-seam': placed.seam ? '' : undefined,
    style: {
      gridColumn: number,
      ...(placed.stickyStart === null ? {} : { insetInlineStart: placed.stickyStart }),
    },
  };
}

/** As few elements as will do: a scrolling grid makes thousands of these. */
export function FigureContent({
  figure,
  strong,
}: {
  readonly figure: GridFigure;
  readonly strong: boolean;
}): ReactNode {
  const { value, scale = 0, signed = false, state, freshness, unknownReason } = figure;
  const known = freshness && freshness.kind !== 'current' ? { freshness } : {};
  return (
    <>
      {state ? <StateIcon state={state} /> : null}
      <Figure
        className={classNames(classes['figure'], strong && classes['strong'])}
        value={value}
        scale={scale}
        signed={signed}
        freshnessWords="hidden"
        {...known}
      />
      {value === null && unknownReason !== undefined && <span className="ss-visually-hidden">{unknownReason}</span>}
    </>
  );
}

interface FigureCellProps<Row> extends GridCellProps<Row> {
  readonly column: FigureColumn<Row>;
}

function FigureCell<Row>({ row, placed, column, active, selectable }: FigureCellProps<Row>): ReactNode {
  const cell = useRef<HTMLDivElement>(null);
  const figure = column.figure(row);
  useGlow(cell, figure.value, figure.scale ?? 0, column.glows ?? true);
  return (
    <div
      ref={cell}
      role="gridcell"
      className={classes['cell']}
      tabIndex={active ? 0 : -1}
      title={figure.value === null ? figure.unknownReason : undefined}
      data-value={figure.value}
      {...placeAttributes(placed, selectable)}
    >
      <FigureContent figure={figure} strong={column.strong ?? false} />
    </div>
  );
}

interface WordsCellProps<Row> extends GridCellProps<Row> {
  readonly column: WordsColumn<Row>;
}

function WordsCell<Row>({ row, placed, column, active, selectable }: WordsCellProps<Row>): ReactNode {
  return (
    <div
      role={placed.index === 0 ? 'rowheader' : 'gridcell'}
      className={classes['cell']}
      tabIndex={active ? 0 : -1}
      title={column.text?.(row)}
      {...placeAttributes(placed, selectable)}
    >
      <span className={classes['words']}>{column.cell(row)}</span>
    </div>
  );
}

function GridCellPlain<Row>(props: GridCellProps<Row>): ReactNode {
  const { column } = props.placed;
  if (column.kind === 'figure') return <FigureCell {...props} column={column} />;
  return <WordsCell {...props} column={column} />;
}

export const GridCell = memo(GridCellPlain) as typeof GridCellPlain;
