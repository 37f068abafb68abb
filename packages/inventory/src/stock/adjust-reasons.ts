// Why stock is adjusted, and which way each reason moves goods. A reason has one direction: a loss can not raise stock.

/** Where goods of a store are: on the shelf, set aside for an order, or damaged and awaiting a decision. */
export const BUCKETS = ['sellable', 'picked', 'unsellable'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** From where to where goods go; `world` is everything outside this store. */
export interface BucketMove {
  readonly from: Bucket | 'world';
  readonly to: Bucket | 'world';
}

const world = 'world';

/** Reasons are permanent names: they stand in event bytes. */
export const ADJUST_REASONS = {
  /** Broken or soiled on the shelf: can not be sold, awaits a decision. */
  damaged: { from: 'sellable', to: 'unsellable' },
  /** Past its date. */
  expired: { from: 'sellable', to: 'unsellable' },
  /** Can be sold after all. */
  restored: { from: 'unsellable', to: 'sellable' },
  /** Thrown away, after a decision. */
  'written-off': { from: 'unsellable', to: world },
  /** Known to be stolen. */
  stolen: { from: 'sellable', to: world },
  /** Gone, nobody knows how. */
  lost: { from: 'sellable', to: world },
  /** Used by the shop itself. */
  'own-use': { from: 'sellable', to: world },
  /** Given away without a sale. */
  donated: { from: 'sellable', to: world },
  /** Turned up. */
  found: { from: world, to: 'sellable' },
  /** Stock a store starts with, when nothing was counted. */
  opening: { from: world, to: 'sellable' },
  /** Corrections that another system made, taken over as they are. */
  'corrected-up': { from: world, to: 'sellable' },
  'corrected-down': { from: 'sellable', to: world },
} as const satisfies Record<string, BucketMove>;

export type AdjustReason = keyof typeof ADJUST_REASONS;

/** +1: the reason raises what can be sold or thrown away less; −1: it lowers it. A person's signed entry must agree. */
export function adjustDirection(reason: AdjustReason): 1 | -1 {
  const move: BucketMove = ADJUST_REASONS[reason];
  return move.from === world || move.to === 'sellable' ? 1 : -1;
}
