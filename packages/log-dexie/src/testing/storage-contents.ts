// Contents of a real database and of a memory disk as texts that are equal when the contents are.
import type { MemoryDisk } from '@streamstock/event-log';
import { MODEL_STORE, PAGE_STORE } from '../dexie-tables.ts';
import { dumpDatabase } from './indexeddb-faults.ts';

const isFilled = ([, rows]: readonly [string, readonly unknown[]]): boolean => rows.length > 0;

type TablesOf = Readonly<Record<string, readonly unknown[]>>;

/** One text for equal contents: tables by name, none that is empty. */
function textOf(contents: { readonly records: TablesOf; readonly rows: TablesOf; readonly pages: TablesOf }): string {
  const sorted = (tables: TablesOf) =>
    Object.entries(tables)
      .filter(isFilled)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { records, rows, pages } = contents;
  return JSON.stringify({ records: sorted(records), rows: sorted(rows), pages: sorted(pages) });
}

/** Rows of an object store that holds several tables, each behind its name. */
function byTable(rows: readonly { readonly key: string; readonly value: unknown }[]): TablesOf {
  const tables: Record<string, { key: string; value: unknown }[]> = {};
  for (const { key, value } of rows) {
    const [table = '', rest = ''] = key.split('\u0000');
    (tables[table] ??= []).push({ key: rest, value });
  }
  return tables;
}

export function contentsOf(disk: MemoryDisk): string {
  return textOf(disk.dump());
}

export function firstDifference(naive: string, real: string): string {
  let at = 0;
  while (at < naive.length && naive[at] === real[at]) at += 1;
  const from = Math.max(0, at - 160);
  return `naive …${naive.slice(from, at + 120)}… real …${real.slice(from, at + 120)}…`;
}

export async function contentsOfDatabase(indexedDb: IDBFactory, databaseName: string): Promise<string> {
  const {
    [MODEL_STORE]: rows = [],
    [PAGE_STORE]: pages = [],
    ...records
  } = await dumpDatabase(indexedDb, databaseName);
  return textOf({ records, rows: byTable(rows), pages: byTable(pages) });
}
