// How a central log feeds its projectors: each has its own checkpoint; those that stand at the same one advance together.
// Pure over `ProjectionStore`, which a log implements inside the transaction of one `project` step.
//
//   checkpoints   A ●────────●        a step takes the least checkpoint (B's), feeds everyone who stands there,
//                 B ●──●──▶           and stops at the next checkpoint of the others: from there all go on as one
//
// Judgements are shared. A refilled projector meets them complete: an event begins with its final judgement, and the
// ruling, fed again, changes nothing.
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import type { Position } from './place.ts';
import { projectBatch, type LoggedEvent, type Projector } from './projection.ts';
import { isRulingType, rulingTarget } from './ruling.ts';
import type { ClearableTables } from './tables.ts';

export interface ProjectorProgress {
  readonly name: string;
  readonly version: number;
  readonly checkpoint: Position;
}

/** What one step reads and writes; all of it in one transaction. */
export interface ProjectionStore {
  readonly tables: ClearableTables;
  head(): Promise<Position>;
  progress(names: readonly string[]): Promise<readonly ProjectorProgress[]>;
  putProgress(progress: readonly ProjectorProgress[]): Promise<void>;
  /** Forgets the dead letters of other versions of this projector. */
  clearDeadLetters(projector: Projector): Promise<void>;
  /** Events after `after` up to `upTo`: about `eventsMax`, never an event without the rulings behind it. */
  events(
    after: Position,
    upTo: Position,
    eventsMax: number,
  ): Promise<readonly (LoggedEvent & { readonly position: Position })[]>;
  /** Those of `ids` with a position up to `upTo`. */
  find(ids: readonly EventId[], upTo: Position): Promise<LoggedEvent[]>;
  /** Ids that this version of the projector goes on without. */
  deadIds(projector: Projector): Promise<ReadonlySet<EventId>>;
}

/** One step; see `CentralLog.project`. Throws what a projector throws: the caller rolls back. */
export async function advanceProjectors(
  store: ProjectionStore,
  projectors: readonly Projector[],
  eventsMax: number,
): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
  const head = await store.head();
  const progress = await readProgress(store, projectors);
  const least = leastCheckpoint(progress, head);
  if (least < head) {
    const standing = progress.filter(({ checkpoint }) => checkpoint === least);
    const next = Math.min(
      head,
      ...progress.map(({ checkpoint }) => checkpoint).filter((checkpoint) => checkpoint > least),
    );
    const batch = await store.events(least, next, eventsMax);
    const reached = batch.at(-1)?.position ?? least;
    const names = new Set(standing.map(({ name }) => name));
    const fed = await Promise.all(
      projectors
        .filter(({ name }) => names.has(name))
        .map(async (projector) => withoutDead(projector, await store.deadIds(projector))),
    );
    await projectBatch(store.tables, batch, fed, async (ids) => await store.find(ids, least));
    await store.putProgress(standing.map((one) => ({ ...one, checkpoint: reached })));
    const moved = progress.map((one) => (names.has(one.name) ? { ...one, checkpoint: reached } : one));
    return { checkpoint: leastCheckpoint(moved, head), head };
  }
  return { checkpoint: least, head };
}

function leastCheckpoint(progress: readonly ProjectorProgress[], head: Position): Position {
  return Math.min(head, ...progress.map(({ checkpoint }) => checkpoint));
}

async function readProgress(store: ProjectionStore, projectors: readonly Projector[]): Promise<ProjectorProgress[]> {
  const stored = new Map((await store.progress(projectors.map(({ name }) => name))).map((one) => [one.name, one]));
  const progress: ProjectorProgress[] = [];
  for (const projector of projectors) {
    const known = stored.get(projector.name);
    if (known !== undefined && known.version === projector.version) {
      progress.push(known);
      continue;
    }
    for (const table of projector.tables) await store.tables.clear(table);
    await store.clearDeadLetters(projector);
    const fresh = { name: projector.name, version: projector.version, checkpoint: 0 };
    await store.putProgress([fresh]);
    progress.push(fresh);
  }
  return progress;
}

function withoutDead(projector: Projector, dead: ReadonlySet<EventId>): Projector {
  if (dead.size === 0) return projector;
  const { name, version, tables: names } = projector;
  return {
    name,
    version,
    tables: names,
    project: async (tables, changes) => {
      await projector.project(
        tables,
        changes.filter(({ event }) => !dead.has(event.id)),
      );
    },
  };
}

/** The ids a projector must go on without when it can not fold `event`: the event's, and that of what it rules on. */
export function deadIdsOf(event: Event): EventId[] {
  const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
  return target === undefined ? [event.id] : [event.id, target];
}
