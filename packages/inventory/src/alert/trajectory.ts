// The trajectory of a line: what its shelf held and what could be promised, step by step in effective time, with counts
// and the ends of reservations applied at their own moments. Pure; reading it from tables is line-trajectory.ts.
//
// 1. It is a function of the set of counting events and of `now`, never of their arrival.
// 2. Everything that happens at one time is one step: a pick that uses its reservation is no dip.
// 3. The last step holds the figures that the line's row and its open holds give at `now`.
import type { EventId, HybridTime } from '@streamstock/event-log';
import { compareMoments, type Moment } from '../stock/count-session.ts';

/** What one reservation holds of one line, over time. */
export interface LineHold {
  readonly reservation: EventId;
  readonly from: HybridTime;
  /** null: until it is released. */
  readonly expiresAt: HybridTime | null;
  /** The earliest release; null: none. */
  readonly releasedAt: HybridTime | null;
  readonly quantity: number;
  /** Picks and sales that used it. */
  readonly uses: readonly { readonly at: HybridTime; readonly quantity: number }[];
}

/** A movement of the shelf (0: of another bucket only). */
export interface ShelfMove extends Moment {
  readonly change: number;
}

/** A count in effect: the shelf held `quantity` at its moment. */
export interface ShelfCount extends Moment {
  readonly quantity: number;
}

export interface TrajectoryStep {
  readonly at: HybridTime;
  /** After everything that happened at `at`. */
  readonly sellable: number;
  readonly available: number;
  /** Net change by movements at `at`; what a count found is not in it. */
  readonly moved: number;
  readonly movements: number;
}

export interface Trajectory {
  /** Goods ever moved here or were counted; false: only promises know this line. */
  readonly stocked: boolean;
  /** The steps begin where the line begins. Otherwise something came before them. */
  readonly complete: boolean;
  /** What the line held before the first step, since `at` at the latest; null: nothing, or (incomplete) not known. */
  readonly base: { readonly at: HybridTime; readonly sellable: number; readonly available: number } | null;
  /** By time, one per time. */
  readonly steps: readonly TrajectoryStep[];
}

/** What is known of a line's shelf from some point on. */
export interface ShelfHistory {
  /** By (time, id). */
  readonly moves: readonly ShelfMove[];
  /** By (time, id). */
  readonly counts: readonly ShelfCount[];
  /** null: moves and counts are all there ever were. Otherwise what was held when they begin; `sellable` null: not known. */
  readonly before: { readonly at: HybridTime; readonly sellable: number | null } | null;
}

function endOf({ expiresAt, releasedAt }: LineHold): HybridTime {
  return Math.min(expiresAt ?? Number.POSITIVE_INFINITY, releasedAt ?? Number.POSITIVE_INFINITY);
}

/** What a reservation holds at the end of `at`. */
export function heldAt(hold: LineHold, at: HybridTime): number {
  if (at < hold.from || at >= endOf(hold)) return 0;
  const used = hold.uses.reduce((sum, use) => (use.at <= at ? sum + use.quantity : sum), 0);
  return Math.max(0, hold.quantity - used);
}

/** Times at which what is held changes, as signed changes: expiries only up to `now`. */
function holdChanges(holds: readonly LineHold[], now: HybridTime): Map<HybridTime, number> {
  const changes = new Map<HybridTime, number>();
  for (const known of holds) {
    const hold = known.expiresAt !== null && known.expiresAt > now ? { ...known, expiresAt: null } : known;
    const times = new Set([hold.from, endOf(hold), ...hold.uses.map(({ at }) => at)]);
    let held = 0;
    for (const at of [...times].filter(Number.isFinite).sort((a, b) => a - b)) {
      const next = heldAt(hold, at);
      if (next !== held) changes.set(at, (changes.get(at) ?? 0) + next - held);
      held = next;
    }
  }
  return changes;
}

interface ShelfStep {
  readonly at: HybridTime;
  readonly sellable: number;
  readonly moved: number;
  readonly movements: number;
}

/** Moves and counts in one order, one step per time. Without a start level the steps begin at the first count. */
function shelfSteps({ moves, counts, before }: ShelfHistory): ShelfStep[] {
  const steps: ShelfStep[] = [];
  let level: number | null = before === null ? 0 : before.sellable;
  let nextMove = 0;
  let nextCount = 0;
  while (nextMove < moves.length || nextCount < counts.length) {
    const at = Math.min(moves[nextMove]?.at ?? Infinity, counts[nextCount]?.at ?? Infinity);
    let moved = 0;
    let movements = 0;
    while (moves[nextMove]?.at === at || counts[nextCount]?.at === at) {
      const move = moves[nextMove];
      const count = counts[nextCount];
      if (count?.at === at && (move?.at !== at || compareMoments(count, move) < 0)) {
        level = count.quantity;
        nextCount += 1;
      } else if (move !== undefined) {
        if (level !== null) level += move.change;
        moved += move.change;
        movements += move.change === 0 ? 0 : 1;
        nextMove += 1;
      }
    }
    if (level !== null) steps.push({ at, sellable: level, moved, movements });
  }
  return steps;
}

/** Joins a line's shelf with what is held of it. `now`: which expiries have come. */
export function trajectoryOf(
  shelf: ShelfHistory,
  holds: readonly LineHold[],
  now: HybridTime,
  stocked = true,
): Trajectory {
  const onShelf = shelfSteps(shelf);
  const changes = holdChanges(holds, now);
  const { before } = shelf;
  // Where the start level is not known, nothing before the first count is.
  const knownFrom = before === null ? -1 : before.sellable === null ? (onShelf[0]?.at ?? before.at) - 1 : before.at;
  let reserved = 0;
  for (const [at, change] of changes) if (at <= knownFrom) reserved += change;
  const base =
    before === null || before.sellable === null
      ? null
      : { at: before.at, sellable: before.sellable, available: before.sellable - reserved };
  const shelfAt = new Map(onShelf.map((step) => [step.at, step]));
  const times = [...new Set([...shelfAt.keys(), ...changes.keys()])].filter((at) => at > knownFrom);
  let sellable = base?.sellable ?? 0;
  const steps = times
    .sort((a, b) => a - b)
    .map((at): TrajectoryStep => {
      const step = shelfAt.get(at);
      sellable = step?.sellable ?? sellable;
      reserved += changes.get(at) ?? 0;
      return { at, sellable, available: sellable - reserved, moved: step?.moved ?? 0, movements: step?.movements ?? 0 };
    });
  return { stocked, complete: before === null, base, steps };
}
