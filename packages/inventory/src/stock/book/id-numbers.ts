// Numbers for ids: 0, 1, 2 … in the order in which ids are first named. Rows then hold numbers instead of texts, and a
// million ids cost a third of what a Map of texts costs here: growing it does not read every text again.
import type { EventId } from '@streamstock/event-log';
import { BOOK_EVENTS_MAX } from '../../limits.ts';

const SLOTS_MIN = 64;
const GROWTH = 4;
/** Ids end in their random part; these many characters tell them apart. */
const HASHED_CHARACTERS = 12;

function hashOf(id: EventId): number {
  let hash = 0;
  for (let index = Math.max(0, id.length - HASHED_CHARACTERS); index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * Open addressing: `slots` holds number + 1, 0 = free, and is never more than half full. `hashes` by number, so that a
 * larger table is filled without touching the ids.
 */
export class IdNumbers {
  #slots = new Int32Array(SLOTS_MIN);
  #hashes = new Int32Array(SLOTS_MIN / 2);
  readonly #ids: EventId[] = [];

  get size(): number {
    return this.#ids.length;
  }

  idOf(number: number): EventId {
    return this.#ids[number] as EventId;
  }

  /** The number of an id; a new one gets the next. Throws RangeError past `BOOK_EVENTS_MAX`. */
  numberOf(id: EventId): number {
    const hash = hashOf(id);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0) return this.#add(id, hash, slot);
      if (this.#hashes[number] === hash && this.#ids[number] === id) return number;
    }
  }

  #add(id: EventId, hash: number, slot: number): number {
    const number = this.#ids.length;
    if (number === BOOK_EVENTS_MAX) throw new RangeError(`A book holds at most ${BOOK_EVENTS_MAX} events.`);
    this.#ids.push(id);
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (this.#ids.length === this.#hashes.length) this.#grow();
    return number;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * GROWTH);
    hashes.set(this.#hashes);
    const slots = new Int32Array(hashes.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#ids.length; number += 1) {
      let slot = (hashes[number] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#hashes = hashes;
    this.#slots = slots;
  }
}
