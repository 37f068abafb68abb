// What one transaction of the central log writes, computed before a row is touched: positions, places, central hashes,
// and rulings right behind their targets. Pure over `CommitReader`; every central log writes the resulting
// `CentralCommit` as it stands, or nothing of it.
import {
  parsePush,
  seqsOf,
  type PlannedEntry,
  type PlanPush,
  type Push,
  type PushOutcome,
  type PushPlan,
} from './central-append.ts';
import type { CentralHead, KeptAside, StoredLine } from './central-log.ts';
import { nextCentralHash } from './chain.ts';
import { appendToDeviceChain, type DeviceHead } from './device-append.ts';
import type { DeviceRecord } from './device-record.ts';
import type { Event, EventDraft, EventLine } from './event.ts';
import type { HybridTime } from './hybrid-time.ts';
import { deriveEventId, type DeviceId, type EventId, type StoreId } from './id.ts';
import { APPEND_EVENTS_MAX, AUDIENCE_STORES_MAX, OWN_EVENTS_MAX, RULINGS_PER_EVENT_MAX } from './limits.ts';
import type { ChainPoint, Place, Seq } from './place.ts';
import type { RulingDraft } from './ruling.ts';
import type { Sha256 } from './sha256.ts';

/** The actor of every ruling that the machinery writes. */
export const CENTRE_ACTOR = 'centre';

/** An event the centre holds: its bytes, and the device of its first place. */
export interface KnownEvent {
  readonly line: EventLine;
  readonly device: DeviceId;
}

/** The committed state, as the transaction sees it. */
export interface CommitReader {
  device(device: DeviceId): Promise<DeviceRecord | null>;
  /** Chain hashes held of a device at those of `seqs` (≥ 1) that are held. */
  heldHashes(device: DeviceId, seqs: readonly Seq[]): Promise<ReadonlyMap<Seq, string>>;
  /** Those of `ids` that have a position. */
  known(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, KnownEvent>>;
  /** Of a log of the centre's own: its last `recordedAt`. Of a device: `PushContext.lastEffective`. null: none yet. */
  lastStamp(device: DeviceId): Promise<HybridTime | null>;
}

/** One event that gets a position. */
export interface CommittedEntry extends StoredLine {
  readonly event: Event;
  /** The stores that hear of it: its envelope's, and its maker's own. */
  readonly audience: 'all' | readonly StoreId[];
  /** False: a ruling behind its target, never read without it. */
  readonly opensGroup: boolean;
}

/** One accepted line: where it stands in its device's log, and which event it is. */
export interface CommittedPlace extends Place {
  readonly id: EventId;
}

export interface CentralCommit {
  readonly head: CentralHead;
  readonly entries: readonly CommittedEntry[];
  readonly places: readonly CommittedPlace[];
  readonly keptAside: readonly KeptAside[];
  /** Devices whose log grew: how far it is held now. */
  readonly marks: ReadonlyMap<DeviceId, ChainPoint>;
  /** `CommitReader.lastStamp` where it changed; only of devices whose log grew. */
  readonly stamps: ReadonlyMap<DeviceId, HybridTime>;
}

/** Collects what one transaction writes; reads see what it has collected so far. */
export class CentralCommitDraft {
  readonly #hash: Sha256;
  readonly #reader: CommitReader;
  #head: CentralHead;
  readonly #entries: CommittedEntry[] = [];
  readonly #places: CommittedPlace[] = [];
  readonly #keptAside: KeptAside[] = [];
  readonly #marks = new Map<DeviceId, ChainPoint>();
  readonly #stamps = new Map<DeviceId, HybridTime>();
  readonly #known = new Map<EventId, KnownEvent>();
  readonly #hashes = new Map<DeviceId, Map<Seq, string>>();

  constructor(hash: Sha256, head: CentralHead, reader: CommitReader) {
    this.#hash = hash;
    this.#head = head;
    this.#reader = reader;
  }

  result(): CentralCommit {
    return {
      head: this.#head,
      entries: this.#entries,
      places: this.#places,
      keptAside: this.#keptAside,
      marks: this.#marks,
      stamps: this.#stamps,
    };
  }

