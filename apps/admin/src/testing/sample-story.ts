// Small stories for tests of view models.
import type { ItemStory, StoryLine } from '@streamstock/api';
import { sampleStore } from './sample-matrix.ts';

let made = 0;

export function sampleLine(over: Partial<StoryLine> & Pick<StoryLine, 'atMs' | 'change' | 'onHand'>): StoryLine {
  made += 1;
  return {
    event: `01900000-0000-7000-8000-${String(made).padStart(12, '0')}`,
    line: 0,
    type: 'StockSold',
    late: false,
    reversed: false,
    inDoubt: false,
    arrivedAtMs: over.atMs,
    position: made,
    device: 'till-1',
    actor: 'ana',
    counted: null,
    reference: null,
    reason: null,
    ...over,
  };
}

export function sampleStory(history: readonly StoryLine[], over: Partial<ItemStory> = {}): ItemStory {
  const last = history.at(-1);
  return {
    position: history.length,
    item: {
      item: 'oat',
      sku: 'OAT-1000',
      name: 'Oat drink 1 L',
      category: 'Drinks',
      unit: 'piece',
      quantityScale: 0,
      price: null,
      currency: 'EUR',
      lifecycle: 'active',
      barcodes: [],
    },
    store: sampleStore('a'),
    line:
      last === undefined
        ? null
        : {
            store: 'a',
            item: 'oat',
            sellable: last.onHand,
            picked: 0,
            unsellable: 0,
            onHand: last.onHand,
            available: last.onHand,
            lastChangeAtMs: last.atMs,
            lastCount: null,
            recount: false,
            negativeSinceMs: null,
          },
    baseline: null,
    movements: [...history],
    movementsOmitted: { lines: 0, change: 0 },
    total: last?.onHand ?? 0,
    history: [...history],
    historyOmitted: false,
    seenByCount: [],
    carried: { picked: 0, unsellable: 0 },
    ...over,
  };
}
