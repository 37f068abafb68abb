// Folding on a device: which projectors made the read models, giving them a batch, and folding again what lies on top of
// the base. Runs inside the caller's transaction; never decides whether an event is new.
import type { DeviceWork } from './device-reading.ts';
import type { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, KeptEvent, ProjectorFold, Standing } from './device-storage.ts';
import type { Event } from './event.ts';
import type { EventId } from './id.ts';
import { readSound } from './kept-event.ts';
import { foldIsolated, type FindFolded, type Unfoldable } from './isolated-fold.ts';
import { clearUnfoldable, noteSetAside, noteUnfoldable } from './needs-attention.ts';
import { JUDGEMENTS_TABLE, type LoggedEvent, type Projector } from './projection.ts';
import { isRulingType } from './ruling.ts';

/** Events folded at a time while rebuilding. */
const REBUILD_EVENTS_MAX = 500;

/** What an app folds with. `understands`: whether its projectors know this type in this version. */
export interface DeviceFolds {
  readonly projectors: readonly Projector[];
  readonly understands: (event: Event) => boolean;
}

export function foldsOf(projectors: readonly Projector[]): readonly ProjectorFold[] {
  return projectors.map(({ name, version, tables }) => ({ name, version, tables: [...tables] }));
}

/**
 * As `foldsOf`, over a base that `stored` stood on. A projector that is not what it was goes on without the base, and so
 * does one that was away meanwhile. It is better off with nothing than with rows of another version: it would misread them
 * and fold into them what no version gives. What is made of the rest alone is said to be incomplete, and nothing is claimed
 * of it; the next snapshot brings the whole. Of what the base holds nothing is folded for it alone, though some bytes may be here: whether an event of an older
 * generation is in the base or still to come nobody can tell, and what comes would count twice.
 */
export function foldsOnBase(
  projectors: readonly Projector[],
  stored: readonly ProjectorFold[],
): readonly ProjectorFold[] {
  return foldsOf(projectors).map((fold) => {
    const before = stored.find(({ name }) => name === fold.name);
    const stands = before?.version === fold.version && before.baseless !== true;
    return stands ? fold : { ...fold, baseless: true };
  });
}

export function isBaseless({ baseless }: ProjectorFold): boolean {
  return baseless === true;
}

function baselessNames({ folds }: DeviceMeta): readonly string[] {
  return folds.filter(isBaseless).map(({ name }) => name);
}

/** Rulings are the log's own business: every app understands them. */
export function standingOf(folds: DeviceFolds, event: Event): 'folded' | 'parked' {
  return isRulingType(event.type) || folds.understands(event) ? 'folded' : 'parked';
}

/** Whether the present read models know of this event. Without a base they are folded from everything held. */
export function isKnown(meta: DeviceMeta, kept: KeptEvent): boolean {
  return meta.base === null ? kept.generation >= (meta.knownFrom ?? 0) : kept.generation === meta.generation;
}

/** Whether the present read models hold its contribution. */
function isCounted(meta: DeviceMeta, kept: KeptEvent): boolean {
  return isKnown(meta, kept) && (kept.standing === 'folded' || kept.standing === 'in-base');
}

/** Whether it belongs on top of the base, if it can be read and is understood. */
function belongsOnTop(meta: DeviceMeta, kept: KeptEvent): boolean {
  if (kept.standing === 'damaged' || !isKnown(meta, kept)) return false;
  return meta.base === null || kept.standing !== 'in-base';
}

/** It was delivered, and folded on top of the base: where its bytes are gone, only a new base brings it back. */
export function isLostDelivered(meta: DeviceMeta, kept: KeptEvent): boolean {
  return kept.position !== null && belongsOnTop(meta, kept);
}

export function toLogged(kept: KeptEvent, event: Event): LoggedEvent {
  return { event, ...(kept.position === null ? {} : { position: kept.position }) };
}

/** As it is kept from now on, in every projector's rows or in none's. */
export function keptAs(kept: KeptEvent, standing: Standing): KeptEvent {
  const { id, line, position, place, own, generation, sum } = kept;
  return { id, line, position, place, own, generation, standing, sum };
}

/**
 * Folds events that these tables have never been given. They must be among the records already, as `folded`. Those that
 * a projector throws on are set aside as `unfoldable`, and a person hears of them.
 */
export async function foldBatch(
  { projectors }: DeviceFolds,
  work: DeviceWork,
  batch: readonly LoggedEvent[],
): Promise<void> {
  if (batch.length === 0) return;
  await setUnfoldable(work, await foldKnowing(projectors, work, batch, (kept) => isCounted(work.meta, kept)));
}

async function setUnfoldable({ records, tables }: DeviceWork, unfoldable: readonly Unfoldable[]): Promise<void> {
  if (unfoldable.length === 0) return;
  const kept = await records.events(unfoldable.map(({ event }) => event));
  await records.putEvents(kept.filter((event) => event !== undefined).map((event) => keptAs(event, 'unfoldable')));
  await noteUnfoldable(tables, unfoldable);
}

