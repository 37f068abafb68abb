// Writing the rows of one table: one call per kind of write, none when there is nothing to write.
import type { Row, Tables } from '@streamstock/event-log';

export async function writeRows(
  tables: Tables,
  table: string,
  put: readonly Row<unknown>[],
  gone: readonly string[],
): Promise<void> {
  if (gone.length > 0) await tables.deleteMany(table, gone);
  if (put.length > 0) await tables.putMany(table, put);
}
