import { expect, test } from 'vitest';
import { readLoginSearch } from './login-search.ts';

test.each(['/stock?view=out', '/items/a?store=b'])('%s is where to go on', (next) => {
  expect(readLoginSearch({ next })).toEqual({ next });
});

test.each(['https://example.org/', '//example.org/', '/\\example.org', 'javascript:alert(1)', '', 7])(
  '%j is no address of ours and is not followed',
  (next) => {
    expect(readLoginSearch({ next })).toEqual({});
  },
);
