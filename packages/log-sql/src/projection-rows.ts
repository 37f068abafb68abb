// One step of projecting, in SQLite: the ProjectionStore over the writing connection. The log opens and ends its transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  BufferedTables,
  deadIdsOf,
  GROUP_EVENTS_MAX,
  readStoredLine,
  standingWithout,
  takeGroups,
  type DeadLetter,
  type EventId,
  type LoggedEvent,
  type Position,
  type ProjectionStore,
  type Projector,
  type ProjectorProgress,
} from '@streamstock/event-log';
import { idOf } from './bytes.ts';
import type { EventRows } from './event-rows.ts';
import type { WritableTableRows } from './table-rows.ts';

/** Rows that one step holds in memory before it writes them out, still inside its transaction. */
const BUFFERED_ROWS_MAX = 100_000;

export class ProjectionRows {
  readonly #events: EventRows;
  readonly #tables: WritableTableRows;
  readonly #reads: ProjectionReads;
  readonly #putProgress: StatementSync;
  readonly #clear: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync, events: EventRows, tables: WritableTableRows) {
    this.#events = events;
    this.#tables = tables;
    this.#reads = new ProjectionReads(database, events);
    this.#putProgress = database.prepare(`
      INSERT OR REPLACE INTO projectors (name, version, checkpoint, judged_to) VALUES (?, ?, ?, ?)`);
    this.#clear = database.prepare('DELETE FROM dead_letters WHERE projector = ? AND version <> ?');
    this.#insert = database.prepare(
      'INSERT INTO dead_letters (projector, version, position, problem, at_ms) VALUES (?, ?, ?, ?, ?)',
    );
  }

  insertDeadLetter(
    projector: Pick<Projector, 'name' | 'version'>,
    position: Position,
    problem: string,
    nowMs: number,
  ): void {
    const { name, version } = projector;
    const before = this.#reads.deadIds(projector);
    this.#insert.run(name, version, position, problem, nowMs);
    const dead = [...this.#reads.deadIds(projector)].filter((id) => !before.has(id));
    const positions = dead.flatMap((id) => this.#events.positionOf(id) ?? []);
    const known = this.#reads.progress().find((one) => one.name === name);
    const standing = standingWithout(known, projector, positions);
    if (standing !== null) this.#put(standing);
  }

  #put({ name, version, checkpoint, judgedTo }: ProjectorProgress): void {
    this.#putProgress.run(name, version, checkpoint, judgedTo);
  }

  /** `flush` writes what the step still holds; then the transaction can commit. */
  step(head: Position): { readonly store: ProjectionStore; readonly flush: () => Promise<void> } {
    const tables = new BufferedTables(this.#tables, BUFFERED_ROWS_MAX);
    const store: ProjectionStore = {
      tables,
      head: async () => head,
      progress: async () => this.#reads.progress(),
      putProgress: async (progress) => {
        for (const one of progress) this.#put(one);
      },
      clearDeadLetters: async ({ name, version }) => {
        this.#clear.run(name, version);
      },
      events: async (after, upTo, eventsMax) => this.#eventsOf(after, upTo, eventsMax),
      find: async (ids, upTo) => this.#find(ids, upTo),
      deadIds: async (projector) => this.#reads.deadIds(projector),
    };
    return { store, flush: async () => await tables.flush() };
  }

  #eventsOf(after: Position, upTo: Position, eventsMax: number): (LoggedEvent & { readonly position: Position })[] {
    const rows = this.#events.linesAfter(after, upTo, eventsMax + GROUP_EVENTS_MAX);
    const { taken } = takeGroups(rows, { eventsMax, bytesMax: Infinity });
    return taken.map(({ position, line }) => ({ event: readStoredLine(line), position }));
  }

  #find(ids: readonly EventId[], upTo: Position): LoggedEvent[] {
    return ids.flatMap((id) => {
      const known = this.#events.known(id);
      if (known === null || known.position > upTo) return [];
      return { event: readStoredLine(known.line), position: known.position };
    });
  }
}

/** How far the projectors are, and what they go on without. */
export class ProjectionReads {
  readonly #events: EventRows;
  readonly #progress: StatementSync;
  readonly #positions: StatementSync;
  readonly #letters: StatementSync;

  constructor(database: DatabaseSync, events: EventRows) {
    this.#events = events;
    this.#progress = database.prepare('SELECT name, version, checkpoint, judged_to FROM projectors');
    this.#positions = database.prepare('SELECT position FROM dead_letters WHERE projector = ? AND version = ?');
    this.#letters = database.prepare(`
      SELECT l.projector, l.version, l.position, e.id, l.problem, l.at_ms FROM dead_letters l
      JOIN events e ON e.position = l.position ORDER BY l.number`);
  }

  progress(): ProjectorProgress[] {
    return this.#progress.all().map((cells) => ({
      name: String(cells['name']),
      version: Number(cells['version']),
      checkpoint: Number(cells['checkpoint']),
      judgedTo: Number(cells['judged_to']),
    }));
  }

  /** A dead letter takes the rest of its group along, and what they rule on. */
  deadIds({ name, version }: Pick<Projector, 'name' | 'version'>): ReadonlySet<EventId> {
    const ids = new Set<EventId>();
    for (const { position } of this.#positions.all(name, version)) {
      for (const line of this.#events.groupOf(Number(position))) {
        for (const id of deadIdsOf(readStoredLine(line))) ids.add(id);
      }
    }
    return ids;
  }

  deadLetters(): DeadLetter[] {
    return this.#letters.all().map((cells) => ({
      projector: String(cells['projector']),
      version: Number(cells['version']),
      position: Number(cells['position']),
      id: idOf(cells['id']),
      problem: String(cells['problem']),
      atMs: Number(cells['at_ms']),
    }));
  }
}
