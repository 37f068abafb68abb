// What failed, by name: reads the reports of vitest and Playwright, and words a list that fits in the tail of a log. Owns the
// bounds of that list. Starts nothing and counts nothing.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './run.ts';

/** One test, or one step, that failed. */
export interface Failure {
  /** Path from the repository's root; empty when no file is to blame. */
  readonly file: string;
  /** The full name, outer descriptions first. */
  readonly name: string;
  readonly message: string;
}

/** A log's tail is all that some build servers keep, a hundred lines or little more: the list fits, and names come first. */
export const LIST_LINES_MAX = 100;
export const FAILURES_SHOWN_MAX = 20;
export const MESSAGE_LINES_MAX = 20;
const LINE_CHARACTERS_MAX = 300;
const UNTOLD = 'Nothing more is told.';
/** A line of a stack inside a tool says nothing of the failure. */
const TOOL_FRAME = /^\s+at .*node_modules|^\s+at new Promise \(<anonymous>\)$/;

interface VitestReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** The failed tests of vitest's JSON report, and the files that failed as a whole. */
export function unitFailures(report: unknown): Failure[] {
  const { testResults = [] } = (report ?? {}) as VitestReport;
  return testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const file = fromRoot(name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({ file, name: test.fullName, message: (test.failureMessages ?? []).join('\n') }));
    return failed.length === 0 && status === 'failed' ? [{ file, name: 'the file as a whole', message }] : failed;
  });
}

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly line: number;
    readonly tests: readonly {
      readonly status: string;
      readonly results: readonly { readonly errors?: readonly { readonly message?: string }[] }[];
    }[];
  }[];
}

/** The failed tests of Playwright's JSON report, and what hindered the whole run. A test that passed at its second attempt failed. */
export function browserFailures(report: unknown): Failure[] {
  const { suites = [], errors = [] } = (report ?? {}) as {
    readonly suites?: readonly PlaywrightSuite[];
    readonly errors?: readonly { readonly message?: string }[];
  };
  const hindered = errors.map(({ message = '' }) => ({ file: 'e2e', name: 'the run as a whole', message }));
  return [...suites.flatMap((suite) => inSuite(suite, [])), ...hindered];
}

function inSuite({ suites = [], specs = [] }: PlaywrightSuite, outer: readonly string[]): Failure[] {
  const own = specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => ({
        file: `e2e/src/specs/${file}:${line}`,
        name: [...outer, title].join(' › '),
        message: results.flatMap(({ errors = [] }) => errors.map(({ message = '' }) => message)).join('\n'),
      })),
  );
  return [...own, ...suites.flatMap((suite) => inSuite(suite, [...outer, suite.title]))];
}

/** What vitest says of errors outside every test; null where there were none. */
export function unhandledIn(output: string): Failure | null {
  const lines = linesOf(output);
  const from = lines.findIndex((line) => /^⎯+ Unhandled Errors? ⎯+$/.test(line));
  return from < 0 ? null : { file: '', name: 'errors outside every test', message: lines.slice(from + 1).join('\n') };
}

/** A run that ended badly although no test failed: the end of what it printed. */
export function failureOfRun(name: string, output: string): Failure {
  return { file: '', name, message: linesOf(output).slice(-MESSAGE_LINES_MAX).join('\n') };
}

/** The list, bounded in failures, lines and the length of a line; empty for none. The more failed, the less is said of each. */
export function failureText(failures: readonly Failure[]): string {
  if (failures.length === 0) return '';
  const linesEach = Math.floor(LIST_LINES_MAX / Math.min(failures.length, FAILURES_SHOWN_MAX)) - 1;
  const shown = failures.slice(0, FAILURES_SHOWN_MAX).map((failure, index) => {
    const title = [failure.file, failure.name].filter((part) => part !== '').join(' › ');
    const [first, ...more] = messageLines(failure.message, Math.min(MESSAGE_LINES_MAX, linesEach));
    return [`${index + 1}) ${cut(title)}`, ...[first ?? UNTOLD, ...more].map((line) => `     ${cut(line)}`)].join('\n');
  });
  const left = failures.length - shown.length;
  return ['── What failed', ...shown, ...(left > 0 ? [`… and ${left} more, named above.`] : [])].join('\n');
}

function messageLines(message: string, linesMax: number): string[] {
  const lines = linesOf(message).filter((line) => !TOOL_FRAME.test(line));
  if (lines.length <= linesMax) return lines;
  return [...lines.slice(0, linesMax - 1), `… ${lines.length - linesMax + 1} more lines above.`];
}

const linesOf = (text: string): string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

const cut = (line: string): string =>
  line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX)}…` : line;

const fromRoot = (file: string): string => (file.startsWith(ROOT) ? relative(ROOT, file) : file);
