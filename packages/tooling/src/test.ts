// `test`: everything that must pass, in order: check, unit and property tests, build, then the real browser. Ends with what
// failed, by name, and one closing line with the counts; a part that could not run counts as failed, never as absent.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { browserFailures, failureOfRun, failureText, unhandledIn, unitFailures, type Failure } from './failures.ts';
import { run, type RunResult } from './run.ts';

interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** Of Playwright's report. */
interface BrowserStats {
  readonly expected?: number;
}

/** Machines differ; a test that hangs still ends. */
const PATIENCE = ['--testTimeout=60000', '--hookTimeout=60000'];

const reports = mkdtempSync(join(tmpdir(), 'streamstock-test-'));

async function part(title: string, body: () => Promise<Outcome>): Promise<Outcome> {
  const startedAt = performance.now();
  console.log(`\n── ${title}`);
  const outcome = await body();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`── ${title}: ${outcome.passed} passed, ${outcome.failures.length} failed in ${seconds} s`);
  return outcome;
}

function readReport(file: string): Record<string, unknown> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** A run that ended badly, or of nothing, failed, even when no test did. */
function judged(name: string, passed: number, failures: readonly Failure[], end: RunResult): Outcome {
  const broken = failures.length === 0 && (passed === 0 || end.code !== 0);
  return { passed, failures: broken ? [failureOfRun(name, end.output)] : failures };
}

async function unitTests(): Promise<Outcome> {
  const file = join(reports, 'unit.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...PATIENCE];
  // Of a file whose tests are all left out nobody removes the temporary folder: it goes with the reports.
  const end = await run('vitest', args, { show: 'always', env: { TMPDIR: reports } });
  const report = readReport(file);
  const skipped = Number(report?.['numPendingTests'] ?? 0) + Number(report?.['numTodoTests'] ?? 0);
  if (skipped > 0) console.log(`${skipped} tests were left out; tests that need sample data name themselves above.`);
  const unhandled = end.code === 0 ? null : unhandledIn(end.output);
  const failures = [...unitFailures(report), ...(unhandled === null ? [] : [unhandled])];
  return judged('unit tests: the run as a whole', Number(report?.['numPassedTests'] ?? 0), failures, end);
}

async function build(): Promise<Outcome> {
  const end = await run('pnpm', ['run', 'build'], { show: 'always' });
  return judged('build', end.code === 0 ? 1 : 0, [], end);
}

/** By Playwright's own runner script, which also finds or fetches the browser, and leaves a report of each of its runs. */
async function browserTests(): Promise<Outcome> {
  const end = await run('node', ['e2e/src/run.ts'], { show: 'always', env: { STREAMSTOCK_E2E_REPORTS: reports } });
  const told = readdirSync(reports)
    .filter((name) => name.startsWith('browser-'))
    .map((name) => readReport(join(reports, name)));
  const passed = told.reduce(
    (sum, report) => sum + ((report?.['stats'] as BrowserStats | undefined)?.expected ?? 0),
    0,
  );
  return judged('browser tests: the run as a whole', passed, told.flatMap(browserFailures), end);
}

async function main(): Promise<number> {
  const parts = [
    await part('check', check),
    await part('unit tests', unitTests),
    await part('build', build),
    await part('browser tests', browserTests),
  ];
  const passed = parts.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = parts.flatMap((outcome) => outcome.failures);
  // Again, and last: of a long log often only the end is kept.
  if (failures.length > 0) console.log(`\n${failureText(failures)}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
