// What reservations hold of each line, in memory, and when the next of them ends by itself. A sum per line that is summed
// again whenever one of its holds comes, goes or expires: never counted up and down.
import type { HybridTime } from '@streamstock/event-log';
import { activeAt, type LineName, type ReservationLineRow } from '@streamstock/inventory';

interface LineHolds extends LineName {
  readonly holds: Map<string, Pick<ReservationLineRow, 'open' | 'expiresAt'>>;
  reserved: number;
  /** When one of those that hold something now ends; null: none does. */
  expiresAt: HybridTime | null;
}

export class OpenHolds {
  readonly #lines = new Map<string, LineHolds>();
  #nextExpiryAt: HybridTime | null = null;

  get nextExpiryAt(): HybridTime | null {
    return this.#nextExpiryAt;
  }

  /** As of the last change or `expire`. */
  reserved(line: LineName): number {
    return this.#lines.get(keyOf(line))?.reserved ?? 0;
  }

  /** `row` undefined: the hold is gone. */
  put(line: LineName, reservation: string, row: ReservationLineRow | undefined, now: HybridTime): void {
    const key = keyOf(line);
    const { store, item } = line;
    const known = this.#lines.get(key) ?? { store, item, holds: new Map(), reserved: 0, expiresAt: null };
    if (row === undefined) known.holds.delete(reservation);
    else known.holds.set(reservation, { open: row.open, expiresAt: row.expiresAt });
    if (known.holds.size === 0) this.#lines.delete(key);
    else this.#lines.set(key, known);
    sumUp(known, now);
    this.#nextExpiryAt = earlier(this.#nextExpiryAt, known.expiresAt);
  }

  /** The lines of which something expired since they were last summed. */
  expire(now: HybridTime): readonly LineName[] {
    if (this.#nextExpiryAt === null || now < this.#nextExpiryAt) return [];
    const due = [...this.#lines.values()].filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
    for (const line of due) sumUp(line, now);
    this.#nextExpiryAt = null;
    for (const { expiresAt } of this.#lines.values()) this.#nextExpiryAt = earlier(this.#nextExpiryAt, expiresAt);
    return due;
  }
}

function keyOf({ store, item }: LineName): string {
  return `${store}|${item}`;
}

function earlier(a: HybridTime | null, b: HybridTime | null): HybridTime | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function sumUp(line: LineHolds, now: HybridTime): void {
  line.reserved = 0;
  line.expiresAt = null;
  for (const hold of line.holds.values()) {
    const active = activeAt(hold, now);
    line.reserved += active;
    if (active > 0) line.expiresAt = earlier(line.expiresAt, hold.expiresAt);
  }
}
