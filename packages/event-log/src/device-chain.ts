// The device's own chain: what of it is still to be sent, its points, taking another device id, and an event of it whose
// bytes are damaged. Runs inside the caller's transaction; the caller writes the meta it is given back.
import { deviceChainStart, nextDeviceHash } from './chain.ts';
import { isLostDelivered } from './device-fold.ts';
import type { DeviceWork } from './device-reading.ts';
import { isSound } from './kept-event.ts';
import type { LinesLimit, OutboxPart, PlacedLine } from './device-log.ts';
import type { DeviceRecords } from './device-records.ts';
import type { DeviceMeta, KeptEvent, OwnEntry } from './device-storage.ts';
import { utf8Length } from './event-line.ts';
import type { DeviceId, EventId } from './id.ts';
import { noteDamaged } from './needs-attention.ts';
import type { ChainPoint, Hole, Seq } from './place.ts';
import type { Sha256 } from './sha256.ts';

export function compactedTo(hash: Sha256, meta: DeviceMeta): ChainPoint {
  return meta.compactedTo ?? { seq: 0, hash: deviceChainStart(hash, meta.identity.device) };
}

/** The chain's hashes; null where nothing is held. */
export async function hashesIn(
  hash: Sha256,
  meta: DeviceMeta,
  records: DeviceRecords,
  seqs: readonly Seq[],
): Promise<(ChainPoint | null)[]> {
  const entries = await records.own(seqs);
  return seqs.map((seq, index) => {
    if (seq === 0) return { seq, hash: deviceChainStart(hash, meta.identity.device) };
    const known = entries[index]?.hash ?? (meta.compactedTo?.seq === seq ? meta.compactedTo.hash : undefined);
    return known === undefined ? null : { seq, hash: known };
  });
}

export async function outboxPart(
  hash: Sha256,
  meta: DeviceMeta,
  records: DeviceRecords,
  afterSeq: Seq,
  limit: LinesLimit,
): Promise<OutboxPart> {
  const dropped = compactedTo(hash, meta);
  const [before = null] = await hashesIn(hash, meta, records, [afterSeq]);
  if (afterSeq < dropped.seq) {
    const hole: Hole = { fromSeq: afterSeq + 1, toSeq: dropped.seq, hashAfter: dropped.hash, reason: 'compacted' };
    return { before, hole, lines: [] };
  }
  const entries = await records.ownAfter(afterSeq, limit.eventsMax);
  const kept = await records.events(entries.map(({ id }) => id));
  const lines: PlacedLine[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const event = kept[index];
    const { seq } = entry;
    if (event === undefined || entry.damaged === true) {
      const hole: Hole | null =
        lines.length > 0 ? null : { fromSeq: seq, toSeq: seq, hashAfter: entry.hash, reason: 'damaged' };
      return { before, hole, lines };
    }
    bytes += utf8Length(event.line);
    if (bytes > limit.bytesMax && lines.length > 0) break;
    lines.push({ place: { device: meta.identity.device, seq, hash: entry.hash }, line: event.line });
  }
  return { before, hole: null, lines };
}

export interface Rechained {
  readonly meta: DeviceMeta;
  /** Events whose bytes are not what their hash said; they are not in the new chain. */
  readonly damaged: number;
}

/**
 * Takes the device id and re-appends byte for byte what is held of the own log after `commonSeq`, as seq 1… What the
 * disk has changed stays out: new hashes over it would hide the damage for ever.
 */
export async function rechainOwn(hash: Sha256, work: DeviceWork, device: DeviceId, commonSeq: Seq): Promise<Rechained> {
  const { meta, records } = work;
  const tail = await records.allOwnAfter(Math.max(commonSeq, meta.compactedTo?.seq ?? 0));
  const kept = await records.events(tail.map(({ id }) => id));
  const entries: OwnEntry[] = [];
  const events: KeptEvent[] = [];
  let chainHash = deviceChainStart(hash, device);
  let damaged = 0;
  let { needsSnapshot } = meta;
  for (const [index, entry] of tail.entries()) {
    const event = kept[index];
    if (entry.damaged === true) continue;
    if (event === undefined || !isSound(event)) {
      damaged += 1;
      needsSnapshot ||= event !== undefined && isLostDelivered(meta, event);
      if (event !== undefined) await putAside(work, entry, event, 'changed on the disk');
      continue;
    }
    chainHash = nextDeviceHash(hash, chainHash, event.line);
    const seq = entries.length + 1;
    entries.push({ seq, id: entry.id, hash: chainHash });
    events.push({ ...event, place: { device, seq, hash: chainHash } });
  }
  await records.clearOwn();
  await records.putOwn(entries);
  await records.putEvents(events);
  const head = { seq: entries.length, hash: chainHash, lastStamp: meta.head.lastStamp };
  const identity = { ...meta.identity, device };
  const counted = { damaged: meta.damaged + damaged, needsSnapshot };
  return {
    meta: { ...meta, ...counted, identity, head, accepted: null, compactedTo: null, rechainedTo: head.seq },
    damaged,
  };
}

/**
 * Puts an own event before a person and returns the meta with which the caller folds again; null if it is there already, or
 * there is none.
 */
export async function setOwnDamagedAside(work: DeviceWork, seq: Seq, problem: string): Promise<DeviceMeta | null> {
  const { records, meta } = work;
  const [entry] = await records.own([seq]);
  if (entry === undefined || entry.damaged === true) return null;
  await records.putOwn([{ ...entry, damaged: true }]);
  const [kept] = await records.events([entry.id]);
  if (kept !== undefined) await putAside(work, entry, kept, problem);
  const needsSnapshot = meta.needsSnapshot || (kept !== undefined && isLostDelivered(meta, kept));
  return { ...meta, damaged: meta.damaged + 1, needsSnapshot };
}

/**
 * Own events whose sound bytes came back stand in the chain again, if they are what its hash says: a centre that loses them can be
 * sent them.
 */
export async function mendOwn(
  hash: Sha256,
  meta: DeviceMeta,
  records: DeviceRecords,
  ids: readonly EventId[],
): Promise<void> {
  for (const kept of await records.events(ids)) {
    if (kept?.place?.device !== meta.identity.device) continue;
    const { seq } = kept.place;
    const [entry] = await records.own([seq]);
    const [before] = await hashesIn(hash, meta, records, [seq - 1]);
    if (entry?.id !== kept.id || entry.damaged !== true || before === null || before === undefined) continue;
    if (nextDeviceHash(hash, before.hash, kept.line) === entry.hash)
      await records.putOwn([{ seq, id: entry.id, hash: entry.hash }]);
  }
}

async function putAside({ records, tables }: DeviceWork, entry: OwnEntry, kept: KeptEvent, problem: string) {
  await records.putEvents([{ ...kept, standing: 'damaged' }]);
  await noteDamaged(tables, { event: entry.id, seq: entry.seq, bytes: kept.line, problem });
}
