import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferedTables } from './buffered-tables.ts';
import { RANGE_ROWS_MAX } from './limits.ts';
import { MemoryTables } from './memory-tables.ts';
import { keyPrefix, sortableNumber, tableKey, type ClearableTables, type Range, type Row } from './tables.ts';

/** The plainest implementation that can be: an object per table, sorted anew for every range. */
class NaiveTables implements ClearableTables {
  readonly #tables: Record<string, Record<string, unknown>> = {};

  async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
    return keys.map((key) => this.#tables[table]?.[key] as Value | undefined);
  }

  async range<Value>(table: string, { from, to, reverse, rowsMax }: Range): Promise<Row<Value>[]> {
    const all = Object.entries(this.#tables[table] ?? {}).map(([key, value]) => ({ key, value: value as Value }));
    const within = all.filter(({ key }) => (from === undefined || key >= from) && (to === undefined || key < to));
    within.sort((a, b) => (a.key < b.key ? -1 : 1));
    return (reverse === true ? within.toReversed() : within).slice(0, rowsMax);
  }

  async putMany(table: string, rows: readonly Row<unknown>[]): Promise<void> {
    for (const { key, value } of rows) (this.#tables[table] ??= {})[key] = value;
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) delete this.#tables[table]?.[key];
  }

  async clear(table: string): Promise<void> {
    delete this.#tables[table];
  }
}

type Step = (tables: ClearableTables) => Promise<unknown>;

const table = fc.constantFrom('a', 'b');
const key = fc.constantFrom(...Array.from({ length: 7 }, (_, index) => `k${String.fromCodePoint(97 + index)}`));
const keys = fc.array(key, { maxLength: 6 });
const bound = fc.option(key, { nil: undefined });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ table, keys, seed: fc.integer({ min: 0, max: 99 }) }).map(
    (put): Step =>
      (tables) =>
        tables.putMany(
          put.table,
          put.keys.map((name, index) => ({ key: name, value: put.seed + index })),
        ),
  ),
  fc.record({ table, keys }).map(
    (gone): Step =>
      (tables) =>
        tables.deleteMany(gone.table, gone.keys),
  ),
  fc.record({ table, keys }).map(
    (got): Step =>
      (tables) =>
        tables.getMany(got.table, got.keys),
  ),
  fc.record({ table, from: bound, to: bound, reverse: fc.boolean(), rowsMax: fc.integer({ min: 1, max: 8 }) }).map(
    ({ table: name, from, to, reverse, rowsMax }): Step =>
      (tables) =>
        tables.range(name, {
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          reverse,
          rowsMax,
        }),
  ),
  {
    weight: 1,
    arbitrary: table.map(
      (name): Step =>
        (tables) =>
          tables.clear(name),
    ),
  },
);

async function answers(tables: ClearableTables, steps: readonly Step[]): Promise<unknown[]> {
  const given: unknown[] = [];
  for (const each of steps) given.push(await each(tables));
  return given;
}

const everything: Step[] = ['a', 'b'].map((name) => (tables) => tables.range(name, { rowsMax: 100 }));

describe('tables in memory', () => {
  it('answer like the plainest implementation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        expect(await answers(new MemoryTables(), steps)).toEqual(await answers(new NaiveTables(), steps));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuse a range without a sane bound', async () => {
    await expect(new MemoryTables().range('a', { rowsMax: RANGE_ROWS_MAX + 1 })).rejects.toThrow(RangeError);
  });

  it('clone into independent tables, and dump what two foldings can be compared by', async () => {
    const tables = new MemoryTables();
    await tables.putMany('b', [
      { key: '2', value: 'two' },
      { key: '1', value: 'one' },
    ]);
    await tables.putMany('a', [{ key: 'gone', value: 1 }]);
    await tables.deleteMany('a', ['gone']);
    const copy = tables.clone();
    await tables.putMany('b', [{ key: '3', value: 'three' }]);
    expect(copy.dump()).toEqual({
      b: [
        { key: '1', value: 'one' },
        { key: '2', value: 'two' },
      ],
    });
  });

  it('keep up with many rows that come in no order, between reads', async () => {
    const tables = new MemoryTables();
    const count = 20_000;
    // 7,919 is prime: every number once, far from sorted.
    for (let start = 0; start < count; start += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => sortableNumber(((start + index) * 7_919) % count));
      await tables.putMany(
        'a',
        rows.map((name) => ({ key: name, value: 1 })),
      );
      const [first] = await tables.range('a', { from: rows[0] ?? '', rowsMax: 1 });
      expect(first?.key).toBe(rows[0]);
    }
    expect((await tables.range('a', { rowsMax: RANGE_ROWS_MAX })).at(-1)?.key).toBe(sortableNumber(RANGE_ROWS_MAX - 1));
  });
});

