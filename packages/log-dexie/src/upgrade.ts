// Migrations of the IndexedDB schema. Each runs in the browser's upgrade transaction: killed half way, the database is as
// it was, and the next opening begins again. Owns what older versions stored; knows nothing of what it means.
import { lineSum } from '@streamstock/event-log';
import type { TableSource } from './dexie-tables.ts';

/** Events rewritten at a time. */
const UPGRADED_EVENTS_MAX = 500;

/** Version 1 knew no snapshots: everything it kept was folded, in what is now generation 0. */
export async function upgradeToVersion2(source: TableSource): Promise<void> {
  await addTo(source, 'meta', () => ({
    generation: 0,
    base: null,
    needsSnapshot: false,
    compactedTo: null,
    parked: 0,
    damaged: 0,
  }));
  await addTo(source, 'events', ({ line }) => ({ generation: 0, standing: 'folded', sum: lineSum(String(line)) }));
}

type Stored = Readonly<Record<string, unknown>>;

async function addTo(source: TableSource, name: string, added: (stored: Stored) => Stored): Promise<void> {
  const store = source(name);
  let after = '';
  for (;;) {
    const rows = () => store.where(':id').above(after).limit(UPGRADED_EVENTS_MAX);
    const [keys, values] = await Promise.all([rows().primaryKeys(), rows().toArray()]);
    const last = keys.at(-1);
    if (last === undefined) return;
    const rewritten = (values as Stored[]).map((stored) => ({ ...stored, ...added(stored) }));
    await store.bulkPut(rewritten, keys);
    after = last;
  }
}
