// How a central log feeds its projectors: each has its own checkpoint; those that stand at the same one advance together.
// Pure over `ProjectionStore`, which a log implements inside the transaction of one `project` step.
//
//   checkpoints   A ●────────●        a step takes the least checkpoint (B's), feeds everyone who stands there,
//                 B ●──●──▶           and stops at the next checkpoint of the others: from there all go on as one
//
// Judgements are shared, and stand at J, the furthest that anyone has been fed.
//
// 1. What a projector holds is what its events up to its checkpoint contribute by the judgements as of `judgedTo`.
// 2. `judgedTo` = J for everyone who takes part: a ruling that others were fed meanwhile would never be told to one who
//    folded its target before, so such a projector is refilled.
// 3. A refilled projector meets the judgements complete: an event begins with the final one, and its ruling, fed again,
//    changes nothing.
// 4. What it goes on without is in none of its rows: where a dead letter takes along what was folded before, it is refilled.
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
  /** How far the judgements went when it was last fed. */
  readonly judgedTo: Position;
}

/** What one step reads and writes; all of it in one transaction. */
export interface ProjectionStore {
  readonly tables: ClearableTables;
  head(): Promise<Position>;
  /** Of every projector that was ever fed. */
  progress(): Promise<readonly ProjectorProgress[]>;
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

/** A projector could not fold a step. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly projector: Pick<Projector, 'name' | 'version'>;
  /** Of the first event that it was given. */
  readonly position: Position;
  constructor({ name, version }: Pick<Projector, 'name' | 'version'>, position: Position, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.projector = { name, version };
    this.position = position;
  }
}

/** One step; see `CentralLog.project`. Throws `StepFailed`, and what the store throws: the caller rolls back. */
export async function advanceProjectors(
  store: ProjectionStore,
  projectors: readonly Projector[],
  eventsMax: number,
): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
  const head = await store.head();
  const { progress, judgedTo } = await readProgress(store, projectors);
  const least = leastCheckpoint(progress, head);
  if (least === head) return { checkpoint: head, head };
  const standing = new Set(progress.filter(({ checkpoint }) => checkpoint === least).map(({ name }) => name));
  const next = Math.min(
    head,
    ...progress.map(({ checkpoint }) => checkpoint).filter((checkpoint) => checkpoint > least),
  );
  const batch = await store.events(least, next, eventsMax);
  const checkpoint = batch.at(-1)?.position ?? least;
  const fed = projectors
    .filter(({ name }) => standing.has(name))
    .map(async (projector) => withoutDead(whoSaysWhoFailed(projector), await store.deadIds(projector)));
  await projectBatch(store.tables, batch, await Promise.all(fed), async (ids) => await store.find(ids, least));
  // Those further on have `judgedTo` = J ≥ their checkpoint ≥ this one: J moves only when all move.
  const moved = progress.map((one) =>
    standing.has(one.name) ? { ...one, checkpoint, judgedTo: Math.max(judgedTo, checkpoint) } : one,
  );
  await store.putProgress(moved);
  return { checkpoint: leastCheckpoint(moved, head), head };
}

function leastCheckpoint(progress: readonly ProjectorProgress[], head: Position): Position {
  return Math.min(head, ...progress.map(({ checkpoint }) => checkpoint));
}

async function readProgress(
  store: ProjectionStore,
  projectors: readonly Projector[],
): Promise<{ readonly progress: readonly ProjectorProgress[]; readonly judgedTo: Position }> {
  const stored = new Map((await store.progress()).map((one) => [one.name, one]));
  const judgedTo = Math.max(0, ...[...stored.values()].map((one) => one.judgedTo));
  const progress: ProjectorProgress[] = [];
  for (const projector of projectors) {
    const { name, version } = projector;
    const known = stored.get(name);
    if (known !== undefined && known.version === version && known.judgedTo === judgedTo) {
      progress.push(known);
      continue;
    }
    for (const table of projector.tables) await store.tables.clear(table);
    await store.clearDeadLetters(projector);
    progress.push({ name, version, checkpoint: 0, judgedTo });
  }
  return { progress, judgedTo };
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

function whoSaysWhoFailed(projector: Projector): Projector {
  const { name, version, tables } = projector;
  return {
    name,
    version,
    tables,
    project: async (rows, changes) => {
      try {
        await projector.project(rows, changes);
      } catch (error) {
        // New events come first, in order; what rulings move comes behind them. Nothing to fold: not an event's fault.
        const position = changes[0]?.position;
        throw position === undefined ? error : new StepFailed(projector, position, error);
      }
    },
  };
}

/** No projector has it: the tables are filled anew at the next step. */
const NO_VERSION = -1;

/**
 * Where a projector stands after a dead letter, by the positions of what it goes on without from now on; null: where it stood.
 * The dead letter of a ruling takes its target along, which may be in the rows already.
 */
export function standingWithout(
  known: ProjectorProgress | undefined,
  { version }: Pick<Projector, 'version'>,
  dead: readonly Position[],
): ProjectorProgress | null {
  if (known?.version !== version || dead.every((position) => position > known.checkpoint)) return null;
  return { ...known, version: NO_VERSION, checkpoint: 0 };
}

/** The ids a projector must go on without when it can not fold `event`: the event's, and that of what it rules on. */
export function deadIdsOf(event: Event): EventId[] {
  const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
  return target === undefined ? [event.id] : [event.id, target];
}
