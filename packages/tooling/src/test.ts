// `test`: everything that must pass, in order: check, unit and property tests, build, then the real browser. Prints one
// closing line with the counts; a part that could not run counts as failed, never as absent.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { run } from './run.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Machines differ; a test that hangs still ends. */
const PATIENCE = ['--testTimeout=60000', '--hookTimeout=60000'];

const reports = mkdtempSync(join(tmpdir(), 'streamstock-test-'));

async function part(title: string, body: () => Promise<Counts>): Promise<Counts> {
  const startedAt = performance.now();
  console.log(`\n── ${title}`);
  const counts = await body();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`── ${title}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
  return counts;
}

function readReport(file: string): Record<string, unknown> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Vitest's count; a run that crashed before its report is one failure, and so is a run of nothing. */
async function unitTests(): Promise<Counts> {
  const file = join(reports, 'unit.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...PATIENCE];
  const { code } = await run('vitest', args, { show: 'always' });
  const report = readReport(file);
  const passed = Number(report?.['numPassedTests'] ?? 0);
  const failed = Number(report?.['numFailedTests'] ?? 0);
  const skipped = Number(report?.['numPendingTests'] ?? 0) + Number(report?.['numTodoTests'] ?? 0);
  if (skipped > 0) console.log(`${skipped} tests were left out; tests that need sample data name themselves above.`);
  const broken = passed === 0 || (code !== 0 && failed === 0);
  return { passed, failed: failed + (broken ? 1 : 0) };
}

async function build(): Promise<Counts> {
  const { code } = await run('pnpm', ['run', 'build'], { show: 'always' });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Playwright's count, by its own runner script, which also finds or fetches the browser. */
async function browserTests(): Promise<Counts> {
  const file = join(reports, 'browser.json');
  const { code } = await run('node', ['e2e/src/run.ts'], { show: 'always', env: { STREAMSTOCK_E2E_REPORT: file } });
  const stats = readReport(file)?.['stats'] as { expected?: number; unexpected?: number; flaky?: number } | undefined;
  const passed = stats?.expected ?? 0;
  // A flaky test failed once: it is not passed.
  const failed = (stats?.unexpected ?? 0) + (stats?.flaky ?? 0);
  const broken = passed === 0 || (code !== 0 && failed === 0);
  return { passed, failed: failed + (broken ? 1 : 0) };
}

async function main(): Promise<number> {
  const parts = [
    await part('check', check),
    await part('unit tests', unitTests),
    await part('build', build),
    await part('browser tests', browserTests),
  ];
  const passed = parts.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = parts.reduce((sum, counts) => sum + counts.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
