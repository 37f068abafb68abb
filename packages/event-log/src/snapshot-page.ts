// Reading back the pages of a snapshot that this device took in and checked: no schema.
import type { Row } from './tables.ts';

/** The rows of a page that this device has taken in before. */
export function readSnapshotPage(text: string): Row<unknown>[] {
  return (JSON.parse(text) as [string, unknown][]).map(([key, value]) => ({ key, value }));
}
