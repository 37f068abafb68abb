// Epochs: identities of histories of the central log. A new one begins where the log ends (its base); positions before it
// stay, and its first hash goes on from a link that no other epoch has. Pure: ids and time are arguments.
//
//   epoch 1:  c₀ ─▶ c₁ ─▶ … ─▶ c_p              (c₀ = H(centre, epoch 1))
//   epoch 2:                    c_p ─ ─▶ H(centre, epoch 2, p, c_p) ─▶ c_p₊₁ ─▶ …
//
// 1. `hashAt(p)` never changes. 2. A hash behind a base proves the epoch. 3. An epoch's id is used once.
import { centralChainOn, centralChainStart, type ChainHash } from './chain.ts';
import type { DeviceId } from './id.ts';
import type { Position } from './place.ts';
import type { Sha256 } from './sha256.ts';

/** Why an epoch began: the log did; a backup was put back; a device proved that the log had held more. */
export type EpochCause = 'begun' | 'restored' | 'rolled-back';

export interface EpochBase {
  readonly position: Position;
  /** Central chain hash at `position`. */
  readonly hash: ChainHash;
}

export interface CentralHead {
  readonly epoch: string;
  /** The centre's own log to which rulings go. A new one per epoch. */
  readonly writer: DeviceId;
  /** Where this epoch began. */
  readonly base: EpochBase;
  /** 0: empty. */
  readonly position: Position;
  readonly hash: string;
}

export interface EpochRecord {
  readonly epoch: string;
  /** The centre's own log of this epoch. */
  readonly writer: DeviceId;
  readonly cause: EpochCause;
  readonly beganAtMs: number;
  readonly base: EpochBase;
}

export interface NewEpoch {
  readonly cause: Exclude<EpochCause, 'begun'>;
  readonly nowMs: number;
  /** Absent: made by the log. Never an id of an epoch before. */
  readonly epoch?: string;
  /** A device id that was never registered. */
  readonly writer?: DeviceId;
}

/** The first epoch of a log. */
export function firstEpoch(hash: Sha256, epoch: string, writer: DeviceId, beganAtMs: number): EpochRecord {
  return { epoch, writer, cause: 'begun', beganAtMs, base: { position: 0, hash: centralChainStart(hash, epoch) } };
}

/** The epoch that begins at a log's head. Throws when its id was used before. */
export function nextEpoch(
  head: CentralHead,
  epochs: readonly EpochRecord[],
  { epoch, writer, cause, nowMs }: Required<NewEpoch>,
): EpochRecord {
  if (epochs.some((earlier) => earlier.epoch === epoch)) throw new Error(`There was an epoch ${epoch} before.`);
  return { epoch, writer, cause, beganAtMs: nowMs, base: { position: head.position, hash: head.hash } };
}

/** The head of a log whose last epoch is `epoch`; `last` null: it holds no event. */
export function headOf(epoch: EpochRecord, last: EpochBase | null): CentralHead {
  const { base, writer } = epoch;
  const { position, hash } = last ?? base;
  return { epoch: epoch.epoch, writer, base, position, hash };
}

/** What the next event's central hash goes on from. */
export function linkAtHead(hash: Sha256, head: CentralHead): ChainHash {
  return head.position === head.base.position ? linkAtBase(hash, head.epoch, head.base) : head.hash;
}

/** What the first event of an epoch goes on from. */
export function linkAtBase(hash: Sha256, epoch: string, base: EpochBase): ChainHash {
  const isFirst = base.hash === centralChainStart(hash, epoch);
  return isFirst ? base.hash : centralChainOn(hash, epoch, base);
}
