// The shelf test: folds against a chain of shops that really have shelves, and a truck between them. "Sum of stores = sum of
// movements" proves little, because a count's variance absorbs any error (X33).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulateChainDays, type ChainDays } from '../testing/chain-days.ts';
import { inBatches, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { compareOnTheWay, compareVariances, compareWithShelves } from '../testing/compare-shelf.ts';
import { runDomain } from '../testing/domain-run.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { propertyRuns } from '../testing/runs.ts';
import { listStockLines } from './stock-queries.ts';

const ITEMS = ['oat-drink', 'feta', 'rice'] as const;
const STORES = ['lisboa', 'porto', 'braga'] as const;

const chains = fc.record({
  tape: fc.array(fc.nat({ max: 9_999 }), { minLength: 10, maxLength: 500, size: 'max' }),
  steps: fc.nat({ max: 30 }),
  honestSteps: fc.nat({ max: 12 }),
  order: fc.nat(),
  thirdShop: fc.boolean(),
});

type Chain = typeof chains extends fc.Arbitrary<infer Value> ? Value : never;

async function foldChain(chain: Chain, told: { tradeWhileCounting?: boolean; wrongClocks?: boolean }) {
  const days = simulateChainDays(tapeChoices(chain.tape), {
    stores: chain.thirdShop ? STORES : [STORES[0], STORES[1]],
    items: ITEMS,
    steps: chain.steps,
    honestSteps: chain.honestSteps,
    tradeWhileCounting: told.tradeWhileCounting ?? false,
    wrongClocks: told.wrongClocks ?? false,
  });
  const choices = seededChoices(chain.order);
  const tables = await foldBatches(inBatches(choices, shuffled(choices, days.events), 9));
  return { days, tables };
}

async function shelfProblems(
  { days, tables }: { days: ChainDays; tables: Awaited<ReturnType<typeof foldBatches>> },
  flagged: 'forgiven' | 'wrong',
): Promise<string[]> {
  const lines = new Map((await listStockLines(tables)).map((line) => [`${line.store}|${line.item}`, line]));
  return compareWithShelves(days, ITEMS, (store, item) => lines.get(`${store}|${item}`), flagged);
}

describe('stored stock is what stands on the shelf', () => {
  test(
    'R3 X20 X21 X26 X27 X33 X37 X38 S6 after a final count every bucket equals the shelf, the truck what is in transit, and each count finds what was stolen',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(chains, async (chain) => {
          const folded = await foldChain(chain, {});
          expect(await shelfProblems(folded, 'wrong')).toEqual([]);
          expect(await compareOnTheWay(folded.days, folded.tables)).toEqual([]);
          expect(await compareVariances(folded.days, ITEMS, folded.tables)).toEqual([]);
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  test(
    'R4 when goods move while they are counted, every bucket equals the shelf or the line asks for a recount',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(chains, async (chain) => {
          const folded = await foldChain(chain, { tradeWhileCounting: true });
          expect(await shelfProblems(folded, 'forgiven')).toEqual([]);
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  test(
    'R4 X20 X21 X28 with clocks that are off, drift and are set, every line that differs from the shelf asks for a recount',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(chains, async (chain) => {
          const folded = await foldChain(chain, { wrongClocks: true });
          expect(await shelfProblems(folded, 'forgiven')).toEqual([]);
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  test('R4 R14 a clock whose errors before and after it was set point opposite ways (seed 106173)', async () => {
    expect((await runDomain(106_173)).problems).toEqual([]);
  });
});
