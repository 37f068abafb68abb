// A small number for this tab that no other open tab has, so that each tab keeps lists of its own (what it recorded, codes it
// did not know) and none overwrites another's. Owns the seats; waits for nobody: a frozen tab must not stop a sale.
import type { TryHold } from '../drafts/draft-slots.ts';

/** Tabs that keep such lists. One more keeps none; nothing else depends on them. */
export const TAB_SEATS_MAX = 8;

export const SEATS: readonly number[] = Array.from({ length: TAB_SEATS_MAX }, (_, seat) => seat);

export async function takeSeat(tryHold: TryHold): Promise<number | null> {
  for (const seat of SEATS) if ((await tryHold(`seat-${seat}`)) !== null) return seat;
  return null;
}
