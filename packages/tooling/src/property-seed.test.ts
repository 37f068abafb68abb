import fc from 'fast-check';
import { expect, it } from 'vitest';
import { propertySeed, PROPERTY_SEED } from './property-seed.ts';

it('is one seed, another one that is asked for, or a fresh one for each property', () => {
  expect([undefined, '', '7', '-7', 'random'].map(propertySeed)).toEqual([PROPERTY_SEED, PROPERTY_SEED, 7, -7, null]);
  expect(() => propertySeed('1.5')).toThrow('"1.5"');
  expect(() => propertySeed('soon')).toThrow('whole number');
});

it('is what a property draws from that names none', () => {
  const asked = propertySeed(process.env['STREAMSTOCK_PROPERTY_SEED']);
  const { seed } = fc.check(fc.property(fc.integer(), () => true));
  expect(seed === (asked ?? PROPERTY_SEED)).toBe(asked !== null);
});
