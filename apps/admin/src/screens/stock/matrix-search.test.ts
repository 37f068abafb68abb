import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matrixSearchText, matrixViews, readMatrixSearch, type MatrixSearch } from './matrix-search.ts';

const search = fc.record<MatrixSearch>({
  view: fc.constantFrom(...matrixViews),
  query: fc.string({ maxLength: 30 }),
  category: fc.option(fc.string({ minLength: 1, maxLength: 30 })),
  sort: fc.record({
    column: fc.oneof(
      fc.constantFrom('name' as const, 'sku' as const, 'total' as const),
      fc.record({ store: fc.stringMatching(/^[0-9A-Za-z_-]{1,20}$/) }),
    ),
    descending: fc.boolean(),
  }),
  atMs: fc.option(fc.nat(4_000_000_000_000)),
});

test('what is written into an address is read back from it', () => {
  fc.assert(
    fc.property(search, (each) => {
      expect(readMatrixSearch({ ...matrixSearchText(each) })).toEqual(each);
    }),
  );
});

test('the usual screen has the short address', () => {
  expect(matrixSearchText(readMatrixSearch({}))).toEqual({});
});

test('an address that makes no sense shows the usual screen', () => {
  const nonsense = { view: 'x', q: 7, sort: '-y', at: 'yesterday', 'f.category': '' };
  expect(readMatrixSearch(nonsense)).toEqual(readMatrixSearch({}));
  // A time without a zone means another moment on every computer.
  expect(readMatrixSearch({ at: '2026-11-17T14:20' }).atMs).toBeNull();
  expect(readMatrixSearch({ at: '2026-11-17T14:20+01:00' }).atMs).toBe(Date.UTC(2026, 10, 17, 13, 20));
});
