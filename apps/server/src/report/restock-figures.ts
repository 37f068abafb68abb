// The restock report in the words of the command line: names instead of ids, rounded figures, and what was assumed.
import type { TableReader } from '@streamstock/event-log';
import { listItems, listStores, localDays, MOVERS_DAYS, restockReport, type RestockLine } from '@streamstock/inventory';

/** Quantities in the item's smallest unit; null where a figure rests on a forecast that could not be made. */
export interface RestockFigure {
  readonly store: string;
  readonly sku: string;
  readonly name: string;
  readonly demand: {
    readonly perDay: number;
    readonly from: string;
    readonly to: string;
    readonly days: number;
    readonly daysUsed: number;
    readonly daysOutOfStock: number;
    readonly daysMissing: number;
    readonly sold: number;
    readonly givenAway: number;
    readonly cancelled: number;
    readonly returnedWithoutSale: number;
    /** The most that was wanted on one day. */
    readonly mostInADay: number;
  };
  readonly forecast:
    | {
        readonly method: string;
        readonly words: string;
        readonly spans: readonly {
          readonly days: number;
          readonly demand: number;
          readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
        }[];
      }
    | { readonly reason: string; readonly words: string };
  readonly available: number | null;
  readonly availableIn7Days: number | null;
  readonly stockOutOn: string | null;
  readonly quantity: number;
  readonly arithmetic: RestockLine['proposal']['arithmetic'];
  readonly recommendation: string;
}

export interface RestockFigures {
  readonly lastDay: string | null;
  readonly moversDays: number;
  readonly assumptions: readonly string[];
  readonly lines: readonly RestockFigure[];
}

export interface RestockFiguresQuery {
  /** The store's id. */
  readonly store?: string;
  readonly top: number;
  readonly nowMs: number;
}

const DECIMALS = 2;

function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

export async function restockFigures(reader: TableReader, query: RestockFiguresQuery): Promise<RestockFigures> {
  const report = await restockReport(reader, query);
  if (report === null) return { lastDay: null, moversDays: MOVERS_DAYS, assumptions: [], lines: [] };
  const stores = new Map((await listStores(reader)).map(({ store, name }) => [store, name]));
  const items = new Map((await listItems(reader)).map((item) => [item.item, item]));
  const lines = report.lines.map((line): RestockFigure => {
    const item = items.get(line.item);
    return figureOf(line, stores.get(line.store) ?? line.store, item?.sku ?? line.item, item?.name ?? line.item);
  });
  return { lastDay: report.lastDay, moversDays: MOVERS_DAYS, assumptions: assumptionsOf(report.lines), lines };
}

function figureOf(line: RestockLine, store: string, sku: string, name: string): RestockFigure {
  const { demand, forecast, proposal, available } = line;
  const calendar = localDays('UTC');
  const dayText = (day: number): string => calendar.textOf(day);
  const { arithmetic } = proposal;
  return {
    store,
    sku,
    name,
    demand: {
      perDay: rounded(line.demandPerDay),
      from: dayText(demand.firstDay),
      to: dayText(demand.lastDay),
      days: demand.series.length,
      daysUsed: demand.usable.filter(Boolean).length,
      daysOutOfStock: demand.stockOutDays,
      daysMissing: demand.missingDays,
      sold: demand.sold,
      givenAway: demand.given,
      cancelled: demand.cancelled,
      returnedWithoutSale: demand.unmatched,
      mostInADay: demand.series.reduce((most, pieces) => Math.max(most, pieces), 0),
    },
    forecast: forecast.ok
      ? {
          method: forecast.method,
          words: forecast.words,
          spans: forecast.spans.map(({ days, demand: expected, intervals }) => ({
            days,
            demand: rounded(expected),
            intervals: intervals.map(({ level, lower, upper }) => ({
              level,
              lower: rounded(lower),
              upper: rounded(upper),
            })),
          })),
        }
      : { reason: forecast.reason, words: forecast.words },
    available,
    availableIn7Days: forecast.ok && forecast.availableIn7Days !== null ? rounded(forecast.availableIn7Days) : null,
    stockOutOn: forecast.ok && forecast.stockOutDay !== null ? dayText(forecast.stockOutDay) : null,
    quantity: proposal.quantity,
    arithmetic: {
      ...arithmetic,
      z: Number(arithmetic.z.toFixed(4)),
      leadTimeDemand:
        arithmetic.leadTimeDemand === null
          ? null
          : {
              mean: rounded(arithmetic.leadTimeDemand.mean),
              standardDeviation: rounded(arithmetic.leadTimeDemand.standardDeviation),
            },
      coveredDemand: arithmetic.coveredDemand === null ? null : rounded(arithmetic.coveredDemand),
    },
    recommendation: proposal.recommendation,
  };
}

type Arithmetic = RestockLine['proposal']['arithmetic'];

/** What nobody set and was taken for granted, each with how many of the lines it concerns. */
function assumptionsOf(lines: readonly RestockLine[]): string[] {
  const say = (name: Arithmetic['assumed'][number], words: (arithmetic: Arithmetic) => string): string[] => {
    const own = lines.map(({ proposal }) => proposal.arithmetic).filter(({ assumed }) => assumed.includes(name));
    const [one] = own;
    return one === undefined ? [] : [`${words(one)} (${own.length} of ${lines.length} lines)`];
  };
  return [
    ...say('available', () => 'no count, delivery or opening stock is known: stock is reckoned as none'),
    ...say('leadTimeDays', ({ leadTimeDays }) => `no lead time is set: ${leadTimeDays} days`),
    ...say(
      'serviceLevelPermille',
      ({ serviceLevelPermille }) => `no service level is set: ${serviceLevelPermille / 10} %`,
    ),
    ...say('targetCoverDays', ({ targetCoverDays }) => `no cover is set: ${targetCoverDays} days`),
  ];
}
