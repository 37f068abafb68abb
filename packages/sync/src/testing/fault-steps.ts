// What can happen in a simulated history, step by step: work, and what goes wrong. Plain data.
import type { RestoredBy } from './sim-centre.ts';
import type { Block } from './sim-network.ts';

/** `device` is an index into the devices there are by then (it wraps around). Durations are virtual. */
export type Step = { readonly atMs: number } & Happening;

export type Happening =
  // Work
  | {
      readonly kind: 'move';
      readonly device: number;
      readonly key: string;
      readonly amount: number;
      /** So many events, one commit each. */
      readonly times?: number;
      /** A store's number, or all; absent: the maker's store. */
      readonly audience?: number | 'all';
      readonly poison?: true;
    }
  /** What only the newer app understands; from an older one it is a move. */
  | {
      readonly kind: 'nudge';
      readonly device: number;
      readonly key: string;
      readonly amount: number;
      readonly audience?: number | 'all';
    }
  /** Reverses the event saved so many before the latest. */
  | { readonly kind: 'reverse'; readonly device: number; readonly back: number }
  // The network
  | { readonly kind: 'cut'; readonly device: number }
  | { readonly kind: 'block'; readonly device: number; readonly way: Block; readonly forMs: number }
  | { readonly kind: 'partition'; readonly forMs: number }
  // Machines. `steps`: crashes at that step of the writes to come; `again`: and once more so many steps into its recovery.
  | { readonly kind: 'crash'; readonly device: number; readonly forMs: number }
  | {
      readonly kind: 'crashInWrite';
      readonly device: number;
      readonly steps: number;
      readonly forMs: number;
      readonly again?: number;
    }
  | { readonly kind: 'centreCrash'; readonly forMs: number }
  | { readonly kind: 'centreCrashInWrite'; readonly steps: number; readonly forMs: number; readonly again?: number }
  | { readonly kind: 'restart'; readonly forMs: number }
  | { readonly kind: 'diskFull'; readonly device: number; readonly forMs: number }
  | { readonly kind: 'centreDiskFull'; readonly forMs: number }
  | { readonly kind: 'setClock'; readonly device: number; readonly byMs: number }
  // Tabs. `closes`: which of the two is closed, and when.
  | { readonly kind: 'twin'; readonly device: number; readonly closes: 'old' | 'new'; readonly forMs: number }
  | { readonly kind: 'freeze'; readonly device: number; readonly forMs: number }
  // Copies of disks
  | { readonly kind: 'clone'; readonly device: number }
  /** A copy is made now and put back later. */
  | { readonly kind: 'rollBack'; readonly device: number; readonly afterMs: number }
  | { readonly kind: 'wipe'; readonly device: number }
  /** In the own event that was saved so many before the latest. */
  | { readonly kind: 'flipBit'; readonly device: number; readonly back: number; readonly bit: number }
  // What an app does now and then
  | { readonly kind: 'compact'; readonly device: number; readonly olderThanMs: number }
  | { readonly kind: 'upgrade'; readonly device: number }
  // The centre's operator
  /** A file of each store, cut at the head of then. */
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'revoke'; readonly device: number }
  /** On the poison event saved so many before the latest, or on any. */
  | {
      readonly kind: 'rule';
      readonly type: 'EventAdmitted' | 'EventVoided';
      readonly back: number;
    }
  /** A backup is made now and put back later. */
  | { readonly kind: 'restore'; readonly afterMs: number; readonly by: RestoredBy; readonly forMs: number };

export type StepKind = Step['kind'];
/** What happens to a chain that is not work. */
export type FaultKind = Exclude<StepKind, WorkKind>;
export type WorkKind = 'move' | 'nudge' | 'reverse';

export const FAULT_KINDS = [
  'cut',
  'block',
  'partition',
  'crash',
  'crashInWrite',
  'centreCrash',
  'centreCrashInWrite',
  'restart',
  'diskFull',
  'centreDiskFull',
  'setClock',
  'twin',
  'freeze',
  'clone',
  'rollBack',
  'wipe',
  'flipBit',
  'compact',
  'upgrade',
  'snapshot',
  'revoke',
  'rule',
  'restore',
] as const satisfies readonly FaultKind[];
