import type { LogEntry, LogPage } from '@streamstock/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrived, released, shownMax, tailOf, waitingMax, withOlder, type Tail } from './tail-model.ts';

const entry = (position: number): LogEntry => ({
  position,
  resuppliedBy: null,
  place: { device: 'd', seq: position, hash: '0'.repeat(64) },
  hash: '0'.repeat(64),
  arrivedAtMs: position,
  line: '{}',
});
const range = (from: number, to: number): LogEntry[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => entry(from + at));
const page = (from: number, to: number): LogPage => ({
  position: to,
  events: range(from, to).toReversed(),
  next: from > 1 ? from : null,
});
const positions = (tail: Tail): number[] => tail.shown.map((each) => each.position);

test('while following, new ones stand on top at once; otherwise they wait and are counted', () => {
  const start = tailOf(page(5, 7));
  expect(positions(arrived(start, range(8, 9), true, false))).toEqual([9, 8, 7, 6, 5]);
  const away = arrived(start, range(8, 9), false, false);
  expect(positions(away)).toEqual([7, 6, 5]);
  expect(away.waitingCount).toBe(2);
  expect(positions(released(away))).toEqual([9, 8, 7, 6, 5]);
});

test('what waits is not overtaken by what comes while following again', () => {
  const away = arrived(tailOf(page(5, 7)), range(8, 8), false, false);
  const then = arrived(away, range(9, 9), true, false);
  expect(positions(then)).toEqual([7, 6, 5]);
  expect(positions(released(then))).toEqual([9, 8, 7, 6, 5]);
});

test('too many waiting, or some that the stream left out: the list has a hole and is not released but read again', () => {
  const flooded = arrived(tailOf(page(1, 3)), range(4, 4 + waitingMax), false, false);
  expect(flooded).toMatchObject({ holed: true, waiting: [], waitingCount: waitingMax + 1 });
  expect(released(flooded)).toBe(flooded);
  expect(arrived(tailOf(page(1, 3)), range(90, 91), true, true).holed).toBe(true);
});

test('at its bound the list keeps the newest and says where the older ones begin', () => {
  const full = arrived(tailOf(page(1, 3)), range(4, shownMax + 10), true, false);
  expect(full.shown).toHaveLength(shownMax);
  expect(full.next).toBe(full.shown.at(-1)?.position);
});

test('whatever overlaps, every position stands once, newest first, without a hole', () => {
  const act = fc.record({
    kind: fc.constantFrom('arrive', 'release', 'older'),
    count: fc.nat(4),
    back: fc.nat(3),
    following: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let head = 40;
      let tail = tailOf(page(38, 40));
      for (const { kind, count, back, following } of acts) {
        if (kind === 'arrive') {
          // The stream may tell again what a page already told.
          tail = arrived(tail, range(head - back + 1, head + count), following, false);
          head += count;
        } else if (kind === 'release') tail = released(tail);
        else if (tail.next !== null)
          tail = withOlder(tail, page(Math.max(1, tail.next - 3), tail.next - 1 + Math.min(back, 2)));
      }
      const shown = positions(released(tail));
      const newest = shown[0] ?? 0;
      expect(newest).toBe(head);
      expect(shown).toEqual(Array.from({ length: shown.length }, (_, at) => newest - at));
    }),
  );
});
