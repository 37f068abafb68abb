// `bench bootstrap`: a new till of a store with 50,000 items in a chain with 1,000,000 events of history, in a real browser through a
// real server: how long until a search finds an item and shows its stock, and until everything is here; and how long the server needs
// to prepare the snapshot when nothing is prepared. The browser part lives beside the browser tests.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Outcome } from './benchmark.ts';
import { runForJson } from './process.ts';

const BROWSER_PART = fileURLToPath(new URL('../../../e2e/src/bootstrap.ts', import.meta.url));
const LOG_WRITER = fileURLToPath(new URL('bootstrap-log.ts', import.meta.url));
/** Names a folder that is kept: writing and folding the history takes minutes, and the next run begins with it. */
const FOLDER_VARIABLE = 'STREAMSTOCK_BENCH_FOLDER';

const ITEMS = 50_000;
const EVENTS = 1_000_000;
const STORES = 10;
/** One of the catalogue's names (bootstrap-log.ts). */
const SOUGHT = 'article 31415';

const TARGETS: Outcome['targets'] = { usableMs: { below: 1_500 }, completeMs: { below: 5_000 } };

export const bootstrapBenchmark: Benchmark = {
  name: 'bootstrap',
  about: 'milliseconds until a new device of a large store can be used, and has everything (needs a built product)',
  run: async () => {
    const kept = process.env[FOLDER_VARIABLE];
    const folder = kept ?? mkdtempSync(join(tmpdir(), 'streamstock-bench-'));
    try {
      const { apiKey, store } = await prepared(folder);
      // What an earlier run left prepared: this one measures how long that takes.
      rmSync(join(folder, 'snapshots'), { recursive: true, force: true });
      const report = await runForJson(BROWSER_PART, ['measure', folder, apiKey, store, SOUGHT], {});
      const figures = Object.fromEntries(Object.entries(report).map(([key, value]) => [key, Number(value)]));
      return { figures: { items: ITEMS, ...figures }, targets: TARGETS };
    } finally {
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Prepared {
  readonly apiKey: string;
  readonly store: string;
}

async function prepared(folder: string): Promise<Prepared> {
  const done = join(folder, 'bench.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as Prepared;
  mkdirSync(folder, { recursive: true });
  const office = await runForJson(BROWSER_PART, ['set-up', folder], {});
  const { apiKey, store } = { apiKey: String(office['apiKey']), store: String(office['store']) };
  console.log(
    `Writing and folding ${EVENTS.toLocaleString('en')} events, which takes minutes. ${FOLDER_VARIABLE} keeps them.`,
  );
  await runForJson(LOG_WRITER, [folder, store, String(ITEMS), String(EVENTS), String(STORES)], {});
  writeFileSync(done, JSON.stringify({ apiKey, store }));
  return { apiKey, store };
}
