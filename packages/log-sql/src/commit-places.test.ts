import type { CentralCommit, Place } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { eachPlace } from './commit-places.ts';

const placeOf = (device: string, seq: number): Place => ({ device, seq, hash: '' });
const named = (id: string, device: string, seq: number) => ({ ...placeOf(device, seq), id });
type Entry = CentralCommit['entries'][number];
const entryOf = (id: string, position: number, place: Place | null) => ({ id, position, place }) as Entry;
type Aside = CentralCommit['keptAside'][number];
const asideOf = (place: Place) => ({ place }) as Aside;

/** [id, seq, position, again] of each place. */
function standing(commit: Partial<Parameters<typeof eachPlace>[0]>, held: Record<string, number> = {}): unknown[] {
  const stand: unknown[] = [];
  const whole = { places: [], entries: [], keptAside: [], filled: [], ...commit };
  eachPlace(
    whole,
    (id) => held[id] ?? null,
    ({ id, seq }, position, again) => stand.push([id, seq, position, again]),
  );
  return stand;
}

it('new events stand at their positions, known ones again, those kept aside nowhere, filled ones for the first time', () => {
  const places = [
    named('a', 'x', 1),
    named('known', 'x', 2),
    named('aside', 'x', 3),
    named('a', 'y', 1),
    named('handed-back', 'y', 2),
    named('b', 'y', 3),
  ];
  const entries = [
    entryOf('a', 11, placeOf('x', 1)),
    entryOf('handed-back', 12, null),
    entryOf('b', 13, placeOf('y', 3)),
  ];
  const commit = { places, entries, keptAside: [asideOf(placeOf('x', 3))], filled: [named('handed-back', 'y', 2)] };
  expect(standing(commit, { known: 4, a: 11, 'handed-back': 12 })).toEqual([
    ['a', 1, 11, false],
    ['known', 2, 4, true],
    ['aside', 3, null, false],
    ['a', 1, 11, true],
    ['handed-back', 2, 12, false],
    ['b', 3, 13, false],
  ]);
});

it('what is in no place, or in another order, is a bug, and no row is written of it', () => {
  const places = [named('a', 'x', 1), named('b', 'x', 2)];
  const [a, b] = [entryOf('a', 1, placeOf('x', 1)), entryOf('b', 2, placeOf('x', 2))];
  expect(() => standing({ places: places.slice(0, 1), entries: [a, b] })).toThrow(/order/);
  expect(() => standing({ places, entries: [b, a] })).toThrow(/not held/);
  expect(() => standing({ places, entries: [b, a] }, { a: 1, b: 2 })).toThrow(/order/);
  expect(() => standing({ places, entries: [a] })).toThrow(/not held/);
  expect(() => standing({ places: [], keptAside: [asideOf(placeOf('x', 1))] })).toThrow(/order/);
  expect(() => standing({ places: [], filled: [named('a', 'x', 1)] })).toThrow(/order/);
  expect(standing({ entries: [entryOf('handed-back', 1, null)] })).toEqual([]);
});
