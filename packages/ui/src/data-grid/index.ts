// The entry `@streamstock/ui/data-grid`: apart from the main one, because the store app must not carry it.
export { changeMeterSettings } from './change-meter.ts';
export { DataGrid } from './data-grid.tsx';
export type { DataGridProps } from './data-grid.tsx';
export { layoutColumns } from './grid-column.ts';
export type { FigureColumn, GridColumn, GridColumnState, GridFigure, WordsColumn } from './grid-column.ts';
export type { GridSort } from './row-order.ts';
export { emptySelection, extendSelection, toggleSelected } from './selection.ts';
export type { GridSelection } from './selection.ts';
