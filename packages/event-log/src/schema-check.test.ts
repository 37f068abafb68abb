// The compiled check against the schema itself: never a yes where the schema says no or would give back something else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { fitsAsIs } from './schema-check.ts';

const SCHEMA = z.object({
  name: z.string().check(z.minLength(2), z.maxLength(4), z.regex(/^\S/)),
  even: z.optional(
    z.int().check(
      z.minimum(0),
      z.maximum(8),
      z.refine((number) => number % 2 === 0),
    ),
  ),
  kind: z.nullable(z.enum(['a', 'b'])),
  parts: z.array(z.object({ one: z.literal(1), yes: z.boolean() })).check(
    z.maxLength(2),
    z.refine((parts) => parts.every(({ yes }) => yes)),
  ),
  who: z.union([z.literal('all'), z.array(z.string())]),
  sourcing: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('store'), store: z.string() }),
    z.object({ kind: z.literal('nearest') }),
  ]),
  rest: z.unknown(),
});

const values = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'a',
    'ab',
    'abcd',
    'abcde',
    '😀😀',
    '😀😀😀😀😀',
    ' ab',
    'all',
    'store',
    'nearest',
  ),
  fc.constantFrom<unknown>(0, 1, 2, 8, 10, -2, 0.5, NaN, 2 ** 53, true, false, [], {}, ['x'], [1]),
);
const part = fc.record({
  one: fc.constantFrom<unknown>(1, 1, 1, 2),
  yes: fc.constantFrom<unknown>(true, true, false, 1),
});
const sourcing = fc.record(
  { kind: fc.constantFrom('store', 'nearest', 'other'), store: fc.constantFrom<unknown>('s', 's', 7) },
  { requiredKeys: ['kind'] },
);
const oneIn = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: values, weight: 1 });
const candidates = fc.record(
  {
    name: oneIn(fc.constantFrom('ab', 'abcd', '😀😀😀😀')),
    even: oneIn(fc.constantFrom(0, 4, 8)),
    kind: oneIn(fc.constantFrom('a', 'b', null)),
    parts: oneIn(fc.array(part, { maxLength: 3 })),
    who: oneIn(fc.constantFrom<unknown>('all', ['x'], [])),
    sourcing: oneIn(sourcing),
    rest: values,
    more: fc.constant(1),
  },
  { requiredKeys: ['name', 'kind', 'parts', 'who', 'sourcing', 'rest'] },
);

const agrees = (schema: z.ZodMiniType, value: unknown) => {
  const parsed = schema.safeParse(value);
  return parsed.success && JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(value));
};

/** Keys in one order: an equal value may have them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Number.isNaN(value) ? 'NaN' : value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one)]);
}

describe('a compiled check', () => {
  it('says what the schema says, for what the schema leaves as it is', () => {
    const fits = fitsAsIs(SCHEMA);
    let yes = 0;
    fc.assert(
      fc.property(candidates, (candidate) => {
        const said = fits(candidate);
        if (said) yes += 1;
        expect(said).toBe(agrees(SCHEMA, candidate));
      }),
      { numRuns: 5_000 },
    );
    expect(yes).toBeGreaterThan(50);
  });

  it.each<[string, z.ZodMiniType, unknown]>([
    ['a key is left out', z.object({ a: z.int() }), { a: 1, b: 2 }],
    ['a value is filled in', z.object({ a: z._default(z.int(), 7) }), {}],
    ['a value is coerced', z.object({ a: z.coerce.number() }), { a: '7' }],
    ['a text is trimmed', z.string().check(z.trim()), ' a'],
    [
      'an earlier option takes a part of it',
      z.union([z.object({ a: z.int() }), z.object({ a: z.int(), b: z.int() })]),
      { a: 1, b: 2 },
    ],
    ['its key is that of an ancestor', z.object({ a: z.int() }), JSON.parse('{"a":1,"__proto__":{"b":2}}')],
  ])('says no where %s', (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(true);
    expect(fitsAsIs(schema)(value)).toBe(false);
  });
});
