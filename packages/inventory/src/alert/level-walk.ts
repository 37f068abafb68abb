// When a condition on a line began, read off its trajectory. Two kinds of conditions: a level with a margin (raised on one
// side, ended only beyond the margin on the other, in between as it was) and a rapid fall within an hour. Pure.
//
//            raised(value)                       A level's states. `unknown` only where the trajectory begins in the
//   closed ────────────────► open                middle: what came before could have left it either way.
//     ▲  ◄──────────────────  │                  1. The state at a time is a function of the steps up to it.
//     │      ended(value)     │ neither: stays   2. `since` is the step that raised it, also if it was raised again
//   unknown ─────────────────►┘                     and again without ending in between.
import { STAMPS_PER_MS, type HybridTime } from '@streamstock/event-log';
import type { Trajectory } from './trajectory.ts';

/** Raised and ended exclude each other; where neither holds the state stays as it is. */
export interface Level {
  readonly value: 'sellable' | 'available';
  readonly raised: (quantity: number) => boolean;
  readonly ended: (quantity: number) => boolean;
}

/** A condition that holds at the end of the trajectory, or null. `settled`: nothing before the trajectory could change it. */
export interface Condition {
  readonly since: HybridTime | null;
  readonly settled: boolean;
}

const CLOSED: Condition = { since: null, settled: true };

/** Whether a level is open at the end, and since when. */
export function walkLevel({ complete, base, steps }: Trajectory, level: Level): Condition {
  let state: Condition = { since: null, settled: complete };
  const take = (at: HybridTime, quantity: number): void => {
    if (level.raised(quantity)) {
      // Not known to have been closed: it may be open since before.
      if (state.since === null) state = { since: at, settled: state.settled };
    } else if (level.ended(quantity)) state = CLOSED;
  };
  if (base !== null) take(base.at, base[level.value]);
  for (const step of steps) take(step.at, step[level.value]);
  return state;
}

/** The span in which a fall counts as rapid. */
export const DEPLETION_SPAN: HybridTime = 60 * 60 * 1_000 * STAMPS_PER_MS;

/** What moved within the hour before a time. */
export interface Depletion {
  /** Net, downwards. */
  readonly decrease: number;
  /** What there would have been at the start of the hour, reckoned back from the level. */
  readonly from: number;
  readonly movements: number;
}

function isRapid({ decrease, from, movements }: Depletion, movementsMin: number): boolean {
  return movements >= movementsMin && from > 0 && decrease * 10 > from * 3;
}

/** Whether the shelf is falling rapidly at `now`, since when without a break, and by how much. */
export function walkDepletion(
  { complete, base, steps }: Trajectory,
  movementsMin: number,
  now: HybridTime,
): Condition & { readonly depletion: Depletion | null } {
  const knownFrom = complete ? -Infinity : (base?.at ?? steps[0]?.at ?? Infinity);
  const last = Math.max(now, steps.at(-1)?.at ?? 0);
  const times = new Set<HybridTime>();
  for (const { at, movements } of steps) {
    times.add(at);
    // A fall is over when it lies an hour back, although nothing happens then.
    if (movements > 0) times.add(at + DEPLETION_SPAN);
  }
  let state: Condition & { readonly depletion: Depletion | null } = { since: null, settled: complete, depletion: null };
  let [entering, leaving, decrease, movements] = [0, 0, 0, 0];
  let sellable = base?.sellable ?? 0;
  for (const at of [...times].sort((a, b) => a - b)) {
    if (at > last) break;
    for (let step = steps[entering]; step !== undefined && step.at <= at; step = steps[(entering += 1)]) {
      decrease -= step.moved;
      movements += step.movements;
      sellable = step.sellable;
    }
    for (
      let step = steps[leaving];
      step !== undefined && step.at <= at - DEPLETION_SPAN;
      step = steps[(leaving += 1)]
    ) {
      decrease += step.moved;
      movements -= step.movements;
    }
    if (at - DEPLETION_SPAN < knownFrom) continue;
    const depletion = { decrease, from: sellable + decrease, movements };
    if (isRapid(depletion, movementsMin)) {
      state = { since: state.since ?? at, settled: state.settled, depletion };
    } else state = { ...CLOSED, depletion: null };
  }
  return state;
}
