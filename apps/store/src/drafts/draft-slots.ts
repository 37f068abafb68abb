// Where unfinished work lives on the device: numbered slots among the engine's local values, each held by at most one tab.
// Owns finding, claiming and freeing slots; what a draft holds is its screen's business. A fixed set of slots needs no
// index that two tabs could overwrite.
import type { Json, LocalWrite } from '@streamstock/event-log';

/** Sales on hold, open deliveries, returns and counts, all together. Past it the screen says which to finish first. */
export const DRAFT_SLOTS_MAX = 24;

/** The part of the engine that drafts need. */
export interface LocalValues {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
  putLocal(writes: readonly LocalWrite[]): Promise<void>;
}

/** Tries to hold a name for this tab alone until the returned function is called; null when another tab holds it. */
export type TryHold = (name: string) => Promise<(() => void) | null>;

export interface DraftSlot {
  /** Key of the draft's head among the local values; more keys of the same draft begin with it and a slash. */
  readonly key: string;
  /** Lets another tab have it. The draft itself stays. */
  release(): void;
}

export interface StoredDraft {
  readonly key: string;
  readonly value: Json;
}

const SLOT_KEYS: readonly string[] = Array.from(
  { length: DRAFT_SLOTS_MAX },
  (_, index) => `draft-${index.toString().padStart(2, '0')}`,
);

/** All drafts of this device, open in some tab or not. */
export async function listDrafts(values: LocalValues): Promise<StoredDraft[]> {
  const stored = await values.getLocal(SLOT_KEYS);
  return SLOT_KEYS.flatMap((key, index) => {
    const value = stored[index];
    return value === undefined ? [] : [{ key, value }];
  });
}

/** A free slot, held by this tab; null when all are taken. */
export async function claimFreeSlot(values: LocalValues, tryHold: TryHold): Promise<DraftSlot | null> {
  for (const key of SLOT_KEYS) {
    const release = await tryHold(key);
    if (release === null) continue;
    const [value] = await values.getLocal([key]);
    if (value === undefined) return { key, release };
    release();
  }
  return null;
}

/** The slot of an existing draft; null when it is open in another tab or gone. */
export async function claimDraft(
  values: LocalValues,
  tryHold: TryHold,
  key: string,
): Promise<(DraftSlot & { readonly value: Json }) | null> {
  const release = await tryHold(key);
  if (release === null) return null;
  const [value] = await values.getLocal([key]);
  if (value !== undefined) return { key, release, value };
  release();
  return null;
}

/** Holds names through the browser's lock manager; without one (plain HTTP) a tab holds whatever it likes. */
export function browserHolds(locks: LockManager | undefined): TryHold {
  if (locks === undefined) return async () => () => {};
  return (name) =>
    new Promise((resolve, reject) => {
      locks
        .request(`streamstock-${name}`, { ifAvailable: true }, (lock) => {
          if (lock === null) return resolve(null);
          return new Promise<void>((free) => resolve(free));
        })
        .catch(reject);
    });
}
