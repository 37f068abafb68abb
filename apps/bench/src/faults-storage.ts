// `pnpm faults --tier storage`: the real storages beside naive ones, while they fail. Owns its arguments and words; the runs
// themselves are in @streamstock/log-dexie/testing and @streamstock/log-sql/testing.
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { runStorageSeeds } from './faults-storage-seeds.ts';

const SEEDS = 500;
const MINUTE_MS = 60_000;
const PROBLEM_CHARACTERS_MAX = 600;

export const STORAGE_TIER: FaultsCommand = {
  name: 'storage',
  help: `
  pnpm faults --tier storage [--seeds N] [--from S] [--seed S] [--workers W] [--json]
      Runs N seeds (default ${SEEDS}), each on a device's log in IndexedDB (Dexie over fake-indexeddb) and on the centre's log
      in SQLite, beside the same logs in memory: random calls, at the device of several tabs at a time, while the storage
      is lost, full, aborted or closed, a tab or the process dies at any request, bytes change. Exit code 1 if any seed
      answers or holds anything else than the naive one.`.slice(1),
  run: async (request) => await storageSeeds(request),
};

async function storageSeeds(request: FaultsRequest): Promise<number> {
  const one = request.has('seed');
  const [seeds, from] = one ? [1, request.count('seed', 1)] : [request.count('seeds', SEEDS), request.count('from', 1)];
  const { workers } = request;
  console.log(
    `Storage tier: seeds ${from} to ${from + seeds - 1}, ${workers} ${workers === 1 ? 'thread' : 'threads'}.`,
  );
  const beganMs = performance.now();
  const {
    calls,
    faults,
    failures,
    seeds: ran,
  } = await runStorageSeeds(from, seeds, workers, (done) => request.progress(`${done} of ${seeds} seeds`));
  const elapsedMs = performance.now() - beganMs;
  for (const { seed, part, problems } of failures) {
    console.log(`\nSeed ${seed} failed (${part}).`);
    for (const problem of problems) console.log(`  - ${problem.slice(0, PROBLEM_CHARACTERS_MAX)}`);
    console.log(`  again:   pnpm faults --tier storage --seed ${seed}`);
  }
  const seedsPerMinute = Math.round((ran / elapsedMs) * MINUTE_MS);
  const struck = Object.entries(faults).toSorted(([a], [b]) => (a < b ? -1 : 1));
  console.log(`\n${ran} seeds, ${calls} calls; ${struck.map(([kind, times]) => `${times} × ${kind}`).join(', ')}.`);
  console.log(
    `${seedsPerMinute} seeds a minute. ${failures.length === 0 ? 'Nothing was wrong.' : 'Something was wrong.'}`,
  );
  if (request.json) {
    const figures = { seeds: ran, violations: failures.length, calls, seedsPerMinute };
    const failingSeeds = failures.map(({ seed }) => seed);
    printJson({ name: 'faults', tier: 'storage', figures, faults: Object.fromEntries(struck), failingSeeds });
  }
  return failures.length === 0 ? 0 : 1;
}