/**
 * Folds what only some projectors lack, before anything else: a ruling that follows moves it in the rows of all of them.
 * Those that throw on it go on without it. Returns the ids that are folded so.
 */
export async function foldUnfolded({ projectors }: DeviceFolds, work: DeviceWork): Promise<ReadonlySet<EventId>> {
  const folded = new Set<EventId>();
  const { records, meta } = work;
  const base = meta.base === null ? null : await records.base();
  const baseless = baselessNames(meta);
  for (const { id, projectors: names } of base?.unfolded ?? []) {
    const [kept] = await records.events([id]);
    const event = kept !== undefined && isCounted(meta, kept) ? readSound(kept) : undefined;
    if (kept === undefined || event === undefined) continue;
    const failed: Unfoldable[] = [];
    for (const projector of projectors) {
      if (!names.includes(projector.name) && !baseless.includes(projector.name)) continue;
      failed.push(...(await foldKnowing([projector], work, [toLogged(kept, event)], () => false)));
    }
    const whole = keptAs(kept, kept.standing);
    if (failed.length > 0) {
      await records.putEvents([{ ...whole, without: failed.map(({ projector }) => projector) }]);
      await noteUnfoldable(work.tables, failed);
    } else if (kept.without !== undefined) await records.putEvents([whole]);
    folded.add(id);
  }
  return folded;
}

/** Returns what could not be folded. */
async function foldKnowing(
  projectors: readonly Projector[],
  { records, tables, meta }: DeviceWork,
  batch: readonly LoggedEvent[],
  wasFolded: (kept: KeptEvent) => boolean,
): Promise<readonly Unfoldable[]> {
  const baseless = baselessNames(meta);
  const findFolded: FindFolded = async (ids) =>
    (await records.events(ids)).flatMap((kept) => {
      const event = kept !== undefined && wasFolded(kept) ? readSound(kept) : undefined;
      if (kept === undefined || event === undefined) return [];
      // What only the base holds is in no row of those who stand beside it.
      const without = [...(kept.without ?? []), ...(kept.standing === 'in-base' ? baseless : [])];
      return [{ ...toLogged(kept, event), ...(without.length === 0 ? {} : { without }) }];
    });
  const { folded, unfoldable } = await foldIsolated(tables, batch, projectors, findFolded);
  await noteSetAside(
    tables,
    folded.map(({ event }) => event),
    (ids) => ownAmong(records, ids),
  );
  return unfoldable;
}

export async function ownAmong(records: DeviceRecords, ids: readonly EventId[]): Promise<ReadonlySet<EventId>> {
  const own = new Set<EventId>();
  for (const kept of await records.events(ids)) if (kept?.own === true) own.add(kept.id);
  return own;
}

export interface Refolded {
  readonly parked: number;
  /** Events whose bytes are found damaged; they are marked, and not folded. */
  readonly damaged: readonly KeptEvent[];
}

/**
 * Empties the rows above the base, also the tables of those who made them (`former`), and folds every kept event that
 * belongs there again, by id: the order does not matter (law 3). What awaits a person is brought up to date on the way, not
 * emptied: its bytes are nowhere else. What could not be folded before is tried again.
 */
export async function refold(
  folds: DeviceFolds,
  work: DeviceWork,
  former: readonly ProjectorFold[],
): Promise<Refolded> {
  const { transaction, records, meta } = work;
  const tables = new Set([...former, ...folds.projectors].flatMap((projector) => projector.tables));
  for (const table of [...tables, JUDGEMENTS_TABLE]) await transaction.rows.clear(table);
  await clearUnfoldable(work.tables);
  const unfolded = await foldUnfolded(folds, work);
  const damaged: KeptEvent[] = [];
  let parked = 0;
  let after: EventId | null = null;
  for (;;) {
    const page: KeptEvent[] = await records.eventsAfter(after, REBUILD_EVENTS_MAX);
    const last = page.at(-1);
    if (last === undefined) return { parked, damaged };
    const batch: LoggedEvent[] = [];
    const changed: KeptEvent[] = [];
    for (const kept of page) {
      if (!belongsOnTop(meta, kept) || unfolded.has(kept.id)) continue;
      const event = readSound(kept);
      if (event === undefined) damaged.push({ ...kept, standing: 'damaged' });
      else if (standingOf(folds, event) === 'parked') parked += 1;
      else batch.push(toLogged(kept, event));
      const standing = event === undefined ? 'damaged' : standingOf(folds, event);
      if (standing !== kept.standing || kept.without !== undefined) changed.push(keptAs(kept, standing));
    }
    if (changed.length > 0) await records.putEvents(changed);
    const folded = after;
    const unfoldable = await foldKnowing(folds.projectors, work, batch, (kept) => {
      if (!isCounted(meta, kept)) return false;
      const inBase = meta.base !== null && kept.standing === 'in-base';
      return inBase || unfolded.has(kept.id) || (folded !== null && kept.id <= folded);
    });
    await setUnfoldable(work, unfoldable);
    after = last.id;
  }
}
