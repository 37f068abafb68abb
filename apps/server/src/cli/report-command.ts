// `streamstock report restock|abc`: what to order, and which items earn the money. Printed for people, or one JSON object.
import { listStores } from '@streamstock/inventory';
import type { TableReader } from '@streamstock/event-log';
import { InvalidArgumentError, type Command } from 'commander';
import { abcFigures, type AbcFigures } from '../report/abc-figures.ts';
import { onReadModels } from '../report/report-source.ts';
import { restockFigures, type RestockFigure, type RestockFigures } from '../report/restock-figures.ts';
import { CommandProblem } from './command-problem.ts';

const TOP_DEFAULT = 20;
const TOP_MAX = 500;
const ABC_DAYS_DEFAULT = 365;
const ABC_DAYS_MAX = 3_660;
/** Items of the ABC report shown for people; --json gives all. */
const SHOWN_ITEMS_MAX = 40;

interface ReportOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export function addReportCommands(program: Command): void {
  const group = program
    .command('report')
    .description(
      'Reports from the data folder; while a server runs there, from what it has folded (nothing is written)',
    );
  group
    .command('restock')
    .description('What to order of the lines that sell most: demand, forecast, proposal with its arithmetic')
    .option('--store <name>', 'only this store')
    .option('--top <count>', `how many lines, 1 to ${TOP_MAX}`, wholeNumber(TOP_MAX), TOP_DEFAULT)
    .option('--json', 'one JSON object: {lastDay, moversDays, assumptions, lines}')
    .action(async (options: ReportOptions & { readonly top: number }) => {
      const figures = await onReadModels(async (reader) => {
        const store = await storeNamed(reader, options.store);
        return await restockFigures(reader, { ...store, top: options.top, nowMs: Date.now() });
      });
      if (options.json === true) console.log(JSON.stringify(figures));
      else printRestock(figures);
    });
  group
    .command('abc')
    .description('Items by what they earned: A makes the first 80 % of the revenue, B the next 15 %, C the rest')
    .option('--store <name>', 'only this store')
    .option(
      '--days <count>',
      `up to the newest entry, 1 to ${ABC_DAYS_MAX}`,
      wholeNumber(ABC_DAYS_MAX),
      ABC_DAYS_DEFAULT,
    )
    .option('--json', 'one JSON object: {from, to, classes, items}')
    .action(async (options: ReportOptions & { readonly days: number }) => {
      const figures = await onReadModels(async (reader) => {
        const store = await storeNamed(reader, options.store);
        return await abcFigures(reader, { ...store, days: options.days });
      });
      if (options.json === true) console.log(JSON.stringify(figures));
      else printAbc(figures);
    });
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return value;
  };
}

async function storeNamed(reader: TableReader, name: string | undefined): Promise<{ readonly store?: string }> {
  if (name === undefined) return {};
  const stores = await listStores(reader);
  const found = stores.find((store) => store.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return { store: found.store };
  throw new CommandProblem(
    `There is no store "${name}". Known: ${stores.map((store) => store.name).join(', ') || 'none yet'}.`,
  );
}

const NO_DATA = 'Nothing was ever recorded here: there is nothing to report.';

function figure(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 1 }).replace('-', '−');
}

const AMOUNT = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** An exact amount for a person: rounded here and nowhere else. */
function amount(exact: string): string {
  // Decimal text is taken digit by digit, not through a float.
  return AMOUNT.format(exact as Intl.StringNumericLiteral).replace('-', '−');
}

function printRestock({ lastDay, moversDays, assumptions, lines }: RestockFigures): void {
  if (lastDay === null) return console.log(NO_DATA);
  console.log(`Restock proposals, reckoned from whole days up to ${lastDay}`);
  console.log(`The ${lines.length} lines with the most demand in the ${moversDays} days before that.`);
  if (assumptions.length > 0) console.log(`Assumed:\n${assumptions.map((words) => `  ${words}`).join('\n')}`);
  for (const line of lines) console.log(`\n${restockText(line)}`);
}

