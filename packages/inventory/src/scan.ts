// Walking a table in pages, so that no single read grows with the data. Callbacks instead of an async iterator: inside an
// IndexedDB transaction nothing but the reader's own promise may be awaited.
import type { Row, TableReader } from '@streamstock/event-log';
import { SCAN_PAGE_ROWS } from './limits.ts';

export interface ScanRange {
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly reverse?: boolean;
}

/** The smallest key after `key`: keys are printable ASCII, a blank is their least character. */
export function keyAfter(key: string): string {
  return `${key} `;
}

/** Gives `visit` every row of a range in key order, or from the end with `reverse`, until it answers `stop`. */
export async function scan<Value>(
  reader: TableReader,
  table: string,
  range: ScanRange,
  visit: (row: Row<Value>) => 'stop' | undefined | void,
  pageRows: number = SCAN_PAGE_ROWS,
): Promise<void> {
  let { from, to } = range;
  const reverse = range.reverse ?? false;
  while (from === undefined || to === undefined || from < to) {
    const page = await reader.range<Value>(table, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      reverse,
      rowsMax: pageRows,
    });
    for (const row of page) if (visit(row) === 'stop') return;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    if (reverse) to = last.key;
    else from = keyAfter(last.key);
  }
}
