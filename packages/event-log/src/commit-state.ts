// What one transaction of the central log has collected so far, over the committed rows: reads see both. Owns the overlay and
// nothing else; who may write what is decided by its callers.
import type { CommittedEntry, HeldHole, KeptAside, RefusedLine } from './central-log.ts';
import { nextCentralHash } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import { linkAtHead, type CentralHead } from './epoch-chain.ts';
import type { Event } from './event.ts';
import type { EventLine } from './event-line.ts';
import type { HybridTime } from './hybrid-time.ts';
import type { DeviceId, EventId, StoreId } from './id.ts';
import type { ChainPoint, Hole, Place, Seq } from './place.ts';
import type { Sha256 } from './sha256.ts';

/** An event the centre holds. */
export interface HeldEvent {
  readonly line: EventLine;
  /** The device of its first place; null: handed back, and not pushed by its maker yet. */
  readonly device: DeviceId | null;
  /** Who handed it back. */
  readonly resuppliedBy: DeviceId | null;
}

/** The committed state, as the transaction sees it. */
export interface CommitReader {
  device(device: DeviceId): Promise<DeviceRecord | null>;
  /** Chain hashes held of a device at those of `seqs` (≥ 1) that are held, ends of holes among them. */
  heldHashes(device: DeviceId, seqs: readonly Seq[]): Promise<ReadonlyMap<Seq, string>>;
  /** Those of `ids` that have a position. */
  known(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, HeldEvent>>;
  /** Of a log of the centre's own: its last `recordedAt`. Of a device: `PushContext.lastEffective`. null: none yet. */
  lastStamp(device: DeviceId): Promise<HybridTime | null>;
  holeCount(device: DeviceId): Promise<number>;
  /** Holes of a device that lie within these seqs, by seq. */
  holesWithin(device: DeviceId, fromSeq: Seq, toSeq: Seq): Promise<readonly Hole[]>;
}

/** One accepted line: where it stands in its device's log, and which event it is. */
export interface CommittedPlace extends Place {
  readonly id: EventId;
}

export interface CentralCommit {
  readonly head: CentralHead;
  readonly entries: readonly CommittedEntry[];
  readonly places: readonly CommittedPlace[];
  /** Those of `places` that are the first of an event without one; to be written after `entries`. */
  readonly filled: readonly CommittedPlace[];
  readonly keptAside: readonly KeptAside[];
  readonly holes: readonly HeldHole[];
  /** Holes from before that are none any more: their lines are among `places`. */
  readonly filledHoles: readonly (Hole & { readonly device: DeviceId })[];
  /** In the order they came; those that are kept already, and those past `REFUSED_LINES_MAX`, are passed over. */
  readonly refused: readonly RefusedLine[];
  /** Devices whose log grew: how far it is held now. */
  readonly marks: ReadonlyMap<DeviceId, ChainPoint>;
  /** `CommitReader.lastStamp` where it changed; only of devices whose log grew. */
  readonly stamps: ReadonlyMap<DeviceId, HybridTime>;
}

/** An event about to get a position. `place` null: handed back by `resuppliedBy`. */
export interface NewEntry {
  readonly event: Event;
  readonly line: EventLine;
  readonly place: Place | null;
  readonly resuppliedBy: DeviceId | null;
  readonly arrivedAtMs: number;
  /** The store of its maker, or of who handed it back. */
  readonly makerStore: StoreId | null;
  readonly opensGroup: boolean;
}

export class CommitState {
  readonly #hash: Sha256;
  readonly #reader: CommitReader;
  #head: CentralHead;
  readonly #entries: CommittedEntry[] = [];
  readonly #places: CommittedPlace[] = [];
  readonly #filled: CommittedPlace[] = [];
  readonly #keptAside: KeptAside[] = [];
  #holes: HeldHole[] = [];
  readonly #filledHoles: (Hole & { readonly device: DeviceId })[] = [];
  readonly #refused: RefusedLine[] = [];
  readonly #marks = new Map<DeviceId, ChainPoint>();
  readonly #stamps = new Map<DeviceId, HybridTime>();
  readonly #known = new Map<EventId, HeldEvent>();
  readonly #hashes = new Map<DeviceId, Map<Seq, string>>();

  constructor(hash: Sha256, head: CentralHead, reader: CommitReader) {
    this.#hash = hash;
    this.#head = head;
    this.#reader = reader;
  }

  get head(): CentralHead {
    return this.#head;
  }

  result(): CentralCommit {
    return {
      head: this.#head,
      entries: this.#entries,
      places: this.#places,
      filled: this.#filled,
      keptAside: this.#keptAside,
      holes: this.#holes,
      filledHoles: this.#filledHoles,
      refused: this.#refused,
      marks: this.#marks,
      stamps: this.#stamps,
    };
  }

