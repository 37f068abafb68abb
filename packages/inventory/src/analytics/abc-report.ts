// The ABC report: items of the chain by what they earned. Reads the centre's read models; classes are findings.ts's.
import { msFromHybridTime, type TableReader } from '@streamstock/event-log';
import { listStockLines } from '../stock/stock-queries.ts';
import { listStores } from '../stores/store-queries.ts';
import { listLineTotals, type Span } from './analytics-queries.ts';
import { classifyAbc, type AbcClass } from './findings.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface AbcItem {
  readonly item: string;
  /** Revenue less what was paid back for returns that say so; millionths. May be negative. */
  readonly netRevenueMicros: bigint;
  readonly sold: number;
  readonly returned: number;
  readonly rank: number;
  readonly cumulativePpm: number;
  readonly class: AbcClass;
}

/** Amounts of two currencies are never compared: each has classes of its own. */
export interface AbcReport {
  readonly span: Span;
  readonly currencies: readonly {
    readonly currency: string;
    readonly netRevenueMicros: bigint;
    readonly items: readonly AbcItem[];
  }[];
}

/** The `days` days up to the newest entry of any line; null: nothing ever happened. */
export async function abcReport(
  reader: TableReader,
  query: { readonly days: number; readonly store?: string },
): Promise<AbcReport | null> {
  const newest = (await listStockLines(reader)).reduce((at, { lastChangeAt }) => Math.max(at, lastChangeAt), 0);
  if (newest === 0) return null;
  const toMs = (Math.floor(msFromHybridTime(newest) / DAY_MS) + 1) * DAY_MS;
  const span = { fromMs: Math.max(0, toMs - query.days * DAY_MS), toMs };
  const currencyOf = new Map((await listStores(reader)).map(({ store, currency }) => [store, currency]));
  const byCurrency = new Map<string, Map<string, { netRevenueMicros: bigint; sold: number; returned: number }>>();
  const filter = query.store === undefined ? {} : { store: query.store };
  for (const { store, item, revenueMicros, refundMicros, sold, returned } of await listLineTotals(
    reader,
    filter,
    span,
  )) {
    const currency = currencyOf.get(store) ?? '?';
    const items = byCurrency.get(currency) ?? new Map();
    byCurrency.set(currency, items);
    const sums = items.get(item) ?? { netRevenueMicros: 0n, sold: 0, returned: 0 };
    sums.netRevenueMicros += revenueMicros - refundMicros;
    sums.sold += sold;
    sums.returned += returned;
    items.set(item, sums);
  }
  const currencies = [...byCurrency]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, items]) => {
      const figures = [...items].map(([item, sums]) => ({ key: item, revenueMicros: sums.netRevenueMicros, sums }));
      const sumsOf = new Map(figures.map(({ key, sums }) => [key, sums]));
      const classified = classifyAbc(figures).map(({ key, rank, cumulativePpm, class: abc }): AbcItem => {
        const sums = sumsOf.get(key) ?? { netRevenueMicros: 0n, sold: 0, returned: 0 };
        return { item: key, ...sums, rank, cumulativePpm, class: abc };
      });
      const netRevenueMicros = figures.reduce((sum, { revenueMicros }) => sum + revenueMicros, 0n);
      return { currency, netRevenueMicros, items: classified };
    });
  return { span, currencies };
}
