// Keeps SPEC.md and the tests together: no rule without a test, no test of a rule that is not written down.
import { numbersOf, rulesOf, testTitles } from '@streamstock/tooling/spec-rules';
import { describe, expect, it } from 'vitest';
import spec from '../SPEC.md?raw';

/** Counterexamples and pitfalls have numbers of their own lists; of the centre's pitfalls those beyond the rules of clocks. */
const OTHER_LISTS = /^((X|D)\d+|C[7-9])$/;

const rules = rulesOf(spec);
const titles = testTitles(import.meta.glob('./**/*.test.ts', { query: '?raw', import: 'default', eager: true }));
const tested = titles.flatMap(numbersOf);

describe('rules and tests', () => {
  it('every rule of SPEC.md has a number of its own and at least one test', () => {
    expect(rules.length).toBeGreaterThan(50);
    expect(new Set(rules).size).toBe(rules.length);
    expect(rules.filter((rule) => !tested.includes(rule))).toEqual([]);
  });

  it('every test title begins with the number of a rule, or of a counterexample', () => {
    expect(titles.length).toBeGreaterThan(rules.length);
    expect(titles.filter((title) => numbersOf(title).length === 0)).toEqual([]);
    expect(tested.filter((number) => !rules.includes(number) && !OTHER_LISTS.test(number))).toEqual([]);
  });
});
