// How calls of a storage run ended, and in which orders they may have been committed.
import type { Call } from './storage-calls.ts';

/** How one call ended. `unheard`: its tab died, or the database did; it may have been committed or not. */
export type End =
  | { readonly kind: 'answered'; readonly answer: string }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'not-written' }
  | { readonly kind: 'unheard' };

const STORAGE_ERRORS = new Set(['StorageLost', 'StorageFull', 'CommitFailed', 'StorageBlocked']);

/** Without a fault a call may be refused, but the storage has no reason to fail. */
export function refuseStorageErrors(error: unknown): void {
  if (error instanceof Error && STORAGE_ERRORS.has(error.name)) throw error;
}

export function endOf(settled: PromiseSettledResult<unknown>, unheard: boolean): End {
  if (unheard) return { kind: 'unheard' };
  if (settled.status === 'fulfilled') return { kind: 'answered', answer: JSON.stringify(settled.value) ?? '' };
  const error: unknown = settled.reason;
  const name = error instanceof Error ? error.name : typeof error;
  if (STORAGE_ERRORS.has(name)) return { kind: 'not-written' };
  return { kind: 'refused', error: error instanceof Error ? `${name}: ${error.message}` : name };
}

/** Every order of the calls that may have been committed: those unheard with and without. */
export function* orders(calls: readonly Call[], ends: readonly End[]): Generator<number[]> {
  const indexes = calls.map((_, index) => index);
  const sure = indexes.filter((index) => ['answered', 'refused'].includes(ends[index]?.kind ?? ''));
  const unsure = indexes.filter((index) => ends[index]?.kind === 'unheard');
  for (let mask = 0; mask < 2 ** unsure.length; mask += 1) {
    yield* permutations([...sure, ...unsure.filter((_, bit) => (mask & (1 << bit)) !== 0)]);
  }
}

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length <= 1) {
    yield [...items];
    return;
  }
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.filter((_, other) => other !== index))) yield [first, ...rest];
  }
}