function restockText({ store, sku, name, demand, forecast, arithmetic: sums, ...line }: RestockFigure): string {
  const returned =
    `${figure(demand.cancelled)} cancelled or returned` +
    (demand.givenAway === 0 ? '' : `, ${figure(demand.givenAway)} given away`) +
    (demand.returnedWithoutSale === 0 ? '' : `, ${figure(demand.returnedWithoutSale)} returned without a sale`);
  const masked =
    demand.daysOutOfStock + demand.daysMissing === 0
      ? ''
      : `; left out: ${demand.daysOutOfStock} without stock, ${demand.daysMissing} without any sale in the store`;
  const text = [
    `${sku}  ${name}  (${store})`,
    `  demand     ${figure(demand.perDay)} a day over ${demand.daysUsed} of ${demand.days} days from ${demand.from}${masked}`,
    `             ${figure(demand.sold)} sold, ${returned}; at most ${figure(demand.mostInADay)} in a day`,
  ];
  if ('spans' in forecast) {
    const spans = forecast.spans.map(({ days, demand: expected, intervals }) => {
      const wide = intervals[0];
      const range = wide === undefined ? '' : ` (${wide.level * 100} %: ${figure(wide.lower)}–${figure(wide.upper)})`;
      return `${days} days ${figure(expected)}${range}`;
    });
    text.push(`  forecast   ${spans.join(', ')}`, `             ${forecast.words}`);
  } else text.push(`  forecast   ${forecast.words}`);
  if (line.availableIn7Days !== null)
    text.push(
      `  in 7 days  ${figure(line.availableIn7Days)} available, empty on ${line.stockOutOn ?? 'no day of the forecast'}`,
    );
  if (sums.leadTimeDemand !== null) {
    text.push(
      `  reorder    lead time ${sums.leadTimeDays} days: ${figure(sums.leadTimeDemand.mean)} ± ${figure(sums.leadTimeDemand.standardDeviation)}; ` +
        `safety ${sums.z} × ${figure(sums.leadTimeDemand.standardDeviation)} = ${figure(sums.safetyStock)}; ` +
        `reorder point ${figure(sums.reorderPoint)}${sums.reorderPointFrom === 'policy' ? ' (set)' : ''}`,
      `  target     ${sums.leadTimeDays} + ${sums.targetCoverDays} days: ${figure(sums.coveredDemand)} + safety = ${figure(sums.targetStock)}; ` +
        `position ${figure(sums.available)} + ${figure(sums.incoming)} incoming = ${figure(sums.position)}; short ${figure(sums.shortfall)}; ` +
        `packs of ${sums.orderPack}: ${figure(sums.rounded)}`,
    );
  }
  return [...text, `  → ${line.recommendation}`].join('\n');
}

function printAbc({ from, to, classes, items }: AbcFigures): void {
  if (from === null) return console.log(NO_DATA);
  console.log(`Items by revenue less refunds, ${from} to ${to}`);
  for (const { class: abc, currency, items: count, netRevenue } of classes)
    console.log(
      `  ${abc}  ${count.toLocaleString('en').padStart(7)} items  ${amount(netRevenue).padStart(16)} ${currency}`,
    );
  console.log('');
  for (const { rank, class: abc, netRevenue, currency, cumulativeShare, sku, name } of items.slice(
    0,
    SHOWN_ITEMS_MAX,
  )) {
    const share = `${(cumulativeShare * 100).toFixed(1)} %`.padStart(8);
    console.log(
      `${String(rank).padStart(4)}  ${abc}  ${amount(netRevenue).padStart(14)} ${currency} ${share}  ${sku}  ${name}`,
    );
  }
  if (items.length > SHOWN_ITEMS_MAX)
    console.log(`      and ${items.length - SHOWN_ITEMS_MAX} more items (--json lists all)`);
}
