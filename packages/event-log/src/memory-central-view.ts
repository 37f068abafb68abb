// A view of a central log in memory: reads a copy of its state. Owns the copy.
import type { CentralView, StoredLine } from './central-log.ts';
import { storedLine } from './central-reading.ts';
import type { StoreId } from './id.ts';
import type { MemoryCentralState } from './memory-central-state.ts';
import { JUDGEMENTS_TABLE, type Projector } from './projection.ts';
import type { Judgement } from './ruling.ts';
import type { Row } from './tables.ts';

const PAGE_ROWS = 1_000;

/** `closed` is called once. */
export function memoryView(state: MemoryCentralState, closed: () => void): CentralView {
  let open = true;
  return {
    head: state.head,
    progress: [...state.progress.values()],
    deadLetters: [...state.deadLetters],
    tables: state.tables,
    judgementsFor: (store) => judgementsFor(state, store),
    unfolded: async (projectors, store) => unfolded(state, projectors, store),
    close: async () => {
      if (open) closed();
      open = false;
    },
  };
}

async function* judgementsFor(state: MemoryCentralState, store: StoreId): AsyncGenerator<Row<Judgement>> {
  for (let from = ''; ;) {
    const page = await state.tables.range<Judgement>(JUDGEMENTS_TABLE, { from, rowsMax: PAGE_ROWS });
    for (const row of page) {
      const target = state.entry(row.key);
      if (target === undefined || state.hears(store, target)) yield row;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    from = `${last.key}\u0000`;
  }
}

function unfolded(
  state: MemoryCentralState,
  projectors: readonly Pick<Projector, 'name' | 'version'>[],
  store: StoreId | undefined,
): StoredLine[] {
  const ids = new Set(projectors.flatMap((projector) => [...state.deadIds(projector)]));
  return [...ids]
    .flatMap((id) => state.entry(id) ?? [])
    .filter((entry) => store === undefined || state.hears(store, entry))
    .sort((a, b) => a.position - b.position)
    .map(storedLine);
}
