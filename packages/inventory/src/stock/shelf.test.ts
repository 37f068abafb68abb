// The shelf test: folds against a shop that really has shelves. "Sum of stores = sum of movements" proves little, because a
// count's variance absorbs any error (X33).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { simulateShopDays } from '../testing/shop-days.ts';
import { readStockLine } from './stock-queries.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const numRuns = Number(process.env['INVENTORY_RUNS'] ?? 400);
const ITEMS = ['oat-drink', 'feta', 'rice'] as const;

const shops = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { minLength: 10, maxLength: 500, size: 'max' }),
  steps: fc.nat({ max: 30 }),
  honestSteps: fc.nat({ max: 12 }),
  order: fc.nat(),
  off: fc.constantFrom(0, 0, 4_320, -120, 17),
});

async function foldShop(
  shop: { tape: number[]; steps: number; honestSteps: number; order: number; off: number },
  tradeWhileCounting: boolean,
) {
  const days = simulateShopDays(tapeChoices(shop.tape), {
    items: ITEMS,
    steps: shop.steps,
    honestSteps: shop.honestSteps,
    tradeWhileCounting,
    clockOffMinutes: { 'phone-1': shop.off },
  });
  const choices = seededChoices(shop.order);
  const tables = await foldBatches(inBatches(choices, shuffled(choices, days.events), 9));
  return { days, tables };
}

describe('stored stock is what stands on the shelf', () => {
  test(
    'R3 X20 X21 X28 X33 S6 after a final count every bucket equals the shelf, whatever the order of arrival',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(shops, async (shop) => {
          const { days, tables } = await foldShop(shop, false);
          for (const item of ITEMS) {
            const line = await readStockLine(tables, 'lisboa', item);
            expect({ item, sellable: line?.sellable, unsellable: line?.unsellable, recount: line?.recount }).toEqual({
              item,
              sellable: days.shop.sellable(item),
              unsellable: days.shop.unsellable(item),
              recount: false,
            });
          }
        }),
        { numRuns },
      );
    },
  );

  test(
    'R4 when goods move while they are counted, every bucket equals the shelf or the line asks for a recount',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(shops, async (shop) => {
          const { days, tables } = await foldShop(shop, true);
          for (const item of ITEMS) {
            const line = await readStockLine(tables, 'lisboa', item);
            const equal = line?.sellable === days.shop.sellable(item) && line.unsellable === days.shop.unsellable(item);
            expect({ item, right: equal || line?.recount === true }).toEqual({ item, right: true });
          }
        }),
        { numRuns },
      );
    },
  );
});