  /** Judges one push on the state that the pushes before it have made, and collects what it adds. */
  async addPush(push: Push, plan: PlanPush): Promise<PushOutcome> {
    const record = await this.#device(push.device);
    const { outcome, entries, lastEffective } = await this.#plan(push, plan, record);
    if (record === null) return outcome;
    for (const entry of entries) await this.#addPlanned(entry, push, record);
    if (outcome.kind === 'accepted') this.#marks.set(push.device, outcome.mark);
    if (outcome.kind === 'accepted' && lastEffective !== null) this.#stamps.set(push.device, lastEffective);
    return outcome;
  }

  /** Collects events of the centre's own; those whose id is known are skipped. */
  async addOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }> {
    const record = await this.#device(writer);
    if (record === null || record.kind === 'installation') throw new Error(`${writer} is no writer of the centre.`);
    if (drafts.length > OWN_EVENTS_MAX)
      throw new RangeError(`The centre writes at most ${OWN_EVENTS_MAX} events at once, not ${drafts.length}.`);
    const known = await this.#knownOf(drafts.map((draft) => draft.id));
    const fresh = new Map<EventId, EventDraft>();
    for (const draft of drafts) if (!known.has(draft.id) && !fresh.has(draft.id)) fresh.set(draft.id, draft);
    if (fresh.size > 0) await this.#appendOwn(record, [...fresh.values()], nowMs, true);
    return { appended: fresh.size, known: drafts.length - fresh.size };
  }

