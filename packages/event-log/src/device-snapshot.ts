// Taking in a snapshot: staged page by page in transactions of their own, then put under the rows in one. Runs inside the
// caller's transaction; the caller writes the meta it is given back.
//
//   nothing staged ──begin──▶ staged (0…n pages) ──add──▶ complete ──install──▶ base, generation + 1
//                               ▲ begin, same id: goes on     │ chain or cursor is another one since: dropped (stale)
//                               └ begin, other id: dropped, begun anew
//
// 1. A staged page is on the disk before it is counted as held; a crash anywhere goes on with the pages held.
// 2. Installing copies no page: the staged ones become the base where they are.
// 3. After installing, an event's contribution is in the base, or folded on top, or comes by cursor; never in two of them:
//    own events that the base lacks are folded here, events behind the cursor when they are delivered.
import {
  foldBatch,
  foldsOf,
  foldUnfolded,
  keptAs,
  ownAmong,
  standingOf,
  toLogged,
  type DeviceFolds,
} from './device-fold.ts';
import type { DeviceWork } from './device-reading.ts';
import { readSound } from './kept-event.ts';
import { hashesIn } from './device-chain.ts';
import { deliver, readDelivered } from './device-frame.ts';
import type { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, DeviceTransaction, HeldPage, KeptEvent, StagedSnapshot } from './device-storage.ts';
import { parseEventLine } from './event.ts';
import { utf8Length } from './event-line.ts';
import { lineSum } from './line-sum.ts';
import { clearUnfoldable, renewSetAside } from './needs-attention.ts';
import { sameCursor, type AcceptedMark, type ChainPoint, type Cursor } from './place.ts';
import { JUDGEMENTS_TABLE, type LoggedEvent, type Projector } from './projection.ts';
import type { Sha256 } from './sha256.ts';
import {
  pageProblem,
  pagesProblem,
  SNAPSHOT_PAGES_PER_CALL_MAX,
  SnapshotHeader,
  SnapshotRefused,
  type SnapshotPage,
  type SnapshotPageHead,
} from './snapshot.ts';
import { sortableNumber } from './tables.ts';

/** Own events folded at a time while installing. */
const INSTALL_EVENTS_MAX = 500;

/** Reads a header from outside. Throws `SnapshotRefused`. */
export function readSnapshotHeader(header: SnapshotHeader): SnapshotHeader {
  const parsed = SnapshotHeader.safeParse(header);
  const problem = parsed.success ? pagesProblem(parsed.data.pages) : 'It has another shape.';
  if (parsed.success && problem === undefined) return parsed.data;
  throw new SnapshotRefused('unreadable', `The centre's snapshot can not be read: ${problem ?? ''}`);
}

/** Returns how many of its pages are here. */
export async function stageSnapshot(
  records: DeviceRecords,
  transaction: DeviceTransaction,
  meta: DeviceMeta,
  header: SnapshotHeader,
): Promise<number> {
  const { store } = meta.identity;
  if (header.store !== store) {
    throw new SnapshotRefused('other-store', `This is a snapshot of ${header.store}, not of ${store}.`);
  }
  const staged = await records.staged();
  const base = meta.base?.id === header.id ? await records.base() : null;
  // Asked for again under the same id: its pages are the same, what it says of this device's log may have changed.
  const sums = staged?.header.id === header.id ? staged.sums : (base?.pages ?? []).map(({ sum }) => sum);
  if (staged !== null && staged.header.id !== header.id) await dropStaged(records, transaction, meta);
  await records.putStaged({ header, sums });
  return sums.length;
}

/** Forgets the snapshot on its way; its pages stay only if they are also the base's. */
export async function dropStaged(
  records: DeviceRecords,
  transaction: DeviceTransaction,
  meta: DeviceMeta,
): Promise<boolean> {
  const staged = await records.staged();
  if (staged === null) return false;
  if (staged.header.id !== meta.base?.id) await transaction.pages.clear(staged.header.id);
  await records.deleteStaged();
  return true;
}

/** A page that is what its head says. */
interface CheckedPage extends SnapshotPage {
  readonly sum: number;
}

/** Reads pages from outside whole, before any transaction opens. Throws `SnapshotRefused`. */
export function checkPages({ header }: StagedSnapshot, pages: readonly SnapshotPage[]): CheckedPage[] {
  if (pages.length > SNAPSHOT_PAGES_PER_CALL_MAX) {
    throw new RangeError(`At most ${SNAPSHOT_PAGES_PER_CALL_MAX} pages are taken at once.`);
  }
  return pages.map(({ index, text }) => {
    const head = header.pages[index];
    if (head === undefined) throw new SnapshotRefused('unreadable', `The snapshot has no page ${index}.`);
    const sum = lineSum(text);
    const problem = sum === head.sum ? undefined : readingProblem(text, head);
    if (problem !== undefined) throw new SnapshotRefused('unreadable', `Page ${index} of the snapshot ${problem}.`);
    return { index, text, sum };
  });
}

/** Why a text is not the page that its head speaks of, from reading all of it. */
function readingProblem(text: string, head: SnapshotPageHead): string | undefined {
  if (head.sum !== undefined) return 'was changed on its way';
  return utf8Length(text) === head.bytes ? pageProblem(text, head) : 'has another length than its head says';
}

export async function addPages(
  records: DeviceRecords,
  transaction: DeviceTransaction,
  id: string,
  pages: readonly CheckedPage[],
): Promise<void> {
  const { sums } = await stagedOf(records, id);
  const next = pages.filter(({ index }) => index >= sums.length);
  const gap = next.find(({ index }, offset) => index !== sums.length + offset);
  if (gap !== undefined) {
    throw new SnapshotRefused('unreadable', `Page ${gap.index} of the snapshot came before page ${sums.length}.`);
  }
  if (next.length === 0) return;
  await transaction.pages.putMany(
    id,
    next.map(({ index, text }) => ({ key: sortableNumber(index), value: text })),
  );
  await records.putStagedSums([...sums, ...next.map(({ sum }) => sum)]);
}

