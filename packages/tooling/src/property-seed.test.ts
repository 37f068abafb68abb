import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';
import { propertySeed, PROPERTY_SEED } from './property-seed.ts';
import { ROOT } from './run.ts';

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

it('is set up in every project of the workspace', async () => {
  const vitest = await createVitest('test', { root: ROOT, watch: false, reporters: [] });
  try {
    const seeded = vitest.projects
      .filter(({ config }) => config.setupFiles.includes(join(import.meta.dirname, 'property-seed.ts')))
      .map(({ config }) => relative(ROOT, config.root));
    const folders = ['packages', 'apps'].flatMap((parent) =>
      readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
    );
    expect(seeded.toSorted()).toEqual(folders.toSorted());
  } finally {
    await vitest.close();
  }
});
