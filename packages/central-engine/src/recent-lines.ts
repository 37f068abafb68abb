// The latest committed lines in memory, by store: what a device that keeps up is sent without a read of the database. Owns
// that window and its bounds; what it can not answer exactly as the log would, it does not answer.
//
//   position:  … known from │ evicted … │ floor │ held, oldest first ………………………………… │ head
//   read(after):  floor ≤ after ≤ head ▶ the store's lines behind `after`   ·   known from ≤ after < floor ▶ none, if the store heard
//   of nothing since `after`   ·   else ▶ null, the log is read
//
// 1. Holds every committed event of (floor, head], once. 2. At most `linesMax` lines and `bytesMax` bytes of them. 3. Readers at
// the same point of the same store get the same object: what is made of it can be shared. 4. For at most `storesMax` stores it is
// remembered where they heard of something last: a device that is idle while others trade costs no read of the database.
import {
  GROUP_EVENTS_MAX,
  isRulingType,
  takeGroups,
  type AudienceRead,
  type CommittedLine,
  type Position,
  type ReadLimit,
  type StoredLine,
  type StoreId,
} from '@streamstock/event-log';
import { RECENT_BYTES_MAX, RECENT_LINES_MAX, RECENT_STORES_MAX } from './limits.ts';
import { Window } from './window.ts';

interface Recent {
  readonly position: Position;
  readonly line: string;
  readonly bytes: number;
  readonly opensGroup: boolean;
  readonly stored: StoredLine;
  readonly audience: 'all' | readonly StoreId[];
  /** It goes out as it stands: needs no companion, and its place will not be filled later. */
  readonly whole: boolean;
}

interface SharedRead {
  readonly after: Position;
  readonly limit: ReadLimit;
  readonly head: Position;
  readonly read: AudienceRead;
}

export class RecentLines {
  readonly #linesMax: number;
  readonly #bytesMax: number;
  readonly #storesMax: number;
  readonly #all = new Window<Recent>();
  readonly #toAll = new Window<Recent>();
  readonly #byStore = new Map<StoreId, Window<Recent>>();
  readonly #shared = new Map<StoreId, SharedRead>();
  #bytes = 0;
  #head: AudienceRead['to'] | null = null;
  #floor: Position = 0;
  /** Where each store heard of something last, of all that was committed behind `#knownFrom`. */
  readonly #lastHeard = new Map<StoreId, Position>();
  #lastToAll: Position = 0;
  #knownFrom: Position = 0;

  constructor(linesMax = RECENT_LINES_MAX, bytesMax = RECENT_BYTES_MAX, storesMax = RECENT_STORES_MAX) {
    this.#linesMax = linesMax;
    this.#bytesMax = bytesMax;
    this.#storesMax = storesMax;
  }

  /** What one commit wrote, in order. A gap to what is held empties the window first. */
  add(entries: readonly CommittedLine[]): void {
    for (const entry of entries) {
      if (this.#head?.position !== entry.position - 1) this.#begin(entry.position - 1);
      const recent = recentOf(entry);
      this.#head = { position: entry.position, hash: entry.hash };
      this.#bytes += recent.bytes;
      this.#all.push(recent);
      for (const window of this.#windowsOf(recent)) window.push(recent);
      this.#remember(recent);
    }
    while (this.#all.size > this.#linesMax || this.#bytes > this.#bytesMax) this.#evict();
    this.#shared.clear();
  }

  /** Something was committed that is not known: until the next commit all is read from the log. */
  forget(): void {
    this.#begin(0);
    this.#head = null;
  }

  /** As `CentralLog.readForStore`; null: read it there. */
  read(store: StoreId, after: Position, limit: ReadLimit): AudienceRead | null {
    const head = this.#head;
    if (head === null || after > head.position) return null;
    if (after < this.#floor && !this.#heardNothing(store, after)) return null;
    const shared = this.#shared.get(store);
    if (shared?.after === after && shared.head === head.position && sameLimit(shared.limit, limit)) return shared.read;
    const { taken, more } = takeGroups(this.#heardBy(store, after, limit.eventsMax + GROUP_EVENTS_MAX), limit);
    // Rulings about what stands before `after` bring that along.
    if (taken[0]?.opensGroup === false || taken.some(({ whole }) => !whole)) return null;
    const last = taken.at(-1);
    const to = more && last !== undefined ? last.stored : head;
    const read: AudienceRead = {
      lines: taken.map(({ stored }) => stored),
      companions: [],
      to: { position: to.position, hash: to.hash },
    };
    this.#shared.set(store, { after, limit, head: head.position, read });
    return read;
  }

  *#heardBy(store: StoreId, after: Position, linesMax: number): Generator<Recent> {
    const own = this.#byStore.get(store);
    let ownAt = own?.firstWhere(({ position }) => position > after) ?? 0;
    let allAt = this.#toAll.firstWhere(({ position }) => position > after);
    for (let count = 0; count < linesMax; count += 1) {
      const nextOwn = own?.at(ownAt);
      const nextToAll = this.#toAll.at(allAt);
      const isOwn = nextToAll === undefined || (nextOwn !== undefined && nextOwn.position < nextToAll.position);
      const next = isOwn ? nextOwn : nextToAll;
      if (next === undefined) return;
      if (isOwn) ownAt += 1;
      else allAt += 1;
      yield next;
    }
  }

  #heardNothing(store: StoreId, after: Position): boolean {
    return after >= this.#knownFrom && this.#lastToAll <= after && (this.#lastHeard.get(store) ?? 0) <= after;
  }

  #remember({ audience, position }: Recent): void {
    if (audience === 'all') this.#lastToAll = position;
    else for (const store of audience) this.#lastHeard.set(store, position);
    if (this.#lastHeard.size > this.#storesMax) this.#forgetBefore(position);
  }

  #forgetBefore(position: Position): void {
    this.#lastHeard.clear();
    this.#lastToAll = 0;
    this.#knownFrom = position;
  }

  #begin(floor: Position): void {
    while (this.#all.size > 0) this.#evict();
    this.#byStore.clear();
    this.#floor = floor;
    this.#forgetBefore(floor);
  }

  #evict(): void {
    const oldest = this.#all.shift();
    if (oldest === undefined) return;
    this.#floor = oldest.position;
    this.#bytes -= oldest.bytes;
    for (const window of this.#windowsOf(oldest)) window.shift();
    if (oldest.audience === 'all') return;
    for (const store of oldest.audience) if (this.#byStore.get(store)?.size === 0) this.#byStore.delete(store);
  }

  #windowsOf({ audience }: Recent): readonly Window<Recent>[] {
    if (audience === 'all') return [this.#toAll];
    return audience.map((store) => {
      let window = this.#byStore.get(store);
      if (window === undefined) this.#byStore.set(store, (window = new Window()));
      return window;
    });
  }
}

function recentOf({ event, audience, opensGroup, ...stored }: CommittedLine): Recent {
  const { position, line, place } = stored;
  const whole = place !== null && !(opensGroup && isRulingType(event.type));
  return { position, line, bytes: Buffer.byteLength(line) + 1, opensGroup, stored, audience, whole };
}

function sameLimit(a: ReadLimit, b: ReadLimit): boolean {
  return a.eventsMax === b.eventsMax && a.bytesMax === b.bytesMax;
}
