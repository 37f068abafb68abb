import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchParts } from './match-parts.ts';

const bold = (name: string, query: string) =>
  matchParts(name, query)
    .map(({ text, matched }) => (matched ? `[${text}]` : text))
    .join('');

describe('matched letters', () => {
  it.each([
    ['Oat drink 1 L', 'oat', '[Oat] drink 1 L'],
    ['Café torrado em grãos', 'cafe graos', '[Café] torrado em [grãos]'],
    ['Dark chocolate', 'choc dark', '[Dark] [choc]olate'],
    ['Feta', 'xyz', 'Feta'],
    ['Feta', '', 'Feta'],
  ])('of %s for %s', (name, query, expected) => {
    expect(bold(name, query)).toBe(expected);
  });

  it('are never lost or added', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ maxLength: 6 }), (name, query) => {
        expect(
          matchParts(name, query)
            .map(({ text }) => text)
            .join(''),
        ).toBe(name);
      }),
    );
  });
});
