// Random histories: every event type and every ruling over a few stores, items and devices, with times so near that order,
// ties and doubts matter. Pure: the same choices give the same history.
import type { Event } from '@streamstock/event-log';
import { pick, type Choices } from './choices.ts';
import { makeRuling, minute } from './make-event.ts';
import { CATALOGUE_MAKERS, CHAIN_MAKERS, FOREIGN_MAKERS } from './random-chain.ts';
import { MINUTES, referenceTo, type Maker } from './random-parts.ts';
import { PROMISE_MAKERS } from './random-promises.ts';
import { COUNT_MAKERS, REVERSAL_MAKERS, STOCK_MAKERS } from './random-stock.ts';
import { RESTOCK_MAKERS, TRANSFER_MAKERS } from './random-transfers.ts';

const ruled: Maker = (choices, name, earlier) => {
  const about = referenceTo(choices, earlier);
  const at = minute(choices.int(MINUTES));
  const kind = choices.int(4);
  if (kind === 0) return makeRuling(name, 'EventSetAside', about, {}, at);
  if (kind === 1) return makeRuling(name, 'EventAdmitted', about, {}, at);
  if (kind === 2) return makeRuling(name, 'EventVoided', about, {}, at);
  const effectiveAt = minute(choices.int(MINUTES) / 2);
  return makeRuling(name, 'EventRetimed', about, { effectiveAt, uncertaintyMs: choices.int(3) * 1_000 }, at);
};

type Makers = readonly [Maker, ...Maker[]];

/** What strikes every history, whatever it is about. */
const DISTURBANCES: Makers = [ruled, ruled, ruled, ...REVERSAL_MAKERS, ...REVERSAL_MAKERS, ...FOREIGN_MAKERS];

/**
 * What a history is mostly about. One of everything has every pair of types; one of a few types has them so often that three
 * and more of them meet.
 */
const SUBJECTS: readonly [Makers, ...Makers[]] = [
  [
    ...STOCK_MAKERS,
    ...STOCK_MAKERS,
    ...COUNT_MAKERS,
    ...PROMISE_MAKERS,
    ...TRANSFER_MAKERS,
    ...RESTOCK_MAKERS,
    ...CHAIN_MAKERS,
    ...DISTURBANCES,
    ...DISTURBANCES,
  ],
  [...STOCK_MAKERS, ...DISTURBANCES],
  [...COUNT_MAKERS, ...DISTURBANCES],
  [...PROMISE_MAKERS, ...DISTURBANCES],
  [...TRANSFER_MAKERS, ...DISTURBANCES],
  [...RESTOCK_MAKERS, ...DISTURBANCES],
  [...CHAIN_MAKERS, ...DISTURBANCES],
];

function historyOf(choices: Choices, makers: Makers, events: number): Event[] {
  const history: Event[] = [];
  for (let index = 0; index < events; index += 1)
    history.push(pick(choices, makers)(choices, `event-${index}`, history));
  return history;
}

/** A history of `events` events. */
export function randomHistory(choices: Choices, events: number): Event[] {
  return historyOf(choices, pick(choices, SUBJECTS), events);
}

/** A history of `events` events about items, codes and stores, and rulings about them. */
export function randomCatalogue(choices: Choices, events: number): Event[] {
  return historyOf(choices, [...CATALOGUE_MAKERS, ...CATALOGUE_MAKERS, ruled, ruled, ruled], events);
}
