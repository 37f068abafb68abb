// Whom a commit concerns. Pure reading of the committed lines' envelopes.
import { readStoredLine, type CentralLog, type Position, type StoreId } from '@streamstock/event-log';
import { AUDIENCE_EVENTS_MAX } from './limits.ts';

/**
 * The stores that must hear of something in (after, upTo]; 'all' also when in doubt. A maker whose own store is not in the
 * envelope is in that of the ruling that stands behind it.
 */
export async function concernedStores(
  log: Pick<CentralLog, 'read'>,
  after: Position,
  upTo: Position,
): Promise<'all' | ReadonlySet<StoreId>> {
  if (upTo - after > AUDIENCE_EVENTS_MAX) return 'all';
  const stores = new Set<StoreId>();
  const lines = await log.read(after, { eventsMax: AUDIENCE_EVENTS_MAX, bytesMax: Infinity });
  if ((lines.at(-1)?.position ?? after) < upTo) return 'all';
  for (const { line } of lines) {
    const { store, audience } = readStoredLine(line);
    if (audience === 'all') return 'all';
    if (store !== null) stores.add(store);
    for (const one of audience) stores.add(one);
  }
  return stores;
}