export async function stagedOf(records: DeviceRecords, id: string): Promise<StagedSnapshot> {
  const staged = await records.staged();
  if (staged?.header.id === id) return staged;
  throw new SnapshotRefused('not-staged', 'This snapshot is not on its way to this device any more. Ask for it again.');
}

/** A snapshot that may be installed: complete, and still about this device. `stale` otherwise; null: it is the base. */
export async function readyToInstall(
  hash: Sha256,
  records: DeviceRecords,
  meta: DeviceMeta,
  id: string,
  over: Cursor | null | undefined,
): Promise<StagedSnapshot | 'stale' | null> {
  if (meta.base?.id === id && (await records.staged())?.header.id !== id) return null;
  const staged = await stagedOf(records, id);
  const { header, sums } = staged;
  if (sums.length < header.pages.length) {
    throw new SnapshotRefused('incomplete', `${sums.length} of ${header.pages.length} pages of the snapshot are here.`);
  }
  if (over !== undefined && !sameCursor(meta.cursor, over)) return 'stale';
  const { accepted } = header.own;
  // Not pushed under its new id yet, and perhaps in the base by its old one: nobody can tell what belongs on top.
  if (accepted.seq < (meta.rechainedTo ?? 0)) return 'stale';
  // Another tab is on its way out of this history: the mark of the new one must not go.
  const isLeaving = meta.accepted !== null && meta.accepted.epoch !== meta.cursor?.epoch;
  if (isLeaving && header.cursor.epoch === meta.cursor?.epoch) return 'stale';
  const [point] = await hashesIn(hash, meta, records, [accepted.seq]);
  // The start of a chain tells its device: after a fork, or paired again, no point of it is this chain's.
  const isOfThisChain =
    point === null || point === undefined ? isCompacted(meta, accepted) : point.hash === accepted.hash;
  return isOfThisChain ? staged : 'stale';
}

function isCompacted(meta: DeviceMeta, { seq }: Pick<ChainPoint, 'seq'>): boolean {
  return seq < (meta.compactedTo?.seq ?? 0);
}

/** The state of the log on the new base; nothing is folded yet. */
export async function changeBase(
  { transaction, records, meta }: Omit<DeviceWork, 'tables'>,
  projectors: readonly Projector[],
  { header, sums }: StagedSnapshot,
): Promise<DeviceMeta> {
  for (const table of new Set([...meta.folds, ...projectors].flatMap(({ tables }) => tables))) {
    await transaction.rows.clear(table);
  }
  await transaction.rows.clear(JUDGEMENTS_TABLE);
  if (meta.base !== null && meta.base.id !== header.id) await transaction.pages.clear(meta.base.id);
  const pages = header.pages.map((head, index): HeldPage => ({ ...head, sum: sums[index] ?? 0 }));
  const unfolded = header.unfolded.flatMap(({ line, projectors: lacking }) => {
    const parsed = parseEventLine(line);
    return parsed.ok ? [{ id: parsed.event.id, projectors: lacking ?? projectors.map(({ name }) => name) }] : [];
  });
  await records.putBase({ id: header.id, pages, unfolded });
  await records.deleteStaged();
  return {
    ...meta,
    generation: meta.generation + 1,
    base: { id: header.id, position: header.cursor.position },
    folds: foldsOf(projectors),
    needsSnapshot: false,
    cursor: header.cursor,
    accepted: newestMark(meta, header.own.accepted),
    parked: 0,
  };
}

/** A mark inside the compacted stretch can not be compared with this chain, so it is not kept. */
function newestMark(meta: DeviceMeta, told: AcceptedMark): AcceptedMark | null {
  const { accepted } = meta;
  const isSameEpoch = accepted !== null && accepted.epoch === told.epoch;
  if (isSameEpoch && accepted.seq >= told.seq) return accepted;
  if (isCompacted(meta, told)) return isSameEpoch ? accepted : null;
  return told;
}

/** Folds on top of the new base what it lacks. Returns how many events are parked. */
export async function foldOnBase(folds: DeviceFolds, work: DeviceWork, header: SnapshotHeader): Promise<number> {
  const { records, tables } = work;
  await clearUnfoldable(tables);
  const unfolded = await deliver(folds, work, header.unfolded.map(readDelivered), null);
  await foldUnfolded(folds, work);
  const behind = await records.allOwnAfter(header.own.accepted.seq);
  const notIn = (await records.own(header.own.notIn)).filter((entry) => entry !== undefined);
  const ids = [...new Set([...notIn, ...behind].map(({ id }) => id))];
  let parked = 0;
  for (let start = 0; start < ids.length; start += INSTALL_EVENTS_MAX) {
    const batch: LoggedEvent[] = [];
    const kept: KeptEvent[] = [];
    for (const held of await records.events(ids.slice(start, start + INSTALL_EVENTS_MAX))) {
      const event = held === undefined ? undefined : readSound(held);
      if (held === undefined || event === undefined) continue;
      const standing = standingOf(folds, event);
      // Where it stands in this history, its delivery will say: it lies behind the base.
      kept.push({ ...keptAs(held, standing), position: null, generation: work.meta.generation });
      if (standing === 'parked') parked += 1;
      else batch.push(toLogged(held, event));
    }
    await records.putEvents(kept);
    await foldBatch(folds, work, batch);
  }
  const [any] = await records.eventsAfter(null, 1);
  if (any !== undefined) await renewSetAside(tables, (asked) => ownAmong(records, asked));
  return parked + unfolded.parked;
}
