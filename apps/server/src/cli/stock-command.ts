// `streamstock stock`: on hand by store and item, now or as of a past moment.
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { CommandProblem } from './command-problem.ts';
import { readFigures, type StockFigures } from './figures.ts';
import { onTarget, withTargetOptions, type TargetOptions } from './target.ts';

/** Lines shown for people; --json and --store give everything there is to sum. */
const SHOWN_LINES_MAX = 40;

interface StockOptions extends TargetOptions {
  readonly store?: string;
  readonly asOf?: string;
  readonly json?: boolean;
}

export function addStockCommand(program: Command): void {
  const command = program
    .command('stock')
    .description('Show stock on hand by store and item')
    .option('--store <name>', 'only this store')
    .option(
      '--as-of <time>',
      'stock as it was: ISO 8601, e.g. 2011-06-30 or 2011-06-30T18:00:00+01:00 (a day means its end, UTC)',
    )
    .option('--json', 'one JSON object: {totalOnHand, lines, stores: {NAME: onHand}}');
  withTargetOptions(command).action(async (options: StockOptions) => {
    const atMs = options.asOf === undefined ? null : momentOf(options.asOf);
    const figures = await onTarget(options, 'reading stock', async (target) => await readFigures(target, atMs));
    print(ofStore(figures, options.store), options, atMs);
  });
}

/** Milliseconds of an ISO 8601 moment; a bare date means its last millisecond in UTC. */
function momentOf(text: string): number {
  const moment = DateTime.fromISO(text, { zone: 'utc' });
  if (!moment.isValid || moment.toMillis() < 0) {
    throw new CommandProblem(
      `--as-of ${text} is not a time since 1970 in ISO 8601, such as 2011-06-30 or 2011-06-30T18:00:00Z.`,
    );
  }
  return (/^\d{4}-\d{2}-\d{2}$/.test(text) ? moment.endOf('day') : moment).toMillis();
}

function ofStore(figures: StockFigures, name: string | undefined): StockFigures {
  if (name === undefined) return figures;
  const found = [...figures.stores].find(([, known]) => known.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw new CommandProblem(
      `There is no store "${name}". Known: ${[...figures.stores.values()].join(', ') || 'none yet'}.`,
    );
  }
  const [store, known] = found;
  return { stores: new Map([[store, known]]), lines: figures.lines.filter((line) => line.store === store) };
}

function print({ stores, lines }: StockFigures, options: StockOptions, atMs: number | null): void {
  const onHandOf = new Map([...stores.keys()].map((store) => [store, 0]));
  for (const line of lines) onHandOf.set(line.store, (onHandOf.get(line.store) ?? 0) + line.onHand);
  const byName = Object.fromEntries([...onHandOf].map(([store, onHand]) => [stores.get(store) ?? store, onHand]));
  const totalOnHand = lines.reduce((sum, line) => sum + line.onHand, 0);
  if (options.json === true) {
    console.log(JSON.stringify({ totalOnHand, lines: lines.length, stores: byName }));
    return;
  }
  const figure = (value: number) => value.toLocaleString('en').replace('-', '−').padStart(14);
  console.log(atMs === null ? 'Stock on hand' : `Stock on hand as of ${new Date(atMs).toISOString()}`);
  for (const [name, onHand] of Object.entries(byName)) console.log(`${figure(onHand)}  ${name}`);
  console.log(`${figure(totalOnHand)}  all ${lines.length} lines`);
  if (options.store === undefined || lines.length === 0) return;
  console.log('');
  const bySku = lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
  for (const line of bySku.slice(0, SHOWN_LINES_MAX)) console.log(`${figure(line.onHand)}  ${line.sku}  ${line.name}`);
  if (lines.length > SHOWN_LINES_MAX)
    console.log(`${' '.repeat(14)}  and ${lines.length - SHOWN_LINES_MAX} more lines`);
}
