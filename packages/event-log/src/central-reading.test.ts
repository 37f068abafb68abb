import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_EVENTS_MAX, takeGroups, withCompanions } from './central-reading.ts';
import { TestDevice } from './testing/central-fixtures.ts';

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

describe('companions', () => {
  const device = new TestDevice({ device: 'centre', store: 'porto' });
  const target = 'x'.repeat(100);
  const companion = { id: '0', line: target, position: 1, opensGroup: true };

  /** `about`: whose position is earlier; null: of no ruling, or of one in the read itself. */
  function rowOf(about: string | null, opensGroup = true) {
    const type = about === null ? 'ThingHappened' : 'EventVoided';
    const [written] = device.write({ type, payload: about === null ? {} : { target: about, reason: '' } });
    return { id: written?.event.id ?? '', line: written?.line ?? '', position: 9, opensGroup };
  }

  it('come once for several rulings, and cut the read where both together pass the bound', () => {
    const [a, b] = [device.newId(), device.newId()];
    const rows = [rowOf(null), rowOf(a), rowOf(null, false), rowOf(a), rowOf(b), rowOf(b, false)];
    const find = (id: string) => ({ ...companion, id });
    const bytesOf = (count: number) => rows.slice(0, count).reduce((sum, { line }) => sum + line.length + 1, 0);
    const read = (bytesMax: number, more = false) => {
      const { taken, more: cut, companions } = withCompanions({ taken: rows, more }, { bytesMax }, find);
      return [taken.length, companions.map(({ id }) => id), cut];
    };
    expect(read(Infinity)).toEqual([6, [a, b], false]);
    expect(read(Infinity, true)).toEqual([6, [a, b], true]);
    expect(read(bytesOf(6) + 202)).toEqual([6, [a, b], false]);
    expect(read(bytesOf(6) + 201)).toEqual([4, [a], true]);
    expect(read(bytesOf(3) + 101)).toEqual([3, [a], true]);
    expect(read(bytesOf(3) + 100)).toEqual([1, [], true]);
    expect(read(1)).toEqual([1, [], true]);
    const counted = (eventsMax: number) => {
      const cut = withCompanions({ taken: rows, more: false }, { eventsMax, bytesMax: Infinity }, find);
      return [cut.taken.length, cut.companions.length, cut.more];
    };
    expect(counted(8)).toEqual([6, 2, false]);
    expect(counted(7)).toEqual([4, 1, true]);
    expect(counted(4)).toEqual([3, 1, true]);
    expect(counted(1)).toEqual([1, 0, true]);
    expect(withCompanions({ taken: rows.slice(4), more: false }, { bytesMax: 1 }, find).companions).toHaveLength(1);
    expect(withCompanions({ taken: [], more: false }, { bytesMax: 1 }, find)).toEqual({
      taken: [],
      more: false,
      companions: [],
    });
  });

  it('come by position, in whatever order the rulings about them stand', () => {
    const ids = [device.newId(), device.newId(), device.newId()];
    const positions = new Map(ids.map((id, index) => [id, 3 - index]));
    const { companions } = withCompanions(
      { taken: ids.map((id) => rowOf(id)), more: false },
      { bytesMax: Infinity },
      (id) => ({ ...companion, id, position: positions.get(id) ?? 0 }),
    );
    expect(companions.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  it('are looked up for rulings alone', () => {
    const asked: string[] = [];
    const about = device.newId();
    const [quoting] = device.write({ payload: { type: 'EventVoided', target: about } });
    const rows = [rowOf(null), { id: 'q', line: quoting?.line ?? '', position: 9, opensGroup: true }, rowOf(about)];
    withCompanions({ taken: rows, more: false }, { bytesMax: Infinity }, (id) => {
      asked.push(id);
      return null;
    });
    expect(asked).toEqual([about]);
  });
});
