// Reading the text of a snapshot's page in either of its forms, row by row or by column. No schema: whoever takes a page from outside
// checks it whole (snapshot.ts).
import { rowsOfColumns, type RowColumns } from './row-columns.ts';
import type { Row } from './tables.ts';

/** The rows of a page. Throws on what is no page. */
export function readSnapshotPage(text: string): Row<unknown>[] {
  const page: unknown = JSON.parse(text);
  if (!Array.isArray(page)) return rowsOfColumns(page as RowColumns);
  return (page as [string, unknown][]).map(([key, value]) => ({ key, value }));
}
