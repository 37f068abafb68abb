// Keeps SPEC.md and the tests together: no rule without a test, no test of a rule that is not written down.
import { numbersOf, rulesOf, testTitles } from '@streamstock/tooling/spec-rules';
import { describe, expect, it } from 'vitest';
import spec from '../SPEC.md?raw';

/** Counterexamples, pitfalls and spans of them have numbers of their own lists. */
const OTHER_LISTS = /^[XS]\d+$/;
/** One letter or two per part of the domain; each part counts from 1. */
const prefixOf = (number: string): string => number.replace(/\d+$/, '');

const rules = rulesOf(spec);
const titles = testTitles(import.meta.glob('./**/*.test.ts', { query: '?raw', import: 'default', eager: true }));
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
