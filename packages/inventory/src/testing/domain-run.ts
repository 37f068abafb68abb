// One seeded history of the domain, folded in a random order of arrival, through the tables and through the book in memory,
// and judged: random events by the independent book, simulated days by their shelves. Deterministic: a seed is always the same history.
import type { Event } from '@streamstock/event-log';
import { LineBook } from '../stock/line-book.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { transfersProjector } from '../transfer/transfers-projector.ts';
import { listStockLines } from '../stock/stock-queries.ts';
import { simulateChainDays } from './chain-days.ts';
import { chance, inBatches, seededChoices, shuffled, type Choices } from './choices.ts';
import { canonical, compareLines, compareWithBook, understands } from './compare-book.ts';
import { compareOnTheWay, compareVariances, compareWithShelves } from './compare-shelf.ts';
import { compareQueries, compareValues } from './compare-queries.ts';
import { moment } from './random-parts.ts';
import { eventStatisticsProjector } from '../analytics/event-statistics.ts';
import { inventoryProjectors } from '../projectors.ts';
import { valuesProjector } from '../value/values-projector.ts';
import { foldBatches } from './fold-events.ts';
import { naiveBook } from './naive-book.ts';
import { randomHistory } from './random-history.ts';

/** Random events and rulings; days with right clocks, right clocks and trade while counting, wrong clocks. */
export type DomainKind = 'order-free' | 'shelf' | 'busy-shelf' | 'wrong-clocks';

export interface DomainResult {
  readonly kind: DomainKind;
  readonly events: number;
  /** Empty: nothing was wrong. */
  readonly problems: readonly string[];
}

const KINDS = ['order-free', 'shelf', 'order-free', 'wrong-clocks', 'order-free', 'busy-shelf'] as const;
const EVENTS_MAX = 60;
const BATCH_EVENTS_MAX = 12;
const ITEMS = ['oat-drink', 'feta', 'rice'] as const;
const TWO_STORES = ['lisboa', 'porto'] as const;
const THREE_STORES = ['lisboa', 'porto', 'braga'] as const;

const SHELF_PROJECTORS = [stockProjector, transfersProjector];

/** All but the indexes of positions, which are orders of arrival by their nature. */
const PROJECTORS = [...inventoryProjectors, valuesProjector, eventStatisticsProjector];

export function domainKindOf(seed: number): DomainKind {
  return KINDS[seed % KINDS.length] ?? 'order-free';
}

function arrivals(choices: Choices, events: readonly Event[]): Event[][] {
  const again = events.filter(() => chance(choices, 20));
  return inBatches(choices, shuffled(choices, [...events, ...again]), 1 + choices.int(BATCH_EVENTS_MAX));
}

function bookOf(arriving: readonly (readonly Event[])[]): LineBook {
  const book = new LineBook();
  for (const event of arriving.flat()) book.read(event);
  return book;
}

/** `tables`: through the projectors of every table too; without, through the book in memory alone, which is faster. */
export async function runDomain(
  seed: number,
  { tables = true }: { readonly tables?: boolean } = {},
): Promise<DomainResult> {
  const kind = domainKindOf(seed);
  const choices = seededChoices(seed);
  return kind === 'order-free' ? runOrderFree(choices, tables) : runShelf(choices, kind, tables);
}

async function runOrderFree(choices: Choices, throughTables: boolean): Promise<DomainResult> {
  const history = randomHistory(choices, 1 + choices.int(EVENTS_MAX));
  const arriving = arrivals(choices, history);
  const book = naiveBook(history, understands);
  const problems = compareLines('memory', bookOf(arriving).lines(), book);
  if (throughTables) {
    const tables = await foldBatches(arriving, PROJECTORS);
    const atOnce = await foldBatches([history], PROJECTORS);
    problems.push(...compareWithBook(tables.dump(), book));
    problems.push(...(await compareQueries(tables, book, moment(choices))));
    problems.push(...(await compareValues(tables, history)));
    if (canonical(tables.dump()) !== canonical(atOnce.dump()))
      problems.push('order: the tables depend on the order of arrival');
  }
  return { kind: 'order-free', events: history.length, problems };
}

async function runShelf(
  choices: Choices,
  kind: Exclude<DomainKind, 'order-free'>,
  throughTables: boolean,
): Promise<DomainResult> {
  const days = simulateChainDays(choices, {
    stores: chance(choices, 50) ? TWO_STORES : THREE_STORES,
    items: ITEMS,
    steps: choices.int(40),
    honestSteps: choices.int(20),
    tradeWhileCounting: kind === 'busy-shelf',
    wrongClocks: kind === 'wrong-clocks',
  });
  const arriving = arrivals(choices, days.events);
  const flagged = kind === 'shelf' ? 'wrong' : 'forgiven';
  const book = bookOf(arriving);
  const problems = compareWithShelves(days, ITEMS, (store, item) => book.line(store, item), flagged);
  if (throughTables) {
    const tables = await foldBatches(arriving, SHELF_PROJECTORS);
    const lines = new Map((await listStockLines(tables)).map((line) => [`${line.store}|${line.item}`, line]));
    problems.push(...compareWithShelves(days, ITEMS, (store, item) => lines.get(`${store}|${item}`), flagged));
    if (kind === 'shelf') {
      problems.push(...(await compareOnTheWay(days, tables)), ...(await compareVariances(days, ITEMS, tables)));
    }
  }
  return { kind, events: days.events.length, problems };
}
