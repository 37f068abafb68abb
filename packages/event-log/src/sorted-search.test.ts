import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstAtOrAfter } from './sorted-search.ts';

it('finds where a walk from the front would', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), fc.string({ maxLength: 3 }), (texts, key) => {
      const sorted = texts.toSorted().map((text) => ({ text }));
      const walked = sorted.findIndex(({ text }) => text >= key);
      expect(firstAtOrAfter(sorted, key, ({ text }) => text)).toBe(walked === -1 ? sorted.length : walked);
    }),
  );
});
