// What a device may forget: bytes that are old, that the base holds, and, where they are its own, that the centre has
// accepted. Runs inside the caller's transactions, a bounded part at a time.
import { readSound } from './kept-event.ts';
import type { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, KeptEvent, OwnEntry } from './device-storage.ts';
import { msFromHybridTime } from './hybrid-time.ts';
import type { EventId } from './id.ts';

/** Events looked at in one transaction: what is sold meanwhile waits no longer than for a frame. */
export const COMPACT_EVENTS_MAX = 500;

/**
 * The base holds what it contributes, and nothing above asks for it: what was folded on top, and the targets of rulings
 * that were, are needed to fold again. An own event of an older generation is in the base, or it would have been folded
 * on top when that was installed.
 */
function isCovered(meta: DeviceMeta, kept: KeptEvent): boolean {
  const { base } = meta;
  if (base === null || kept.generation === meta.generation) return false;
  return isInChain(meta, kept) || (kept.position !== null && kept.position <= base.position);
}

function isInChain(meta: DeviceMeta, kept: KeptEvent): boolean {
  return kept.own && kept.place?.device === meta.identity.device;
}

/** Of bytes that can not be read nothing tells the age: as old as their neighbours. */
function isOld(kept: KeptEvent, beforeMs: number): boolean {
  const event = readSound(kept);
  return event === undefined || msFromHybridTime(event.recordedAt) < beforeMs;
}

export interface OwnCompaction {
  readonly meta: DeviceMeta;
  readonly events: number;
  readonly ownEntries: number;
}

/** Drops the next part of the own chain's beginning. */
export async function compactOwn(records: DeviceRecords, meta: DeviceMeta, beforeMs: number): Promise<OwnCompaction> {
  const nothing = { meta, events: 0, ownEntries: 0 };
  const { accepted, base, cursor } = meta;
  if (base === null || accepted === null || accepted.epoch !== cursor?.epoch) return nothing;
  const entries = await records.ownAfter(meta.compactedTo?.seq ?? 0, COMPACT_EVENTS_MAX);
  const kept = await records.events(entries.map(({ id }) => id));
  const dropped: OwnEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const event = kept[index];
    if (entry.seq > accepted.seq) break;
    const mayGo =
      event === undefined ||
      (((entry.damaged === true && event.standing === 'damaged') || isCovered(meta, event)) && isOld(event, beforeMs));
    if (!mayGo) break;
    dropped.push(entry);
  }
  const last = dropped.at(-1);
  if (last === undefined) return nothing;
  await records.deleteOwn(dropped.map(({ seq }) => seq));
  await records.deleteEvents(dropped.map(({ id }) => id));
  const events = kept.slice(0, dropped.length).filter((event) => event !== undefined).length;
  return { meta: { ...meta, compactedTo: { seq: last.seq, hash: last.hash } }, events, ownEntries: dropped.length };
}

export interface ReceivedCompaction {
  readonly events: number;
  /** Where to go on; null: all were looked at. */
  readonly after: EventId | null;
}

/** Drops received events, and own ones of chains before this, among the next ones by id. */
export async function compactReceived(
  records: DeviceRecords,
  meta: DeviceMeta,
  beforeMs: number,
  after: EventId | null,
): Promise<ReceivedCompaction> {
  const page = await records.eventsAfter(after, COMPACT_EVENTS_MAX);
  const gone = page.filter((kept) => !isInChain(meta, kept) && isCovered(meta, kept) && isOld(kept, beforeMs));
  if (gone.length > 0) await records.deleteEvents(gone.map(({ id }) => id));
  return { events: gone.length, after: page.length < COMPACT_EVENTS_MAX ? null : (page.at(-1)?.id ?? null) };
}
