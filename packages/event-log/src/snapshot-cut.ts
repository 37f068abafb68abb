// Which rows of the centre's tables a store's devices hold, by the scopes that projectors state. Pure over rows and events; reads
// no log and writes no snapshot.
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import { MemoryTables } from './memory-tables.ts';
import { projectBatch, type LoggedEvent, type Projector, type SnapshotScope } from './projection.ts';
import { isRulingType } from './ruling.ts';
import type { Sha256 } from './sha256.ts';
import { keyPrefix, type Row } from './tables.ts';

/** One table of a snapshot and how it is cut. */
export interface SnapshotTable {
  readonly table: string;
  readonly scope: SnapshotScope;
}

/** Tables that devices hold, in the order of the projectors and of their tables. */
export function snapshotTables(projectors: readonly Projector[]): SnapshotTable[] {
  return projectors.flatMap(({ tables, snapshot = {} }) =>
    tables.flatMap((table) => {
      const scope = snapshot[table];
      return scope === undefined ? [] : [{ table, scope }];
    }),
  );
}

/** Names a set of projectors and their versions: two that are equal make the same rows of the same events. */
export function readModelVersionOf(hash: Sha256, projectors: readonly Pick<Projector, 'name' | 'version'>[]): string {
  const names = projectors.map(({ name, version }) => `${name}@${version}`).toSorted();
  return hash(names.join('\n')).slice(0, 16);
}

/** The keys among which a scope's rows are; null: they are not read from the centre's table. */
export function scopeKeys(
  scope: SnapshotScope,
  store: string,
): { readonly from?: string; readonly to?: string } | null {
  if (scope === 'heard') return null;
  return scope === 'store-key' ? keyPrefix(store) : {};
}

/** Whether a row of the centre, its key within `scopeKeys`, is the store's. */
export function isInScope(scope: SnapshotScope, row: Row<unknown>, store: string): boolean {
  if (typeof scope === 'object') return scope.rows(row, store);
  return typeof scope === 'function' ? scope(row, store) : true;
}

/** Whether rows come from what the store hears, folded anew. */
export function isHeardScope(scope: SnapshotScope): boolean {
  return scope === 'heard' || typeof scope === 'object';
}

/** Every type that some table of scope `heard` follows from. Rulings have to be read besides. */
export function heardTypesOf(projectors: readonly Projector[]): ReadonlySet<string> {
  return new Set(projectors.flatMap(({ heard }) => heard?.types ?? []));
}

/** Folds what a store hears into the tables of scope `heard`. Events come in any order, each id once. */
export class HeardFold {
  /** Only the tables of scope `heard` are whole. */
  readonly tables = new MemoryTables();
  readonly #projectors: readonly Projector[];
  readonly #concerns: (event: Event) => boolean;
  readonly #known = new Map<EventId, LoggedEvent>();

  /** `dead`: ids that a projector of the centre goes on without; a snapshot lists them as unfolded. */
  constructor(
    projectors: readonly Projector[],
    dead: (projector: Projector) => ReadonlySet<EventId> = () => new Set(),
  ) {
    const hearing = projectors.filter(({ heard }) => heard !== undefined);
    this.#projectors = hearing.map((projector) => concerned(projector, dead(projector)));
    this.#concerns = (event) => hearing.some((projector) => isHeard(projector, event));
  }

  async take(events: readonly LoggedEvent[]): Promise<void> {
    const own = events.filter(({ event }) => isRulingType(event.type) || this.#concerns(event));
    if (own.length === 0) return;
    await projectBatch(this.tables, own, this.#projectors, async (ids) =>
      ids.flatMap((id) => this.#known.get(id) ?? []),
    );
    for (const logged of own) if (!isRulingType(logged.event.type)) this.#known.set(logged.event.id, logged);
  }
}

function isHeard({ heard }: Projector, event: Pick<Event, 'type' | 'payload'>): boolean {
  return heard !== undefined && heard.types.includes(event.type) && heard.concerns?.(event) !== false;
}

/** The projector, given only what its tables of scope `heard` follow from. */
function concerned(projector: Projector, dead: ReadonlySet<EventId>): Projector {
  const { name, version, tables: names } = projector;
  return {
    name,
    version,
    tables: names,
    project: async (tables, changes) => {
      const own = changes.filter(({ event }) => isHeard(projector, event) && !dead.has(event.id));
      if (own.length > 0) await projector.project(tables, own);
    },
  };
}
