// Keeps SPEC.md and the tests together: no rule without a test, no test of a rule that is not written down.
import { describe, expect, it } from 'vitest';
import spec from '../SPEC.md?raw';

const RULE = /^- \*\*([A-Z]{1,2}\d+)\*\*/gm;
const TITLE = /(?:\b(?:it|test)|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g;
const NUMBER = /^[A-Z]{1,2}\d+$/;
/** Counterexamples, pitfalls and spans of them have numbers of their own lists. */
const OTHER_LISTS = /^[XS]\d+$/;
/** One letter or two per part of the domain; each part counts from 1. */
const prefixOf = (number: string): string => number.replace(/\d+$/, '');

const rules = [...spec.matchAll(RULE)].map((match) => match[1] ?? '');
const sources = import.meta.glob('./**/*.test.ts', { query: '?raw', import: 'default', eager: true });
const titles = Object.entries(sources)
  .filter(([path]) => !path.endsWith('spec.test.ts'))
  .flatMap(([, source]) => [...source.matchAll(TITLE)].map((match) => match[2] ?? ''));
const numbersOf = (title: string): string[] => {
  const words = title.split(' ');
  const end = words.findIndex((word) => !NUMBER.test(word));
  return words.slice(0, end);
};
const tested = titles.flatMap(numbersOf);

describe('rules and tests', () => {
  it('every rule of SPEC.md has a number of its own, in order, and at least one test', () => {
    for (const prefix of new Set(rules.map(prefixOf))) {
      const own = rules.filter((rule) => prefixOf(rule) === prefix);
      expect(own).toEqual(own.map((_, index) => `${prefix}${index + 1}`));
    }
    expect(rules.filter((rule) => !tested.includes(rule))).toEqual([]);
  });

  it('every test title begins with the number of a rule', () => {
    expect(titles.length).toBeGreaterThan(rules.length);
    expect(titles.filter((title) => !rules.includes(numbersOf(title)[0] ?? ''))).toEqual([]);
    expect(tested.filter((number) => !rules.includes(number) && !OTHER_LISTS.test(number))).toEqual([]);
  });
});
