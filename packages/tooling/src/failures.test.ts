import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  browserFailures,
  failureOfRun,
  failureText,
  LIST_LINES_MAX,
  MESSAGE_LINES_MAX,
  unhandledIn,
  unitFailures,
  type Failure,
} from './failures.ts';
import { ROOT } from './run.ts';

/** As vitest's JSON reporter writes it. */
const unitReport = {
  numPassedTests: 1,
  testResults: [
    {
      name: join(ROOT, 'packages/sync/src/a.test.ts'),
      status: 'failed',
      message: '',
      assertionResults: [
        { status: 'passed', fullName: 'a session greets', failureMessages: [] },
        {
          status: 'failed',
          fullName: 'a session C1 ends',
          failureMessages: [
            '\u001B[31mAssertionError\u001B[39m: 1\n\n    at x.ts:3\n    at y (/z/node_modules/v.js:1:2)',
          ],
        },
      ],
    },
    {
      name: join(ROOT, 'packages/ui/src/b.test.ts'),
      status: 'failed',
      message: 'Cannot find module',
      assertionResults: [],
    },
    { name: join(ROOT, 'packages/ui/src/c.test.ts'), status: 'passed', message: '', assertionResults: [] },
  ],
};

/** As Playwright's JSON reporter writes it. */
const test = (status: string, ...messages: string[]) => ({
  status,
  results: messages.map((message) => ({ errors: [{ message }] })),
});
const browserReport = {
  suites: [
    {
      title: 'x.spec.ts',
      specs: [{ title: 'sells', file: 'x.spec.ts', line: 7, tests: [test('expected')] }],
      suites: [
        {
          title: 'in dark',
          specs: [
            { title: 'counts', file: 'x.spec.ts', line: 9, tests: [test('unexpected', 'Timed out')] },
            { title: 'undoes', file: 'x.spec.ts', line: 12, tests: [test('flaky', 'Once')] },
          ],
        },
      ],
    },
  ],
  errors: [{ message: 'No browser' }],
};

it('names each failed unit test with its file and its message, and a file that failed as a whole', () => {
  expect(failureText(unitFailures(unitReport))).toBe(
    [
      '── What failed',
      '1) packages/sync/src/a.test.ts › a session C1 ends',
      '     AssertionError: 1',
      '         at x.ts:3',
      '2) packages/ui/src/b.test.ts › the file as a whole',
      '     Cannot find module',
    ].join('\n'),
  );
});

it('names each failed browser test, one that passed at its second attempt, and what hindered the whole run', () => {
  expect(browserFailures(browserReport)).toEqual([
    { file: 'e2e/src/specs/x.spec.ts:9', name: 'in dark › counts', message: 'Timed out' },
    { file: 'e2e/src/specs/x.spec.ts:12', name: 'in dark › undoes', message: 'Once' },
    { file: 'e2e', name: 'the run as a whole', message: 'No browser' },
  ]);
});

it('shows what was thrown outside every test, and the end of what a crash left', () => {
  const noise = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
  const unhandled = unhandledIn(`${noise}\n\u001B[31m⎯⎯⎯ Unhandled Errors ⎯⎯⎯\u001B[39m\n\nError: away\n${noise}`);
  expect(failureText(unhandled === null ? [] : [unhandled])).toContain(
    '1) errors outside every test\n     Error: away',
  );
  expect(unhandledIn(`${noise}\nA test of Unhandled Errors`)).toBeNull();
  expect(failureOfRun('unit tests', noise).message.split('\n')).toEqual(noise.split('\n').slice(-MESSAGE_LINES_MAX));
});

it('says nothing of nothing, and says that there is no message', () => {
  expect([unitFailures(null), browserFailures(null)]).toEqual([[], []]);
  expect(failureText([])).toBe('');
  expect(failureText([{ file: '', name: 'build', message: '' }])).toBe(
    '── What failed\n1) build\n     Nothing more is told.',
  );
});

it('is bounded in failures, in lines and in the length of a line', () => {
  const message = Array.from({ length: 100 }, (_, line) => `${line} ${'x'.repeat(1_000)}`).join('\n');
  const many = Array.from({ length: 50 }, (_, index): Failure => ({ file: 'f', name: `test ${index}`, message }));
  const lines = failureText(many).split('\n');
  expect(lines).toHaveLength(1 + LIST_LINES_MAX + 1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(320);
  expect(lines.slice(4, 7)).toEqual([
    expect.stringContaining('     2 xxx'),
    '     … 97 more lines above.',
    '2) f › test 1',
  ]);
  expect(lines.at(-1)).toBe('… and 30 more, named above.');
  expect(failureText(many.slice(0, 2)).split('\n')).toHaveLength(1 + 2 * (1 + MESSAGE_LINES_MAX));
});
