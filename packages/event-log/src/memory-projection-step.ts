// One projection step over a central log in memory: reads go to its tables, writes wait until all of it shows at once.
import { BufferedTables } from './buffered-tables.ts';
import type { ProjectionStore, ProjectorProgress } from './central-projection.ts';
import { readEnd, takeGroups } from './central-reading.ts';
import type { EventId } from './id.ts';
import type { MemoryCentralState } from './memory-central-state.ts';
import type { Position } from './place.ts';
import type { Projector } from './projection.ts';

/** The tables as one projection step sees them; `apply` shows all of it at once. */
export class MemoryProjectionStep implements ProjectionStore {
  readonly #state: MemoryCentralState;
  readonly #writes: (() => void)[] = [];
  readonly tables: BufferedTables;

  constructor(state: MemoryCentralState) {
    this.#state = state;
    const { tables } = state;
    const recorded = async (write: () => Promise<void>): Promise<void> => {
      this.#writes.push(() => void write());
    };
    // Reads go to the tables, writes are kept for `apply`.
    this.tables = new BufferedTables(
      {
        getMany: async (table, keys) => await tables.getMany(table, keys),
        range: async (table, range) => await tables.range(table, range),
        putMany: async (table, rows) => await recorded(async () => await tables.putMany(table, rows)),
        deleteMany: async (table, keys) => await recorded(async () => await tables.deleteMany(table, keys)),
        clear: async (table) => await recorded(async () => await tables.clear(table)),
      },
      Infinity,
    );
  }

  async flush(): Promise<void> {
    await this.tables.flush();
  }

  /** Memory tables write before their promise is made, so no reader sees a part. */
  apply(): void {
    for (const write of this.#writes) write();
  }

  async head(): Promise<Position> {
    return this.#state.head.position;
  }

  async progress(): Promise<readonly ProjectorProgress[]> {
    return [...this.#state.progress.values()];
  }

  async putProgress(progress: readonly ProjectorProgress[]): Promise<void> {
    this.#writes.push(() => {
      for (const one of progress) this.#state.progress.set(one.name, one);
    });
  }

  async clearDeadLetters(projector: Projector): Promise<void> {
    this.#writes.push(() => this.#state.clearDeadLetters(projector));
  }

  async events(after: Position, upTo: Position, eventsMax: number) {
    const end = Math.min(upTo, readEnd(after, { eventsMax, bytesMax: Infinity }));
    return takeGroups(this.#state.entries.slice(after, end), { eventsMax, bytesMax: Infinity }).taken;
  }

  async find(ids: readonly EventId[], upTo: Position) {
    return ids.flatMap((id) => this.#state.entry(id) ?? []).filter(({ position }) => position <= upTo);
  }

  async deadIds(projector: Projector): Promise<ReadonlySet<EventId>> {
    return this.#state.deadIds(projector);
  }
}
