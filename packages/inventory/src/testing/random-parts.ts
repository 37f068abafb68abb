// What random events are made of: few stores, items, devices and minutes, so that order, ties, doubts and references
// collide. Pure: the same choices give the same parts.
import type { Event, EventId } from '@streamstock/event-log';
import type { Money } from '../words.ts';
import { chance, pick, type Choices } from './choices.ts';
import { minute, testId, type EventExtras } from './make-event.ts';

export const STORES = ['lisboa', 'porto'] as const;
export const ITEMS = ['oat-drink', 'feta', 'rice'] as const;
const DEVICES = [undefined, 'till-1', 'phone-1', 'phone-2'] as const;
const UNCERTAINTIES_MS = [0, 0, 1_000, 45_000, 3_600_000, null] as const;

/** Minutes in which everything happens: few, so that times collide. */
export const MINUTES = 24;

/** Makes one event of a history; `earlier` is what stands before it, to be named. */
export type Maker = (choices: Choices, name: string, earlier: readonly Event[]) => Event;

export type MadeExtras = EventExtras & { readonly store: string; readonly at: number };

/** A moment of the history: on a half minute, or a stamp after it. */
export function moment(choices: Choices): number {
  return minute(choices.int(MINUTES) / 2) + choices.int(2);
}

/** A moment at which something ends: now and then never. */
export function deadline(choices: Choices): number | null {
  return chance(choices, 30) ? null : moment(choices);
}

export function extras(choices: Choices): MadeExtras {
  const device = pick(choices, DEVICES);
  const at = moment(choices);
  return {
    store: pick(choices, STORES),
    at,
    recordedAt: chance(choices, 20) ? minute(MINUTES) : at,
    ...(device === undefined ? {} : { device }),
    uncertaintyMs: pick(choices, UNCERTAINTIES_MS),
  };
}

export function item(choices: Choices): string {
  return pick(choices, ITEMS);
}

export function quantity(choices: Choices): number {
  return 1 + choices.int(6);
}

export function price(choices: Choices): Money | null {
  if (chance(choices, 20)) return null;
  return { minorUnits: choices.int(500), scale: choices.int(4) };
}

/** A cost that may be left out. */
export function cost(choices: Choices): { unitCost?: Money } {
  const unitCost = price(choices);
  return unitCost === null ? {} : { unitCost };
}

export function lines<Line>(choices: Choices, make: () => Line): Line[] {
  return Array.from({ length: 1 + choices.int(3) }, make);
}

/** An earlier event of one of these types; now and then none. */
export function earlierOf(choices: Choices, earlier: readonly Event[], ...types: string[]): Event | undefined {
  const known = earlier.filter(({ type }) => types.length === 0 || types.includes(type));
  return known.length === 0 || chance(choices, 5) ? undefined : known[choices.int(known.length)];
}

/** The id of an earlier event of one of these types, or one that never comes. */
export function referenceTo(choices: Choices, earlier: readonly Event[], ...types: string[]): EventId {
  return earlierOf(choices, earlier, ...types)?.id ?? testId('never');
}

/** Extras of an event about an earlier one: mostly in its store. */
export function extrasOfSameStore(choices: Choices, about: Event | undefined): MadeExtras {
  const own = extras(choices);
  return about?.store && chance(choices, 90) ? { ...own, store: about.store } : own;
}
