import { DOCUMENT_LINES_MAX } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeLines,
  LINE_QUANTITY_MAX,
  NO_LINES,
  piecesOf,
  UNDO_STEPS_MAX,
  type Lines,
  type LinesAction,
} from './lines.ts';

function after(actions: readonly LinesAction[], from: Lines = NO_LINES): Lines {
  return actions.reduce((state, action) => {
    const outcome = changeLines(state, action);
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.lines;
  }, from);
}

const add = (item: string, quantity = 1, pack = 1): LinesAction => ({ kind: 'add', item, quantity, pack });

describe('scanning', () => {
  it('adds to the line of the same item, which keeps its place and comes into hand', () => {
    const { lines, inHand } = after([add('a'), add('b'), add('a')]);
    expect(lines).toEqual([
      { item: 'a', quantity: 2, pack: 1 },
      { item: 'b', quantity: 1, pack: 1 },
    ]);
    expect(inHand).toBe('a');
  });

  it('remembers the pack of the last code', () => {
    expect(after([add('a'), add('a', 6, 6)]).lines).toEqual([{ item: 'a', quantity: 7, pack: 6 }]);
  });

  it('refuses the 1,001st line and keeps what is there', () => {
    const full = after(Array.from({ length: DOCUMENT_LINES_MAX }, (_, index) => add(`item-${index}`)));
    expect(changeLines(full, add('one-more'))).toEqual({ ok: false, refusal: 'too-many-lines' });
    expect(changeLines(full, add('item-0'))).toMatchObject({ ok: true });
  });

  it('refuses more than 99,999 of one item', () => {
    const state = after([add('a', LINE_QUANTITY_MAX)]);
    expect(changeLines(state, add('a'))).toEqual({ ok: false, refusal: 'quantity-too-large' });
  });
});

describe('a line', () => {
  it('leaves below one, and the newest line comes into hand', () => {
    const state = after([add('a'), add('b'), { kind: 'step', item: 'b', by: -1 }]);
    expect(state.lines.map((line) => line.item)).toEqual(['a']);
    expect(state.inHand).toBe('a');
  });

  it('is walked to with the arrows, not past the ends', () => {
    const state = after([add('a'), add('b'), { kind: 'walk', by: -1 }, { kind: 'walk', by: -1 }]);
    expect(state.inHand).toBe('a');
    expect(
      after(
        [
          { kind: 'walk', by: 1 },
          { kind: 'walk', by: 1 },
        ],
        state,
      ).inHand,
    ).toBe('b');
  });
});

describe('undo', () => {
  it('goes back 50 steps and no further', () => {
    const state = after(Array.from({ length: UNDO_STEPS_MAX + 10 }, () => add('a')));
    const back = after(
      Array.from({ length: UNDO_STEPS_MAX + 5 }, (): LinesAction => ({ kind: 'undo' })),
      state,
    );
    expect(piecesOf(back.lines)).toBe(10);
    expect(back.undo).toEqual([]);
  });

  it('of any actions ends where it began, line in hand included', () => {
    const item = fc.constantFrom('a', 'b', 'c', 'd');
    const action: fc.Arbitrary<LinesAction> = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        item,
        quantity: fc.integer({ min: 1, max: 12 }),
        pack: fc.constant(1),
      }),
      fc.record({ kind: fc.constant('set' as const), item, quantity: fc.integer({ min: 0, max: 99 }) }),
      fc.record({ kind: fc.constant('step' as const), item, by: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ kind: fc.constant('remove' as const), item }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 10 }), fc.array(action, { maxLength: 20 }), (first, then) => {
        const start = { ...after(first), undo: [] };
        let state: Lines = start;
        for (const one of then) state = after([one], state);
        for (const line of state.lines) expect(line.quantity).toBeGreaterThan(0);
        expect(state.lines.length === 0 || state.lines.some((line) => line.item === state.inHand)).toBe(true);
        while (state.undo.length > 0) state = after([{ kind: 'undo' }], state);
        expect({ lines: state.lines, inHand: state.inHand }).toEqual({ lines: start.lines, inHand: start.inHand });
      }),
    );
  });
});
