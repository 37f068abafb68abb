// Whether an entry follows from the one before it, in its device's chain and in the central chain: recomputed here, from the
// bytes, not taken from anyone's word. Pure.
import type { LogEntry } from '@streamstock/api';
import {
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

/** `before`: the entry of this device with the seq before; undefined where the list has none. */
export function deviceLink(entry: LogEntry, before: LogEntry | undefined): ChainLink {
  const { device, seq, hash } = entry.place;
  const follows = before !== undefined && before.place.device === device && before.place.seq === seq - 1;
  const previous = seq === 1 ? deviceChainStart(sha256, device) : follows ? before.place.hash : null;
  const sound = previous === null ? null : nextDeviceHash(sha256, previous, entry.line) === hash;
  return { previous, hash, sound };
}

/** `before`: the entry one position before. `epoch`: of the history; needed for the very first entry only. */
export function centralLink(entry: LogEntry, before: LogEntry | undefined, epoch: string | undefined): ChainLink {
  const follows = before?.position === entry.position - 1;
  const start = epoch === undefined ? null : centralChainStart(sha256, epoch);
  const previous = entry.position === 1 ? start : follows ? before.hash : null;
  const { id } = readStoredLine(entry.line);
  const sound = previous === null ? null : nextCentralHash(sha256, previous, id, entry.line) === entry.hash;
  return { previous, hash: entry.hash, sound };
}
