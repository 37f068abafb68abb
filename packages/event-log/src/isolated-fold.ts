// Folding a batch although some of its events make a projector throw (law 9): finds those and folds the rest. Runs inside
// the caller's transaction; what becomes of the events it could not fold is the caller's business.
//
//   batch ──attempt──▶ folded, all of it
//     └ throws: what it wrote is thrown away ─▶ the first half, then the second, each the same way ─▶ one event: unfoldable
//
// 1. What a whole attempt wrote is in the tables before the next one reads; of one that threw nothing is.
// 2. n events cost at most 2n − 1 attempts.
// 3. An error of the storage beneath is no event's fault: it is thrown as it is, and the transaction ends.
import { BufferedTables } from './buffered-tables.ts';
import type { EventId } from './id.ts';
import { PROBLEM_CHARACTERS_MAX, RANGE_ROWS_MAX } from './limits.ts';
import { projectBatch, type Change, type LoggedEvent, type Projector } from './projection.ts';
import type { ClearableTables, Range, Row, Tables } from './tables.ts';

/** An event that this projector threw on. Nothing of it is in any table. */
export interface Unfoldable {
  readonly event: EventId;
  readonly projector: string;
  readonly problem: string;
}

export interface IsolatedFold {
  readonly folded: readonly LoggedEvent[];
  readonly unfoldable: readonly Unfoldable[];
}

/** An event that these tables were given before, and which projectors went on without it (absent: none). */
export interface FoundEvent extends LoggedEvent {
  readonly without?: readonly string[];
}

/** Finds what was folded before this batch; never an event of the batch. */
export type FindFolded = (ids: readonly EventId[]) => Promise<readonly FoundEvent[]>;

export async function foldIsolated(
  tables: Tables,
  batch: readonly LoggedEvent[],
  projectors: readonly Projector[],
  findFolded: FindFolded,
): Promise<IsolatedFold> {
  const fold = new Isolation(tables, batch, projectors, findFolded);
  await fold.take(batch);
  return fold;
}

/** What a projector threw, with its name. */
class ProjectorFailed extends Error {
  override readonly name = 'ProjectorFailed';
  readonly projector: string;
  constructor(projector: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.projector = projector;
  }
}

class Isolation implements IsolatedFold {
  readonly folded: LoggedEvent[] = [];
  readonly unfoldable: Unfoldable[] = [];
  readonly #below: WatchedTables;
  readonly #projectors: readonly Projector[];
  readonly #findFolded: FindFolded;
  readonly #batch: ReadonlySet<EventId>;
  readonly #done = new Map<EventId, LoggedEvent>();
  /** Which projectors hold nothing of an event found. */
  readonly #without = new Map<EventId, readonly string[]>();

  constructor(tables: Tables, batch: readonly LoggedEvent[], projectors: readonly Projector[], findFolded: FindFolded) {
    this.#below = new WatchedTables(tables);
    this.#batch = new Set(batch.map(({ event }) => event.id));
    this.#projectors = projectors.map((projector) => this.#named(projector));
    this.#findFolded = findFolded;
  }

  async take(part: readonly LoggedEvent[]): Promise<void> {
    const failed = await this.#attempt(part);
    if (failed === null) return;
    const [only] = part;
    if (part.length === 1 && only !== undefined) {
      const problem = failed.message.slice(0, PROBLEM_CHARACTERS_MAX);
      this.unfoldable.push({ event: only.event.id, projector: failed.projector, problem });
      return;
    }
    const middle = Math.ceil(part.length / 2);
    await this.take(part.slice(0, middle));
    await this.take(part.slice(middle));
  }

  async #attempt(part: readonly LoggedEvent[]): Promise<ProjectorFailed | null> {
    const attempt = new BufferedTables(this.#below, Number.POSITIVE_INFINITY);
    try {
      await projectBatch(attempt, part, this.#projectors, (ids) => this.#find(ids));
    } catch (error) {
      if (this.#below.failure !== null) throw this.#below.failure.error;
      if (error instanceof ProjectorFailed) return error;
      throw error;
    }
    await attempt.flush();
    for (const logged of part) {
      this.#done.set(logged.event.id, logged);
      this.folded.push(logged);
    }
    return null;
  }

  /** Of this batch only what an earlier attempt folded: of the rest the tables know nothing yet. */
  async #find(ids: readonly EventId[]): Promise<LoggedEvent[]> {
    const found = ids.map((id) => this.#done.get(id)).filter((logged) => logged !== undefined);
    const earlier = await this.#below.watch(() => this.#findFolded(ids.filter((id) => !this.#batch.has(id))));
    for (const { without, ...logged } of earlier) {
      if (without !== undefined) this.#without.set(logged.event.id, without);
      found.push(logged);
    }
    return found;
  }

  #named(projector: Projector): Projector {
    const { name, version, tables: names } = projector;
    const concerns = ({ event }: Change) => this.#without.get(event.id)?.includes(name) !== true;
    return {
      name,
      version,
      tables: names,
      project: async (tables, changes) => {
        try {
          await projector.project(tables, this.#without.size === 0 ? changes : changes.filter(concerns));
        } catch (error) {
          throw new ProjectorFailed(name, error);
        }
      },
    };
  }
}

/** Remembers that the tables themselves failed, whatever a projector makes of it. */
class WatchedTables implements ClearableTables {
  readonly #below: Tables;
  failure: { readonly error: unknown } | null = null;

  constructor(below: Tables) {
    this.#below = below;
  }

  async watch<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }

  getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    return this.watch(() => this.#below.getMany<Value>(table, keys));
  }

  async range<Value>(table: string, range: Range): Promise<Row<Value>[]> {
    // Whoever asks for too much is at fault, not the tables.
    if (range.rowsMax > RANGE_ROWS_MAX) throw new RangeError(`A range returns at most ${RANGE_ROWS_MAX} rows.`);
    return this.watch(() => this.#below.range<Value>(table, range));
  }

  putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    return this.watch(() => this.#below.putMany(table, rows));
  }

  deleteMany(table: string, keys: readonly string[]): Promise<void> {
    return this.watch(() => this.#below.deleteMany(table, keys));
  }

  /** No projector empties a table. */
  clear(table: string): Promise<void> {
    throw new Error(`The table ${table} can not be emptied while it is folded into.`);
  }
}
