// `properties [MINUTES] [PART OF A PATH]`: runs the property tests over and over, each time with fresh seeds, and prints every
// counterexample with the seed that shows it again. What `test` does once with one seed, this does for as long as you like.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureText, unitFailures, type Failure } from './failures.ts';
import { run, ROOT } from './run.ts';

const MINUTES_DEFAULT = 10;
/** A file's tests are repeated within one process as often as fits in this: its start is not what is asked for. */
const TURN_MS = 15_000;
const REPEATS_MAX = 1_000;
/** No property is cut short: repeated, a slow one takes minutes. */
const PATIENCE = ['--testTimeout=3600000', '--hookTimeout=600000'];

interface Turn {
  readonly failures: readonly Failure[];
  /** What the tests took, without the start. */
  readonly tookMs: number;
}

function propertyFiles(part: string): string[] {
  return globSync('{packages,apps}/*/{src,scripts}/**/*.test.{ts,tsx}', { cwd: ROOT })
    .filter((file) => file.includes(part) && readFileSync(join(ROOT, file), 'utf8').includes("from 'fast-check'"))
    .toSorted();
}

/** One run of one file, in which each of its tests runs `1 + repeats` times. */
async function turn(file: string, repeats: number, reportFile: string): Promise<Turn> {
  const args = ['run', file, `--repeats=${repeats}`, '--reporter=json', `--outputFile=${reportFile}`, ...PATIENCE];
  const env = { STREAMSTOCK_PROPERTY_SEED: 'random' };
  const { output, code, durationMs } = await run('vitest', args, { show: 'never', env });
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as {
      readonly testResults: readonly { readonly startTime: number; readonly endTime: number }[];
    };
    const tookMs = report.testResults.reduce((sum, { startTime, endTime }) => sum + endTime - startTime, 0);
    return { failures: unitFailures(report), tookMs };
  } catch {
    return { failures: [{ file, name: `vitest ended with ${code}`, message: output }], tookMs: durationMs };
  }
}

/** How a failure is shown again: the seed stands in its message. */
function remedy({ file, message }: Failure): string {
  const seed = /seed: (-?\d+)/.exec(message)?.[1];
  const [, folder = '', rest = ''] = /^([^/]+\/[^/]+)\/(.*)$/.exec(file) ?? [];
  return seed === undefined
    ? 'No property: it fails without a seed.'
    : `Again: cd ${folder} && STREAMSTOCK_PROPERTY_SEED=${seed} npx vitest run ${rest}`;
}

async function main(minutes: number, part: string): Promise<number> {
  const files = propertyFiles(part);
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-properties-'));
  const endMs = performance.now() + minutes * 60_000;
  const onceMs = new Map<string, number>();
  let runs = 0;
  let failed = 0;
  try {
    for (let round = 0; files.length > 0 && performance.now() < endMs; round += 1) {
      for (const file of files) {
        if (performance.now() >= endMs) break;
        const fits = Math.floor(TURN_MS / Math.max(1, onceMs.get(file) ?? TURN_MS)) - 1;
        const repeats = Math.min(REPEATS_MAX, Math.max(0, fits));
        const { failures, tookMs } = await turn(file, repeats, join(folder, 'report.json'));
        onceMs.set(file, tookMs / (1 + repeats));
        runs += 1 + repeats;
        failed += failures.length;
        for (const failure of failures) console.log(`${failureText([failure])}\n     ${remedy(failure)}`);
      }
      console.log(`Round ${round + 1}: ${runs} runs of ${files.length} files, ${failed} failures so far.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${runs} runs of ${files.length} files with fresh seeds, ${failed} failures.`);
  return files.length > 0 && failed === 0 ? 0 : 1;
}

const [first = '', second = ''] = process.argv.slice(2);
const minutes = Number(first === '' ? MINUTES_DEFAULT : first);
if (Number.isFinite(minutes) && minutes > 0) process.exitCode = await main(minutes, second);
else {
  console.error(`"${first}" is no number of minutes. Use: properties [MINUTES] [PART OF A PATH]`);
  process.exitCode = 1;
}
