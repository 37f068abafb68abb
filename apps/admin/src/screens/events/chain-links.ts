// Whether an entry follows from the one before it, in its device's chain and in the central chain: recomputed here, from the
// bytes, not taken from anyone's word. Pure.
import type { Epoch, LogEntry } from '@streamstock/api';
import {
  centralChainOn,
  centralChainStart,
  deviceChainStart,
  nextCentralHash,
  nextDeviceHash,
  readStoredLine,
  sha256,
  type ChainHash,
} from '@streamstock/event-log';

export interface ChainLink {
  /** The hash before; null when the entry before is not at hand. */
  readonly previous: ChainHash | null;
  readonly hash: ChainHash;
  /** null: could not be checked. */
  readonly sound: boolean | null;
}

/**
 * `before`: the entry of this device with the seq before; undefined where the list has none. null: the entry stands in no
 * device's chain yet.
 */
export function deviceLink(entry: LogEntry, before: LogEntry | undefined): ChainLink | null {
  if (entry.place === null) return null;
  const { device, seq, hash } = entry.place;
  const placeBefore = before?.place ?? undefined;
  const follows = placeBefore?.device === device && placeBefore.seq === seq - 1;
  const previous = seq === 1 ? deviceChainStart(sha256, device) : follows ? placeBefore.hash : null;
  const sound = previous === null ? null : nextDeviceHash(sha256, previous, entry.line) === hash;
  return { previous, hash, sound };
}

/** `before`: the entry one position before. `epochs`: of the history, latest first; an epoch's first entry goes on from its link. */
export function centralLink(
  entry: LogEntry,
  before: LogEntry | undefined,
  epochs: readonly Pick<Epoch, 'epoch' | 'cause' | 'position'>[],
): ChainLink {
  const position = entry.position - 1;
  const hash = before?.position === position ? before.hash : undefined;
  const begun = epochs.find((epoch) => epoch.position === position);
  const previous = linkBefore(begun, position, hash);
  const { id } = readStoredLine(entry.line);
  const sound = previous === null ? null : nextCentralHash(sha256, previous, id, entry.line) === entry.hash;
  return { previous, hash: entry.hash, sound };
}

/** What the hash goes on from; null: not at hand. The hash at an epoch's base stays, what follows goes on from the epoch's link. */
function linkBefore(
  begun: Pick<Epoch, 'epoch' | 'cause'> | undefined,
  position: number,
  hash: ChainHash | undefined,
): ChainHash | null {
  if (begun?.cause === 'begun') return centralChainStart(sha256, begun.epoch);
  // An epoch that began before anything happened goes on from the first epoch's start, which only the log knows.
  if (hash === undefined) return null;
  return begun === undefined ? hash : centralChainOn(sha256, begun.epoch, { position, hash });
}
