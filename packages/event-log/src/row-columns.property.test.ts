// Rows go through their columns unchanged, whatever they hold, and what is no column is refused.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowsOfColumns, type Column, type RowColumns } from './row-columns.ts';
import { rowsToColumns, snapshotPageText } from './rows-to-columns.ts';
import { readSnapshotPage } from './snapshot-page.ts';
import type { Row } from './tables.ts';

const plain = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, 1, -1, '', 'a', 'b', 1_234_567, 1_234_999, 0.5),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
);
/** Few fields, so that shapes meet again. */
const field = fc.constantFrom('item', 'at', 'quantity', '1', '0', '__proto__', 'toString');
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    plain,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(field, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));
/** Rows of one table look alike, but for some. */
const values = fc.oneof(
  fc.array(anyValue, { minLength: 1, maxLength: 30 }),
  fc
    .tuple(fc.array(anyValue, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(), { minLength: 1, maxLength: 40 }))
    .map(([few, which]) => which.map((one) => few[one % few.length])),
  fc.array(
    fc.record({
      item: fc.constantFrom('0001', '0002', 'x'),
      at: fc.integer({ min: 3_000_000_000_000_000, max: 3_000_000_000_009_999 }),
      count: fc.option(fc.record({ at: plain, lines: fc.array(plain, { maxLength: 2 }) }), { freq: 8 }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
);
const rows = values.map((all): Row<unknown>[] =>
  all.map((value, index) => ({ key: `store|${index.toString().padStart(4, '0')}`, value })),
);

/** As JSON has it. */
function asSent<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

it('any rows come back as they were, in the same order of fields, from their text and from their columns', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const sent = JSON.stringify(all);
      expect(JSON.stringify(rowsOfColumns(asSent(rowsToColumns(all))))).toBe(sent);
      const text = snapshotPageText(all);
      expect(JSON.stringify(readSnapshotPage(text))).toBe(sent);
      expect(text).not.toContain('\n');
      expect(text.length).toBeLessThanOrEqual(JSON.stringify(all.map(({ key, value }) => [key, value])).length);
    }),
  );
});

function objectsIn(value: unknown): object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

it('no two rows share an object: what changes one of them leaves the others', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const objects = rowsOfColumns(asSent(rowsToColumns(all))).flatMap(({ value }) => objectsIn(value));
      expect(new Set(objects).size).toBe(objects.length);
    }),
  );
});

it('what all rows have, what their keys say and what differs little is not written out', () => {
  const all = Array.from({ length: 5 }, (_, index): Row<unknown> => {
    const [item, at] = [`item-${index}`, 3_612_106_095_445_074 + index];
    const count = index === 3 ? { by: 'ana', lines: [1, index] } : null;
    return { key: `lisboa|${item}`, value: { store: 'lisboa', item, unit: 'piece', at, count, doubts: {} } };
  });
  expect(rowsToColumns(all)).toEqual({
    keys: all.map(({ key }) => key),
    values: [
      'object',
      [
        ['store', ['all', 'lisboa']],
        ['item', ['part', 1]],
        ['unit', ['all', 'piece']],
        ['at', ['plus', 3_612_106_095_445_074, [0, 1, 2, 3, 4]]],
        [
          'count',
          [
            'mixed',
            [3],
            ['all', null],
            [
              'object',
              [
                ['by', ['all', 'ana']],
                [
                  'lines',
                  [
                    'array',
                    [
                      ['all', 1],
                      ['all', 3],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
        ['doubts', ['object', []]],
      ],
    ],
  });
});

const NO_COLUMNS: readonly [string, unknown][] = [
  ['no name', ['other', 1]],
  ['no column', 'list'],
  ['too few values', ['list', [1]]],
  ['too many sums', ['plus', 1, [1, 2, 3]]],
  ['no such part', ['part', 2]],
  ['a shared object', ['all', {}]],
  ['a shared object in a field', ['object', [['doubts', ['all', []]]]]],
  ['a field that is none', ['object', [['__proto__', ['all', null]]]]],
  ['a row twice', ['mixed', [0, 0], ['list', []], ['list', [1, 2]]]],
  ['a row past the end', ['mixed', [2], ['list', [1, 2]], ['list', [1]]]],
  ['too deep', Array.from({ length: 20 }).reduce<unknown>((inner) => ['array', [inner]], ['all', 1])],
];

it.each(NO_COLUMNS)('%s is no column', (_, column) => {
  const page: RowColumns = { keys: ['a|1', 'a|2'], values: column as Column };
  expect(() => rowsOfColumns(page)).toThrow(TypeError);
  expect(() => readSnapshotPage(JSON.stringify(page))).toThrow(TypeError);
});

it.each(['', 'null', '1', '{}', '{"keys":1,"values":["all",1]}', '{"keys":["a"]}', '[1]'])('%j is no page', (text) => {
  expect(() => readSnapshotPage(text)).toThrow(Error);
});
