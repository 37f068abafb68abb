// Folding on a device: which projectors made the read models, giving them a batch, and folding the whole log again.
// Runs inside the caller's transaction; never decides whether an event is new.
import { DeviceRecords } from './device-records.ts';
import type { DeviceTransaction, KeptEvent, ProjectorFold } from './device-storage.ts';
import { readStoredLine } from './event.ts';
import type { EventId } from './id.ts';
import { noteSetAside } from './needs-attention.ts';
import { JUDGEMENTS_TABLE, projectBatch, type LoggedEvent, type Projector } from './projection.ts';

/** Events folded at a time while rebuilding. */
const REBUILD_EVENTS_MAX = 500;

export function foldsOf(projectors: readonly Projector[]): readonly ProjectorFold[] {
  return projectors.map(({ name, version, tables }) => ({ name, version, tables: [...tables] }));
}

/** `older`: these projectors are older than those that made the tables; writing with them would spoil the tables. */
export function compareFolds(
  stored: readonly ProjectorFold[],
  present: readonly ProjectorFold[],
): 'same' | 'newer' | 'older' {
  const versions = new Map(stored.map(({ name, version }) => [name, version]));
  if (present.some(({ name, version }) => version < (versions.get(name) ?? 0))) return 'older';
  const same = stored.length === present.length && present.every(({ name, version }) => versions.get(name) === version);
  return same ? 'same' : 'newer';
}

function toLogged(kept: KeptEvent): LoggedEvent {
  return { event: readStoredLine(kept.line), ...(kept.position === null ? {} : { position: kept.position }) };
}

/** Folds events that these tables have never been given. They must be among the records already. */
export async function foldBatch(
  transaction: DeviceTransaction,
  projectors: readonly Projector[],
  batch: readonly LoggedEvent[],
): Promise<void> {
  if (batch.length === 0) return;
  const records = new DeviceRecords(transaction);
  await foldKnowing(transaction, projectors, batch, (ids) => findKept(records, ids));
}

async function foldKnowing(
  transaction: DeviceTransaction,
  projectors: readonly Projector[],
  batch: readonly LoggedEvent[],
  findFolded: (ids: readonly EventId[]) => Promise<KeptEvent[]>,
): Promise<void> {
  const records = new DeviceRecords(transaction);
  await projectBatch(transaction.rows, batch, projectors, async (ids) => (await findFolded(ids)).map(toLogged));
  await noteSetAside(
    transaction.rows,
    batch.map(({ event }) => event),
    async (ids) => new Set((await findKept(records, ids)).filter(({ own }) => own).map(({ id }) => id)),
  );
}

async function findKept(records: DeviceRecords, ids: readonly EventId[]): Promise<KeptEvent[]> {
  return (await records.events(ids)).filter((kept) => kept !== undefined);
}

/**
 * Empties the read models and folds every kept event again, by id: the order does not matter (law 3). What awaits a
 * person is brought up to date on the way, not emptied: lines that could not be read are nowhere else.
 */
export async function refold(
  transaction: DeviceTransaction,
  projectors: readonly Projector[],
  stored: readonly ProjectorFold[],
): Promise<void> {
  const tables = new Set([...stored, ...projectors].flatMap((projector) => projector.tables));
  for (const table of [...tables, JUDGEMENTS_TABLE]) await transaction.rows.clear(table);
  const records = new DeviceRecords(transaction);
  let after: EventId | null = null;
  for (;;) {
    const page: KeptEvent[] = await records.eventsAfter(after, REBUILD_EVENTS_MAX);
    const last = page.at(-1);
    if (last === undefined) return;
    const folded = after;
    const findFolded = (ids: readonly EventId[]) =>
      findKept(
        records,
        ids.filter((id) => folded !== null && id <= folded),
      );
    await foldKnowing(transaction, projectors, page.map(toLogged), findFolded);
    after = last.id;
  }
}
