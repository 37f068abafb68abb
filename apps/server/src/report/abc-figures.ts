// The ABC report in the words of the command line: SKUs and names instead of ids, exact money as text.
import type { TableReader } from '@streamstock/event-log';
import { abcReport, listItems, microsText, type AbcClass } from '@streamstock/inventory';

export interface AbcFigure {
  readonly sku: string;
  readonly name: string;
  readonly currency: string;
  readonly class: AbcClass;
  readonly rank: number;
  /** Sales less what was paid back, exact. */
  readonly netRevenue: string;
  /** Share of the whole up to and with this rank, 0 … 1. */
  readonly cumulativeShare: number;
  readonly sold: number;
  readonly returned: number;
}

export interface AbcFigures {
  /** Days, UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly classes: readonly {
    readonly currency: string;
    readonly class: AbcClass;
    readonly items: number;
    readonly netRevenue: string;
  }[];
  readonly items: readonly AbcFigure[];
}

const CLASSES = ['A', 'B', 'C'] as const;

export async function abcFigures(
  reader: TableReader,
  query: { readonly days: number; readonly store?: string },
): Promise<AbcFigures> {
  const report = await abcReport(reader, query);
  if (report === null) return { from: null, to: null, classes: [], items: [] };
  const known = new Map((await listItems(reader)).map((item) => [item.item, item]));
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return {
    from: day(report.span.fromMs),
    to: day(report.span.toMs - 1),
    classes: report.currencies.flatMap(({ currency, items }) =>
      CLASSES.map((abc) => {
        const own = items.filter((item) => item.class === abc);
        const micros = own.reduce((sum, { netRevenueMicros }) => sum + netRevenueMicros, 0n);
        return { currency, class: abc, items: own.length, netRevenue: microsText(micros) };
      }),
    ),
    items: report.currencies.flatMap(({ currency, items }) =>
      items.map(({ item, netRevenueMicros, cumulativePpm, class: abc, rank, sold, returned }): AbcFigure => ({
        sku: known.get(item)?.sku ?? item,
        name: known.get(item)?.name ?? item,
        currency,
        class: abc,
        rank,
        netRevenue: microsText(netRevenueMicros),
        cumulativeShare: cumulativePpm / 1_000_000,
        sold,
        returned,
      })),
    ),
  };
}