  addEntry({ event, line, place, resuppliedBy, arrivedAtMs, makerStore, opensGroup }: NewEntry): void {
    const position = this.#head.position + 1;
    const hash = nextCentralHash(this.#hash, linkAtHead(this.#hash, this.#head), event.id, line);
    this.#head = { ...this.#head, position, hash };
    this.#known.set(event.id, { line, device: place?.device ?? null, resuppliedBy });
    const audience = audienceOf(event, makerStore);
    const entry = { position, id: event.id, line, place, hash, arrivedAtMs, event, audience, opensGroup };
    this.#entries.push(resuppliedBy === null ? entry : { ...entry, resuppliedBy });
  }

  addPlace(place: Place, id: EventId): void {
    this.#places.push({ ...place, id });
    this.#hashesOf(place.device).set(place.seq, place.hash);
  }

  /** The first place of an event that has none; `addPlace` it as well. */
  fillPlace(place: Place, id: EventId, held: HeldEvent): void {
    this.#filled.push({ ...place, id });
    this.#known.set(id, { ...held, device: place.device });
  }

  keepAside(aside: KeptAside): void {
    this.#keptAside.push(aside);
  }

  addHole(hole: HeldHole): void {
    this.#holes.push(hole);
    this.#hashesOf(hole.device).set(hole.toSeq, hole.hashAfter);
  }

  /** `addPlace` its lines as well. */
  fillHole(device: DeviceId, hole: Hole): void {
    const isThis = (one: HeldHole): boolean => one.device === device && one.toSeq === hole.toSeq;
    if (this.#holes.some(isThis)) this.#holes = this.#holes.filter((one) => !isThis(one));
    else this.#filledHoles.push({ ...hole, device });
  }

  async holesWithin(device: DeviceId, fromSeq: Seq, toSeq: Seq): Promise<readonly Hole[]> {
    const held = await this.#reader.holesWithin(device, fromSeq, toSeq);
    const gone = new Set(this.#filledHoles.filter((one) => one.device === device).map((one) => one.toSeq));
    const own = this.#holes.filter((one) => one.device === device && one.fromSeq >= fromSeq && one.toSeq <= toSeq);
    return [...held.filter((one) => !gone.has(one.toSeq)), ...own];
  }

  refuse(line: RefusedLine): void {
    this.#refused.push(line);
  }

  async holeCount(device: DeviceId): Promise<number> {
    const own = this.#holes.filter((hole) => hole.device === device).length;
    const filled = this.#filledHoles.filter((hole) => hole.device === device).length;
    return own - filled + (await this.#reader.holeCount(device));
  }

  setMark(device: DeviceId, mark: ChainPoint, stamp: HybridTime | null): void {
    this.#marks.set(device, mark);
    if (stamp !== null) this.#stamps.set(device, stamp);
  }

  async device(device: DeviceId): Promise<DeviceRecord | null> {
    const record = await this.#reader.device(device);
    const accepted = this.#marks.get(device);
    return record === null || accepted === undefined ? record : { ...record, accepted };
  }

  async lastStamp(device: DeviceId): Promise<HybridTime | null> {
    return this.#stamps.get(device) ?? (await this.#reader.lastStamp(device));
  }

  async heldHashes(device: DeviceId, seqs: readonly Seq[]): Promise<ReadonlyMap<Seq, string>> {
    const own = this.#hashes.get(device);
    const missing = seqs.filter((seq) => own?.has(seq) !== true);
    const held =
      missing.length === 0 ? new Map<Seq, string>() : new Map(await this.#reader.heldHashes(device, missing));
    for (const seq of seqs) {
      const hash = own?.get(seq);
      if (hash !== undefined) held.set(seq, hash);
    }
    return held;
  }

  async known(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, HeldEvent>> {
    const known = new Map(await this.#reader.known(ids));
    for (const id of ids) {
      const own = this.#known.get(id);
      if (own !== undefined) known.set(id, own);
    }
    return known;
  }

  #hashesOf(device: DeviceId): Map<Seq, string> {
    let hashes = this.#hashes.get(device);
    if (hashes === undefined) this.#hashes.set(device, (hashes = new Map()));
    return hashes;
  }
}

/** Who hears of an event: the stores its envelope names, and its maker's own (what a device made comes down to it too). */
export function audienceOf(
  event: Pick<Event, 'store' | 'audience'>,
  makerStore: StoreId | null,
): 'all' | readonly StoreId[] {
  if (event.audience === 'all') return 'all';
  const stores = [event.store, ...event.audience, makerStore];
  return [...new Set(stores.filter((store) => store !== null))];
}
