// Reads the numbers of rules out of a SPEC.md, and out of the titles of the tests that hold them. Pure text work: which must fit
// which is said where it is tested.

const RULE = /^- \*\*([A-Z]{1,2}\d+)\*\*/gm;
const TITLE = /(?:\b(?:it|test)|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g;
const NUMBER = /^[A-Z]{1,2}\d+$/;

/** Numbers of its rules, in order: `- **A1** …`. */
export function rulesOf(spec: string): string[] {
  return [...spec.matchAll(RULE)].map((match) => match[1] ?? '');
}

/** Titles of all tests in these sources, by path; `spec.test.ts` itself has none of a rule. */
export function testTitles(sources: Readonly<Record<string, string>>): string[] {
  return Object.entries(sources)
    .filter(([path]) => !path.endsWith('spec.test.ts'))
    .flatMap(([, source]) => [...source.matchAll(TITLE)].map((match) => match[2] ?? ''));
}

/** The numbers that a title begins with. */
export function numbersOf(title: string): string[] {
  const words = title.split(' ');
  const end = words.findIndex((word) => !NUMBER.test(word));
  return words.slice(0, end);
}
