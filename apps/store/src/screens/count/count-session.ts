// One person's count of one area: which lines were counted, how many, which one is in hand, and what leaving a line must
// write. Pure; the device writes, the screen words.
//
//   ┌─────────────┐  scan, type, step, "None on shelf"   ┌───────────────┐  leave   ┌─────────────┐
//   │ not counted │ ───────────────────────────────────▶ │ tally, unsaid │ ───────▶ │ tally, said │
//   └─────────────┘ ◀─────────────────────────────────── └───────────────┘          └─────────────┘
//          ▲               clear (before it was said)            ▲     scan, type, step    │
//          └── clear, then leave: the observation is reversed ───┴─────────────────────────┘
//
// 1. Not counted, counted 0 and counted n are three things: clearing never writes 0, and 0 is only ever said on purpose.
// 2. A line is said (StockCounted) when it is left, and again when it is left with another tally.
// 3. What was said and then cleared is taken back by a reversal, not by another figure.
import { LINE_QUANTITY_MAX } from '../../documents/lines.ts';

export interface Observation {
  /** Id of the StockCounted event. */
  readonly event: string;
  readonly quantity: number;
  /** The session's first event about this line: what was on the shelf before it is what the count is compared with. */
  readonly firstEvent: string;
  /** What the device thought was on the shelf just before that; for the list. The review works it out from the journal. */
  readonly expected: number;
}

export interface CountLine {
  /** This person's tally, in the item's smallest unit; null = not counted. */
  readonly tally: number | null;
  /** What was last written to the log; null = nothing, or it was reversed. */
  readonly said: Observation | null;
}

/** Which lines are on the list. A scan of anything else is counted too. */
export type CountScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'category'; readonly category: string }
  | { readonly kind: 'items'; readonly items: readonly string[] };

export interface CountSession {
  readonly session: string;
  readonly area: string;
  readonly scope: CountScope;
  /** No expected figure and no difference until Review. */
  readonly blind: boolean;
  readonly startedAtMs: number;
  readonly lines: ReadonlyMap<string, CountLine>;
  readonly inHand: string | null;
}

export type CountAction =
  | { readonly kind: 'take-in-hand'; readonly item: string | null }
  /** A code was scanned: adds its pack to the item's tally and takes the line in hand. */
  | { readonly kind: 'scan'; readonly item: string; readonly pack: number }
  | { readonly kind: 'step'; readonly by: number }
  /** Typed: replaces the tally. */
  | { readonly kind: 'type'; readonly quantity: number }
  | { readonly kind: 'none-on-shelf' }
  | { readonly kind: 'clear' };

const NOT_COUNTED: CountLine = { tally: null, said: null };

export type CountOutcome =
  | {
      readonly ok: true;
      readonly session: CountSession;
      /** The line that was just left. */ readonly left: string | null;
    }
  | { readonly ok: false; readonly refusal: 'quantity-too-large' };

export function countLineOf(session: CountSession, item: string): CountLine {
  return session.lines.get(item) ?? NOT_COUNTED;
}

export function changeCount(session: CountSession, action: CountAction): CountOutcome {
  switch (action.kind) {
    case 'take-in-hand':
      return taken(session, action.item);
    case 'scan': {
      const tally = (countLineOf(session, action.item).tally ?? 0) + action.pack;
      const moved = taken(session, action.item);
      return tally > LINE_QUANTITY_MAX
        ? { ok: false, refusal: 'quantity-too-large' }
        : { ...moved, session: withTally(moved.session, action.item, tally) };
    }
    case 'step':
      return inHand(session, (line) => Math.max(0, (line.tally ?? 0) + action.by), action.by < 0);
    case 'type':
      return inHand(session, () => action.quantity);
    case 'none-on-shelf':
      return inHand(session, () => 0);
    case 'clear':
      return inHand(session, () => null);
  }
}

function taken(
  session: CountSession,
  item: string | null,
): { readonly ok: true; readonly session: CountSession; readonly left: string | null } {
  if (item === session.inHand) return { ok: true, session, left: null };
  return { ok: true, session: { ...session, inHand: item }, left: session.inHand };
}

/** `needsTally`: a step down from "not counted" is no observation. */
function inHand(session: CountSession, tallyOf: (line: CountLine) => number | null, needsTally = false): CountOutcome {
  if (session.inHand === null) return { ok: true, session, left: null };
  const line = countLineOf(session, session.inHand);
  if (needsTally && line.tally === null) return { ok: true, session, left: null };
  const tally = tallyOf(line);
  if (tally !== null && tally > LINE_QUANTITY_MAX) return { ok: false, refusal: 'quantity-too-large' };
  return { ok: true, session: withTally(session, session.inHand, tally), left: null };
}

function withTally(session: CountSession, item: string, tally: number | null): CountSession {
  return withLine(session, item, { ...countLineOf(session, item), tally });
}

function withLine(session: CountSession, item: string, line: CountLine): CountSession {
  const lines = new Map(session.lines);
  if (line.tally === null && line.said === null) lines.delete(item);
  else lines.set(item, line);
  return { ...session, lines };
}

/** What leaving the line must write, or null when the log already says it. */
export type Saying =
  | { readonly kind: 'count'; readonly quantity: number }
  | { readonly kind: 'reverse'; readonly event: string };

export function sayingOf(session: CountSession, item: string): Saying | null {
  const { tally, said } = countLineOf(session, item);
  if (tally === null) return said === null ? null : { kind: 'reverse', event: said.event };
  return said?.quantity === tally ? null : { kind: 'count', quantity: tally };
}

/** The session after the saying was committed. `said` null: reversed. */
export function withSaid(session: CountSession, item: string, said: Observation | null): CountSession {
  return withLine(session, item, { ...countLineOf(session, item), said });
}

/** Lines whose tally the log does not have yet; all of them are written before a pause, a review or a finish. */
export function unsaidItems(session: CountSession): string[] {
  return [...session.lines.keys()].filter((item) => sayingOf(session, item) !== null);
}

export function countedItems(session: CountSession): string[] {
  return [...session.lines].filter(([, line]) => line.tally !== null).map(([item]) => item);
}

/** Counted lines whose tally is not what the device thought. */
export function differingItems(session: CountSession): string[] {
  return [...session.lines]
    .filter(([, { tally, said }]) => tally !== null && said !== null && tally !== said.expected)
    .map(([item]) => item);
}
