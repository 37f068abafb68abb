import { hybridTimeFromMs } from '@streamstock/event-log';
import type { StockLineRow } from '@streamstock/inventory';
import { describe, expect, it } from 'vitest';
import { stockFiguresOf, tasksOf } from './tasks.ts';

const bucket = { quantity: 0, count: null, doubts: 0, negativeSince: null };

function line(item: string, onHand: number, more: Partial<StockLineRow> = {}): StockLineRow {
  return {
    store: 'lisboa',
    item,
    sellable: onHand,
    picked: 0,
    unsellable: 0,
    onHand,
    lastChangeAt: hybridTimeFromMs(5_000),
    lastCount: null,
    lastUnsellableCount: null,
    recount: false,
    negativeSince: onHand < 0 ? hybridTimeFromMs(1_000) : null,
    buckets: { sellable: bucket, picked: bucket, unsellable: bucket },
    ...more,
  } as StockLineRow;
}

const nothing = { lines: [], figuresIncomplete: false, needsAttention: 0, unknownCodes: [], drafts: [] };

describe('tasks', () => {
  it('come worst first, then oldest first', () => {
    const tasks = tasksOf({
      ...nothing,
      lines: [
        line('b', -1, { negativeSince: hybridTimeFromMs(2_000) }),
        line('a', -7),
        line('c', 3, { recount: true }),
        line('d', 9, { recount: true }),
        line('e', 0),
      ],
      needsAttention: 2,
      unknownCodes: [{ code: '0012', atMs: 9_000, times: 1 }],
      drafts: [{ key: 'draft-01', kind: 'sale', lines: 3, held: true, atMs: 8_000 }],
    });
    expect(tasks.map((task) => task.kind)).toEqual([
      'attention',
      'oversold',
      'oversold',
      'draft',
      'unknown-code',
      'recount',
    ]);
    expect(tasks.filter((task) => task.kind === 'oversold').map(({ item }) => item)).toEqual(['a', 'b']);
    expect(tasks.at(-1)).toEqual({ kind: 'recount', items: ['c', 'd'] });
  });

  it('leave out what is oversold while figures are incomplete', () => {
    const facts = { ...nothing, lines: [line('a', -7), line('b', 2, { recount: true })] };
    expect(tasksOf({ ...facts, figuresIncomplete: true })).toEqual([{ kind: 'recount', items: ['b'] }]);
  });

  it('are none when nothing is to do: zero on hand is a figure, not a task', () => {
    expect(tasksOf({ ...nothing, lines: [line('a', 0), line('b', 4)] })).toEqual([]);
  });
});

describe('figures', () => {
  it('leave archived items out of "out of stock", and never out of oversold', () => {
    const lines = [line('a', 0), line('b', 5), line('gone', 0), line('gone-below', -1)];
    expect(stockFiguresOf(lines, (item) => !item.startsWith('gone'))).toEqual({ items: 2, out: 1, oversold: 1 });
  });
});
