import { msFromHybridTime } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { parsePayload } from '../payloads.ts';
import { ean13 } from './sample-goods.ts';
import { sampleChain, type SampleMoment } from './sample-chain.ts';

const endMs = Date.UTC(2026, 10, 21, 10, 30);
const chain = sampleChain({ seed: 7, endMs });
const moments = [...chain.moments()];

/** What the events of one store add up to, without any of our folds: item → on hand. */
function onHand(store: string): Map<string, number> {
  const stock = new Map<string, number>();
  for (const { drafts } of moments.filter((moment) => moment.store === store)) {
    for (const { type, payload } of drafts) {
      for (const { item, quantity } of payload['lines'] as { item: string; quantity: number }[]) {
        const before = stock.get(item) ?? 0;
        const raises = type === 'StockReceived' || type === 'StockReturned';
        if (type === 'StockCounted') stock.set(item, quantity);
        else if (type !== 'StockAdjusted') stock.set(item, raises ? before + quantity : before - quantity);
      }
    }
  }
  return stock;
}

describe('the made-up chain', () => {
  it('R49 has 8 shops, about 2,400 items with long names and barcodes, and 400 days', () => {
    const count = (type: string) => chain.catalogue.filter((draft) => draft.type === type).length;
    expect(count('StoreOpened')).toBe(8);
    expect(count('ItemRegistered')).toBe(2_400);
    expect(count('BarcodeAssigned')).toBeGreaterThan(2_500);
    expect(endMs - chain.startMs).toBeGreaterThan(399 * 24 * 60 * 60 * 1_000);
    expect(chain.catalogue.some(({ payload }) => String(payload['name']).length > 80)).toBe(true);
  });

  it('R50 is made of events that the domain understands, in order of time, none after the end', () => {
    const all = [...chain.catalogue, ...moments.flatMap(({ drafts }) => drafts)];
    expect(all.filter((draft) => !parsePayload({ ...draft, payload: { ...draft.payload } }).ok)).toEqual([]);
    const times = moments.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(endMs);
  });

  it('R51 is the same for the same seed, and another for another', () => {
    const again = [...sampleChain({ seed: 7, endMs, days: 20 }).moments()];
    const same = [...sampleChain({ seed: 7, endMs, days: 20 }).moments()];
    const other: SampleMoment[] = [...sampleChain({ seed: 8, endMs, days: 20 }).moments()];
    expect(same).toEqual(again);
    expect(other).not.toEqual(again);
  });

  it('R52 shows what needs a look: one line oversold by 2, some empty shelves', () => {
    const [lisboa] = chain.stores;
    const stock = onHand(lisboa?.store ?? '');
    const oat = chain.catalogue.find(({ payload }) => payload['name'] === 'Oat drink 1 L');
    expect(stock.get(String(oat?.payload['item']))).toBe(-2);
    const quantities = [...stock.values()];
    expect(quantities.filter((quantity) => quantity === 0).length).toBeGreaterThan(3);
  });
});

it('R52 one count was written down days after it was made', () => {
  const late = moments.flatMap(({ atMs, drafts }) =>
    drafts.flatMap(({ type, occurredAt }) =>
      occurredAt === undefined ? [] : [{ type, days: (atMs - msFromHybridTime(occurredAt)) / 86_400_000 }],
    ),
  );
  expect(late).toHaveLength(1);
  expect(late[0]?.type).toBe('StockCounted');
  expect(late[0]?.days).toBeGreaterThan(2);
});

it.each([
  ['400638133393', '4006381333931'],
  ['560000000001', '5600000000014'],
])('R53 gives %s its check digit', (digits, code) => {
  expect(ean13(digits)).toBe(code);
});
