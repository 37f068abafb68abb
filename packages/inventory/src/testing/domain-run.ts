// One seeded history of the domain, folded in a random order of arrival and judged: random events by the independent book,
// simulated days by their shelves. Deterministic: a seed is always the same history.
import type { Event } from '@streamstock/event-log';
import { listStockLines } from '../stock/stock-queries.ts';
import { simulateChainDays } from './chain-days.ts';
import { chance, inBatches, seededChoices, shuffled, type Choices } from './choices.ts';
import { canonical, compareWithBook, understands } from './compare-book.ts';
import { compareOnTheWay, compareVariances, compareWithShelves } from './compare-shelf.ts';
import { compareQueries } from './compare-queries.ts';
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

/** All but the indexes of positions, which are orders of arrival by their nature. */
const PROJECTORS = [...inventoryProjectors, valuesProjector, eventStatisticsProjector];

export function domainKindOf(seed: number): DomainKind {
  return KINDS[seed % KINDS.length] ?? 'order-free';
}

function arrivals(choices: Choices, events: readonly Event[]): Event[][] {
  const again = events.filter(() => chance(choices, 20));
  return inBatches(choices, shuffled(choices, [...events, ...again]), 1 + choices.int(BATCH_EVENTS_MAX));
}

export async function runDomain(seed: number): Promise<DomainResult> {
  const kind = domainKindOf(seed);
  const choices = seededChoices(seed);
  return kind === 'order-free' ? runOrderFree(choices) : runShelf(choices, kind);
}

async function runOrderFree(choices: Choices): Promise<DomainResult> {
  const history = randomHistory(choices, 1 + choices.int(EVENTS_MAX));
  const tables = await foldBatches(arrivals(choices, history), PROJECTORS);
  const atOnce = await foldBatches([history], PROJECTORS);
  const book = naiveBook(history, understands);
  const problems = compareWithBook(tables.dump(), book);
  problems.push(...(await compareQueries(tables, book, moment(choices))));
  if (canonical(tables.dump()) !== canonical(atOnce.dump())) problems.push('order: the tables depend on the order of arrival');
  return { kind: 'order-free', events: history.length, problems };
}

async function runShelf(choices: Choices, kind: Exclude<DomainKind, 'order-free'>): Promise<DomainResult> {
  const days = simulateChainDays(choices, {
    stores: chance(choices, 50) ? TWO_STORES : THREE_STORES,
    items: ITEMS,
    steps: choices.int(40),
    honestSteps: choices.int(20),
    tradeWhileCounting: kind === 'busy-shelf',
    wrongClocks: kind === 'wrong-clocks',
  });
  const tables = await foldBatches(arrivals(choices, days.events));
  const lines = new Map((await listStockLines(tables)).map((line) => [`${line.store}|${line.item}`, line]));
  const lineOf = (store: string, item: string) => lines.get(`${store}|${item}`);
  const problems = compareWithShelves(days, ITEMS, lineOf, kind === 'shelf' ? 'wrong' : 'forgiven');
  if (kind === 'shelf') {
    problems.push(...(await compareOnTheWay(days, tables)), ...(await compareVariances(days, ITEMS, tables)));
  }
  return { kind, events: days.events.length, problems };
}
