import { hybridTimeFromMs } from '@streamstock/event-log';
import type { LineExplanation, RollRow } from '@streamstock/inventory';
import { describe, expect, it } from 'vitest';
import { whyRows } from './why-rows.ts';

const DAY = 86_400_000;
const dayOf = (atMs: number) => String(Math.floor(atMs / DAY));

function movement(
  event: string,
  kind: RollRow['kind'],
  atMs: number,
  change: number,
  more: Partial<RollRow> = {},
): RollRow {
  return {
    kind,
    at: hybridTimeFromMs(atMs),
    event,
    line: 0,
    actor: 'till-1',
    change,
    moves: { sellable: change },
    inDoubt: false,
    ...more,
  };
}

function explanation(movements: readonly RollRow[], more: Partial<LineExplanation> = {}): LineExplanation {
  const baseline = {
    session: 's',
    at: hybridTimeFromMs(1_000),
    id: 'c',
    firstAt: hybridTimeFromMs(1_000),
    firstId: 'c',
    quantity: 30,
    parts: 1,
    windows: [],
    actor: 'till-1',
  };
  const total = 30 + movements.reduce((sum, { change }) => sum + change, 0);
  return {
    store: 'lisboa',
    item: 'oil',
    line: {} as LineExplanation['line'],
    baseline,
    carried: { picked: 0, unsellable: 0 },
    earlier: { movements: 0, change: 0 },
    movements,
    total,
    pending: [],
    disputed: [],
    lateNews: [],
    seenByCount: [],
    ...more,
  };
}

describe('why a figure is what it is', () => {
  it('says from when on the device holds single movements, and that news from before waits', () => {
    const at = hybridTimeFromMs(9_000);
    const { line } = explanation([]);
    expect(whyRows(explanation([]), () => 'sent', dayOf)).toMatchObject({ horizonMs: null, provisional: false });
    const compacted = explanation([], { line: { ...line, horizon: at, provisional: true, parked: 1 } });
    expect(whyRows(compacted, () => 'sent', dayOf)).toMatchObject({ horizonMs: 9_000, provisional: true });
  });

  it('folds neighbours of one kind and day, and leaves the unsent ones alone', () => {
    const why = whyRows(
      explanation([
        movement('a', 'received', 2_000, 12, { reference: 'D-118' }),
        movement('b', 'sold', 3_000, -2),
        movement('c', 'sold', 4_000, -1),
        movement('d', 'sold', DAY + 1, -4),
        movement('e', 'sold', DAY + 2, -1),
        movement('f', 'sold', DAY + 3, -1),
      ]),
      (event) => (event === 'f' ? 'saved' : 'sent'),
      dayOf,
    );
    expect(why.rows.map((row) => [row.kind, row.quantity])).toEqual([
      ['count', 30],
      ['movement', 12],
      ['folded', -3],
      ['folded', -5],
      ['movement', -1],
    ]);
    expect(why.rows.at(-1)).toMatchObject({ state: 'saved' });
  });

  it('adds up to the total, whatever is folded', () => {
    const movements = Array.from({ length: 40 }, (_, index) =>
      movement(`e${index}`, index % 7 === 0 ? 'received' : 'sold', index * 5_000_000, index % 7 === 0 ? 9 : -1),
    );
    const why = whyRows(
      explanation(movements, {
        earlier: { movements: 3, change: -4 },
        carried: { picked: 2, unsellable: 1 },
        total: 30 + movements.reduce((sum, { change }) => sum + change, 0) - 4 + 3,
      }),
      () => 'sent',
      dayOf,
    );
    expect(why.rows.reduce((sum, row) => sum + row.quantity, 0)).toBe(why.total);
  });

  it('lists what the count had seen beside the sum', () => {
    const late = movement('late', 'sold', 500, -1, { recordedAt: hybridTimeFromMs(9_000) });
    const why = whyRows(explanation([], { lateNews: [late] }), () => 'sent', dayOf);
    expect(why.lateNews).toMatchObject([{ atMs: 500, recordedAtMs: 9_000, quantity: -1 }]);
    expect(why.total).toBe(30);
  });
});
