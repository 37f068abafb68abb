// The lines of a document being made by hand and scanner (a sale, a delivery, a return): which item, how many, which one
// is in hand, and the way back. Pure; knows no screen, no stock and no price.
//
// 1. One line per item; the same code again adds to its line, which keeps its place and becomes the line in hand.
// 2. Every change is one step back, 50 deep. Choosing another line in hand is no change.
// 3. A quantity is an integer from 1 to 99,999; a line that would fall below 1 leaves (one step back brings it again).
import { DOCUMENT_LINES_MAX } from '@streamstock/event-log';

/** Steps that can be taken back. */
export const UNDO_STEPS_MAX = 50;
/** The largest quantity of one line, in the item's smallest unit. */
export const LINE_QUANTITY_MAX = 99_999;

export interface Line {
  readonly item: string;
  /** In the item's smallest unit. */
  readonly quantity: number;
  /** Pack size of the code last scanned for it; 1 for single pieces. */
  readonly pack: number;
}

interface Contents {
  readonly lines: readonly Line[];
  /** The item whose line is in hand, or null while there is none. */
  readonly inHand: string | null;
}

export interface Lines extends Contents {
  /** Latest first. */
  readonly undo: readonly Contents[];
}

export const NO_LINES: Lines = { lines: [], inHand: null, undo: [] };

export type LinesAction =
  /** `quantity` pieces were added by scan, search or tap. */
  | { readonly kind: 'add'; readonly item: string; readonly quantity: number; readonly pack: number }
  | { readonly kind: 'set'; readonly item: string; readonly quantity: number }
  | { readonly kind: 'step'; readonly item: string; readonly by: number }
  | { readonly kind: 'remove'; readonly item: string }
  | { readonly kind: 'take-in-hand'; readonly item: string }
  /** To the line above (−1) or below (1) in the roll. */
  | { readonly kind: 'walk'; readonly by: 1 | -1 }
  | { readonly kind: 'undo' };

/** Why an action can not be done; the lines are then as they were. */
export type LinesRefusal = 'too-many-lines' | 'quantity-too-large';

export type LinesOutcome =
  | { readonly ok: true; readonly lines: Lines }
  | { readonly ok: false; readonly refusal: LinesRefusal };

export function changeLines(state: Lines, action: LinesAction): LinesOutcome {
  switch (action.kind) {
    case 'add':
      return add(state, action);
    case 'set':
      return put(state, action.item, action.quantity);
    case 'step': {
      const line = lineOf(state, action.item);
      return line === undefined ? unchanged(state) : put(state, action.item, line.quantity + action.by);
    }
    case 'remove':
      return put(state, action.item, 0);
    case 'take-in-hand':
      return { ok: true, lines: lineOf(state, action.item) === undefined ? state : { ...state, inHand: action.item } };
    case 'walk':
      return { ok: true, lines: walk(state, action.by) };
    case 'undo': {
      const [last, ...earlier] = state.undo;
      return last === undefined ? unchanged(state) : { ok: true, lines: { ...last, undo: earlier } };
    }
  }
}

export function lineOf(state: Contents, item: string): Line | undefined {
  return state.lines.find((line) => line.item === item);
}

export function piecesOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}

function unchanged(lines: Lines): LinesOutcome {
  return { ok: true, lines };
}

function step(state: Lines, next: Contents): LinesOutcome {
  const before: Contents = { lines: state.lines, inHand: state.inHand };
  return { ok: true, lines: { ...next, undo: [before, ...state.undo].slice(0, UNDO_STEPS_MAX) } };
}

function add(
  state: Lines,
  action: { readonly item: string; readonly quantity: number; readonly pack: number },
): LinesOutcome {
  const line = lineOf(state, action.item);
  const quantity = (line?.quantity ?? 0) + action.quantity;
  if (quantity > LINE_QUANTITY_MAX) return { ok: false, refusal: 'quantity-too-large' };
  if (line === undefined) {
    if (state.lines.length >= DOCUMENT_LINES_MAX) return { ok: false, refusal: 'too-many-lines' };
    return step(state, {
      lines: [...state.lines, { item: action.item, quantity, pack: action.pack }],
      inHand: action.item,
    });
  }
  const changed: Line = { ...line, quantity, pack: action.pack };
  return step(state, { lines: state.lines.map((other) => (other === line ? changed : other)), inHand: action.item });
}

function put(state: Lines, item: string, quantity: number): LinesOutcome {
  const line = lineOf(state, item);
  if (line === undefined || line.quantity === quantity) return unchanged(state);
  if (quantity > LINE_QUANTITY_MAX) return { ok: false, refusal: 'quantity-too-large' };
  if (quantity >= 1) {
    const changed: Line = { ...line, quantity };
    return step(state, { lines: state.lines.map((other) => (other === line ? changed : other)), inHand: item });
  }
  const lines = state.lines.filter((other) => other !== line);
  const inHand = state.inHand === item ? (lines.at(-1)?.item ?? null) : state.inHand;
  return step(state, { lines, inHand });
}

function walk(state: Lines, by: 1 | -1): Lines {
  const at = state.lines.findIndex((line) => line.item === state.inHand);
  const next = state.lines[Math.min(state.lines.length - 1, Math.max(0, at + by))];
  return next === undefined ? state : { ...state, inHand: next.item };
}
