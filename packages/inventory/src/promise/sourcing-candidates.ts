// What each store may give at a moment: what sourcing chooses from. Pure query over any TableReader.
import type { HybridTime, TableReader } from '@streamstock/event-log';
import type { Location } from '../words.ts';
import { availableOf } from './availability.ts';
import type { SourcingCandidate } from './sourcing.ts';

/** One candidate per store, in their order. Reads (stores × items) lines. */
export async function sourcingCandidates(
  reader: TableReader,
  stores: readonly { readonly store: string; readonly location: Location | null }[],
  items: readonly string[],
  now: HybridTime,
): Promise<SourcingCandidate[]> {
  const wanted = [...new Set(items)];
  const names = stores.flatMap(({ store }) => wanted.map((item) => ({ store, item })));
  const lines = await availableOf(reader, names, now);
  return stores.map(({ store, location }) => ({
    store,
    location,
    available: new Map(
      lines.filter((line) => line.store === store).map(({ item, available }) => [item, available] as const),
    ),
  }));
}
