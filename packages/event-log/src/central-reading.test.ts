import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_EVENTS_MAX, takeGroups } from './central-reading.ts';

interface Row {
  readonly position: number;
  readonly line: string;
  readonly opensGroup: boolean;
}

/** Groups of the given sizes, as rows in order. */
function rowsOf(groups: readonly number[], bytes = 9): Row[] {
  const rows: Row[] = [];
  for (const size of groups) {
    for (let index = 0; index < size; index += 1) {
      rows.push({ position: rows.length + 1, line: 'x'.repeat(bytes), opensGroup: index === 0 });
    }
  }
  return rows;
}

const sizes = fc.array(fc.integer({ min: 1, max: GROUP_EVENTS_MAX }), { maxLength: 20 });

describe('cutting a read', () => {
  it('takes whole groups from the start, as many as fit, at least one', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 400 }),
        (groups, eventsMax, bytesMax) => {
          const rows = rowsOf(groups);
          const { taken, more } = takeGroups(rows, { eventsMax, bytesMax });
          expect(taken).toEqual(rows.slice(0, taken.length));
          expect(more).toBe(taken.length < rows.length);
          const ends = groups.map((_, index) => groups.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
          const fitting = ends.filter((end) => end <= eventsMax && end * 10 <= bytesMax).at(-1);
          expect(taken.length).toBe(fitting ?? ends[0] ?? 0);
        },
      ),
    );
  });

  it('needs no more rows than it asks for', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 40 }), (groups, eventsMax) => {
        const rows = rowsOf(groups);
        const limit = { eventsMax, bytesMax: Infinity };
        const enough = rows.slice(0, eventsMax + GROUP_EVENTS_MAX);
        expect(takeGroups(enough, limit).taken).toEqual(takeGroups(rows, limit).taken);
        expect(takeGroups(enough, limit).more).toBe(takeGroups(rows, limit).more);
      }),
    );
  });

  it('counts bytes of UTF-8, line breaks included, and stops looking when it has enough', () => {
    const row = (line: string, position: number): Row => ({ line, position, opensGroup: true });
    let looked = 0;
    function* rows(): Generator<Row> {
      for (let position = 1; position <= 100; position += 1) {
        looked += 1;
        yield row('€', position);
      }
    }
    expect(takeGroups(rows(), { eventsMax: 100, bytesMax: 12 }).taken).toHaveLength(3);
    expect(looked).toBe(4);
    expect(takeGroups([], { eventsMax: 1, bytesMax: 1 })).toEqual({ taken: [], more: false });
  });
});