  async #plan(push: Push, plan: PlanPush, record: DeviceRecord | null): Promise<PushPlan> {
    const heldHashes = await this.#heldHashes(push, record);
    const lastEffective = await this.#lastStamp(push.device);
    const parsed = parsePush(push);
    if (!('lines' in parsed)) {
      // Whatever is wrong with the sender or its chain comes first; else it is this line.
      const { outcome } = plan(push, [], { record, heldHashes, knownLines: new Map(), lastEffective });
      if (outcome.kind !== 'damaged') return { outcome, entries: [], lastEffective };
      const seq = push.firstSeq + parsed.badLine;
      return { outcome: { ...outcome, seq, problem: parsed.problem }, entries: [], lastEffective };
    }
    const known = await this.#knownOf(parsed.lines.map(({ event }) => event.id));
    const knownLines = new Map([...known].map(([id, { line }]) => [id, line]));
    return plan(push, parsed.lines, { record, heldHashes, knownLines, lastEffective });
  }

  async #addPlanned(entry: PlannedEntry, push: Push, record: DeviceRecord): Promise<void> {
    const { event, line, place } = entry;
    const { arrivalMs } = push.arrival;
    this.#addPlace(place, event.id);
    if (entry.kind === 'new') this.#addEntry(event, line, place, arrivalMs, record.store, true);
    if (entry.kind === 'kept-aside') {
      this.#keptAside.push({ id: event.id, line, place, reason: entry.reason, arrivedAtMs: arrivalMs });
    }
    if (entry.rulings.length > 0) await this.#rule(entry, record, arrivalMs);
  }

  async #rule(target: PlannedEntry, maker: DeviceRecord, nowMs: number): Promise<void> {
    const writer = await this.#device(this.#head.writer);
    if (writer === null) throw new Error(`The centre's own writer ${this.#head.writer} is not registered.`);
    if (target.rulings.length > RULINGS_PER_EVENT_MAX)
      throw new Error(`One event gets at most ${RULINGS_PER_EVENT_MAX} rulings.`);
    const drafts: EventDraft[] = [];
    for (const ruling of target.rulings) {
      const id = await this.#rulingId(ruling, drafts);
      if (id === null) continue;
      drafts.push({
        id,
        type: ruling.type,
        schemaVersion: 1,
        store: target.event.store,
        audience: audienceOfRuling(target.event, maker.store),
        actor: CENTRE_ACTOR,
        causationId: target.event.id,
        payload: ruling.payload,
      });
    }
    if (drafts.length > 0) await this.#appendOwn(writer, drafts, nowMs, target.kind !== 'new');
  }

  /**
   * The id derived from the ruling's target, or null when the centre wrote this ruling before. An id that a device has
   * taken (it can compute it) must not keep the centre from ruling: then the next one is derived.
   */
  async #rulingId(ruling: RulingDraft, drafts: readonly EventDraft[]): Promise<EventId | null> {
    const purpose = ruling.type === 'EventSetAside' ? `${ruling.type} ${ruling.payload.reason}` : ruling.type;
    for (let attempt = 0; ; attempt += 1) {
      const id = deriveEventId(this.#hash, attempt === 0 ? purpose : `${purpose} ${attempt}`, ruling.payload.target);
      if (drafts.some((draft) => draft.id === id)) return null;
      const known = (await this.#knownOf([id])).get(id);
      if (known === undefined) return id;
      if ((await this.#device(known.device))?.kind === 'centre') return null;
    }
  }

  async #appendOwn(
    writer: DeviceRecord,
    drafts: readonly EventDraft[],
    nowMs: number,
    opensGroup: boolean,
  ): Promise<void> {
    const lastStamp = await this.#lastStamp(writer.device);
    let head: DeviceHead = { ...writer.accepted, lastStamp };
    for (let start = 0; start < drafts.length; start += APPEND_EVENTS_MAX) {
      const part = drafts.slice(start, start + APPEND_EVENTS_MAX);
      const grown = appendToDeviceChain(this.#hash, writer.device, head, part, { nowMs, uncertaintyMs: 0 });
      for (const { event, line, place } of grown.appended) {
        this.#addPlace(place, event.id);
        this.#addEntry(event, line, place, nowMs, writer.store, opensGroup);
      }
      head = grown.head;
    }
    this.#marks.set(writer.device, { seq: head.seq, hash: head.hash });
    if (head.lastStamp !== null) this.#stamps.set(writer.device, head.lastStamp);
  }

  #addPlace(place: Place, id: EventId): void {
    this.#places.push({ ...place, id });
    let hashes = this.#hashes.get(place.device);
    if (hashes === undefined) this.#hashes.set(place.device, (hashes = new Map()));
    hashes.set(place.seq, place.hash);
  }

  #addEntry(
    event: Event,
    line: EventLine,
    place: Place,
    arrivedAtMs: number,
    makerStore: StoreId | null,
    opensGroup: boolean,
  ): void {
    const position = this.#head.position + 1;
    const hash = nextCentralHash(this.#hash, this.#head.hash, event.id, line);
    this.#head = { ...this.#head, position, hash };
    this.#known.set(event.id, { line, device: place.device });
    const audience = audienceOf(event, makerStore);
    this.#entries.push({ position, id: event.id, line, place, hash, arrivedAtMs, event, audience, opensGroup });
  }

  async #device(device: DeviceId): Promise<DeviceRecord | null> {
    const record = await this.#reader.device(device);
    const accepted = this.#marks.get(device);
    return record === null || accepted === undefined ? record : { ...record, accepted };
  }

  async #lastStamp(device: DeviceId): Promise<HybridTime | null> {
    return this.#stamps.get(device) ?? (await this.#reader.lastStamp(device));
  }

  async #heldHashes(push: Push, record: DeviceRecord | null): Promise<ReadonlyMap<Seq, string>> {
    if (record === null) return new Map();
    const own = this.#hashes.get(push.device);
    const seqs = seqsOf(push, record.accepted);
    const missing = seqs.filter((seq) => own?.has(seq) !== true);
    const held =
      missing.length === 0 ? new Map<Seq, string>() : new Map(await this.#reader.heldHashes(push.device, missing));
    for (const seq of seqs) {
      const hash = own?.get(seq);
      if (hash !== undefined) held.set(seq, hash);
    }
    return held;
  }

  async #knownOf(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, KnownEvent>> {
    const known = new Map(await this.#reader.known(ids));
    for (const id of ids) {
      const own = this.#known.get(id);
      if (own !== undefined) known.set(id, own);
    }
    return known;
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

/** A ruling goes wherever its target went; more stores than an envelope can name means all. */
function audienceOfRuling(target: Event, makerStore: StoreId | null): 'all' | readonly StoreId[] {
  const audience = audienceOf(target, makerStore);
  if (audience === 'all') return 'all';
  const others = audience.filter((store) => store !== target.store);
  return others.length > AUDIENCE_STORES_MAX ? 'all' : others;
}
