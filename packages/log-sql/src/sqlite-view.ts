// A view of the log in SQLite: a connection of its own that stands in one read transaction. Owns both until it is closed.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  JUDGEMENTS_TABLE,
  storedLine,
  type CentralView,
  type Judgement,
  type Projector,
  type Row,
  type StoredLine,
  type StoreId,
} from '@streamstock/event-log';
import { openReader } from './connection.ts';
import { EpochRows } from './epoch-rows.ts';
import { EventRows } from './event-rows.ts';
import { Names } from './names.ts';
import { ProjectionReads } from './projection-rows.ts';
import { TableRows } from './table-rows.ts';

/** Judgements that are looked through before other work may run. */
const PAGE_ROWS = 500;

/** `closed` is called once. */
export function openView(path: string, closed: (view: CentralView) => void): CentralView {
  const database = openReader(path);
  try {
    database.exec('BEGIN');
    // The transaction stands from its first read on.
    const head = new EpochRows(database).head();
    if (head === null) throw new Error('The log was never begun.');
    const events = new EventRows(database, new Names(database, 'names', 'read'));
    const tables = new TableRows(database, new Names(database, 'read_tables', 'read'));
    const projection = new ProjectionReads(database, events);
    const view: CentralView = {
      head,
      progress: projection.progress(),
      deadLetters: projection.deadLetters(),
      tables,
      judgementsFor: (store) => judgementsFor(events, tables, store),
      unfolded: async (projectors, store) => unfolded(events, projection, projectors, store),
      close: async () => {
        if (!database.isOpen) return;
        database.exec('COMMIT');
        database.close();
        closed(view);
      },
    };
    return view;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function* judgementsFor(events: EventRows, tables: TableRows, store: StoreId): AsyncGenerator<Row<Judgement>> {
  for (let from = ''; ;) {
    const page = await tables.range<Judgement>(JUDGEMENTS_TABLE, { from, rowsMax: PAGE_ROWS });
    for (const row of page) {
      const position = events.positionOf(row.key);
      if (position === null || events.hears(store, position)) yield row;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    // The least key after `last`: no key holds the lowest character.
    from = `${last.key}\u0000`;
    await nextTurn();
  }
}

function unfolded(
  events: EventRows,
  projection: ProjectionReads,
  projectors: readonly Pick<Projector, 'name' | 'version'>[],
  store: StoreId | undefined,
): StoredLine[] {
  const ids = new Set(projectors.flatMap((projector) => [...projection.deadIds(projector)]));
  return [...ids]
    .flatMap((id) => events.find(id) ?? [])
    .filter(({ position }) => store === undefined || events.hears(store, position))
    .sort((a, b) => a.position - b.position)
    .map(storedLine);
}
