// What is known of an event before it is judged, and what becomes of what a device submits. Shapes only, for those who judge.
import type { LineProblem } from './event.ts';
import type { EventLine } from './event-line.ts';
import type { DeviceId } from './id.ts';
import type { ChainPoint, Hole, Seq } from './place.ts';

/** An event the centre holds: its bytes, and where it came from. */
export interface KnownEvent {
  readonly line: EventLine;
  /** The device of its first place; null: handed back, and not pushed by its maker yet. */
  readonly device: DeviceId | null;
  /** It was set aside for no other reason than that a device of another store handed it back. */
  readonly setAsideAsResupplied: boolean;
}

export type PushOutcome =
  /**
   * Everything up to `mark` is committed. `filled`: holes whose lines came after all; absent: none. `lost`: of a push that ends in
   * front of the mark, so that somebody else wrote under this id: what the log lost by damage, by seq; absent: nothing.
   */
  | {
      readonly kind: 'accepted';
      readonly mark: ChainPoint;
      readonly appended: number;
      readonly known: number;
      readonly filled?: readonly Hole[];
      readonly lost?: readonly Hole[];
    }
  /** Lines between `mark` and the push are missing: send again from mark.seq + 1. */
  | { readonly kind: 'gap'; readonly mark: ChainPoint }
  /** The device's chain is not the one the centre holds under this id. */
  | { readonly kind: 'forked'; readonly mark: ChainPoint }
  /** `seq`: the first line that can not be what its chain says (bytes changed on the way or on the disk). */
  | {
      readonly kind: 'damaged';
      readonly mark: ChainPoint;
      readonly seq: Seq;
      readonly problem: LineProblem | { readonly kind: 'hash-differs' };
    }
  /** The answer to a resupply. `refused`: no events, rulings without the centre's seal, other bytes under a known id. */
  | { readonly kind: 'resupplied'; readonly appended: number; readonly known: number; readonly refused: number }
  /** `holes`: its log has as many holes as there may be. */
  | { readonly kind: 'refused'; readonly reason: 'unknown-device' | 'revoked' | 'holes' };