describe('buffered tables', () => {
  it('read their own writes over what lies below, write nothing before a flush, and then exactly that', async () => {
    const stepsList = fc.array(step, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(stepsList, stepsList, stepsList, async (before, during, after) => {
        const plain = new NaiveTables();
        const below = new MemoryTables();
        await answers(plain, before);
        await answers(below, before);
        const untouched = below.dump();
        const buffer = new BufferedTables(below, Number.POSITIVE_INFINITY);
        expect(await answers(buffer, [...during, ...everything])).toEqual(
          await answers(plain, [...during, ...everything]),
        );
        expect(below.dump()).toEqual(untouched);
        await buffer.flush();
        expect(await answers(below, everything)).toEqual(await answers(plain, everything));
        expect(await answers(buffer, after)).toEqual(await answers(plain, after));
      }),
      { numRuns: 300 },
    );
  });

  it('that write themselves out early answer the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 12 }), async (steps, rowsMax) => {
        const below = new MemoryTables();
        const buffer = new BufferedTables(below, rowsMax);
        const plain = new NaiveTables();
        expect(await answers(buffer, steps)).toEqual(await answers(plain, steps));
        await buffer.flush();
        expect(await answers(below, everything)).toEqual(await answers(plain, everything));
      }),
      { numRuns: 300 },
    );
  });

  it('handed over whole apply at one stroke', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.array(step), async (before, during) => {
        const plain = new NaiveTables();
        const below = new MemoryTables();
        await answers(plain, [...before, ...during]);
        await answers(below, before);
        const buffer = new BufferedTables(below, Number.POSITIVE_INFINITY);
        await answers(buffer, during);
        below.apply(buffer.take());
        expect(await answers(below, everything)).toEqual(await answers(plain, everything));
        expect(buffer.take()).toEqual([]);
      }),
    );
  });

  it('ask for each row below once', async () => {
    const below = new MemoryTables();
    await below.putMany('a', [{ key: 'x', value: 1 }]);
    const asked: string[] = [];
    const getMany = below.getMany.bind(below);
    below.getMany = async (name: string, names: readonly string[]) => {
      asked.push(...names);
      return getMany(name, names);
    };
    const buffer = new BufferedTables(below, Number.POSITIVE_INFINITY);
    await buffer.getMany('a', ['x', 'y', 'x']);
    expect(await buffer.getMany('a', ['y', 'x'])).toEqual([undefined, 1]);
    expect(asked).toEqual(['x', 'y']);
  });
});

describe('keys', () => {
  it('of numbers sort like the numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(sortableNumber(a) < sortableNumber(b)).toBe(a < b);
      }),
    );
  });

  it('of a prefix hold exactly the keys that begin with its parts', async () => {
    const tables = new MemoryTables();
    const names = ['s1|a', 's1|a|x', 's1|a|~', 's1|ab|x', 's1|b|x', 's10|a|x'];
    await tables.putMany(
      't',
      names.map((name) => ({ key: name, value: 1 })),
    );
    const rows = await tables.range('t', { ...keyPrefix('s1', 'a'), rowsMax: 10 });
    expect(rows.map((row) => row.key)).toEqual(['s1|a|x', 's1|a|~']);
    expect(tableKey('s1', 'a', 'x')).toBe('s1|a|x');
  });
});
