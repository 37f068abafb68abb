// What the centre itself writes within one transaction: rulings right behind their targets, and its own drafts. Owns the ids,
// the audience and the seal of these events.
import type { CommitState, HeldEvent } from './commit-state.ts';
import { appendToDeviceChain, type DeviceHead } from './device-append.ts';
import type { DeviceRecord } from './device-record.ts';
import { type Event, type EventDraft } from './event.ts';
import { readStoredLine } from './stored-line.ts';
import { deriveEventId, type EventId, type StoreId } from './id.ts';
import { APPEND_EVENTS_MAX, AUDIENCE_STORES_MAX, RULINGS_PER_EVENT_MAX } from './limits.ts';
import { sealEvent } from './own-seal.ts';
import type { Seal } from './place.ts';
import { isRulingType, rulingTarget, type RulingDraft } from './ruling.ts';
import type { Sha256 } from './sha256.ts';

/** The actor of every ruling that the machinery writes. */
export const CENTRE_ACTOR = 'centre';

export class OwnEvents {
  readonly #hash: Sha256;
  readonly #seal: Seal | null;
  readonly #state: CommitState;

  /** `seal` null: nothing is sealed, and no later epoch will believe these events when they are handed back. */
  constructor(hash: Sha256, seal: Seal | null, state: CommitState) {
    this.#hash = hash;
    this.#seal = seal;
    this.#state = state;
  }

  /** `behind`: right behind their target, which is the last entry. `hearing`: stores that hear of it besides those it names. */
  async rule(
    target: Event,
    rulings: readonly RulingDraft[],
    hearing: readonly (StoreId | null)[],
    nowMs: number,
    behind: boolean,
  ): Promise<void> {
    const { writer: device } = this.#state.head;
    const writer = await this.#state.device(device);
    if (writer === null) throw new Error(`The centre's own writer ${device} is not registered.`);
    if (rulings.length > RULINGS_PER_EVENT_MAX)
      throw new Error(`One event gets at most ${RULINGS_PER_EVENT_MAX} rulings.`);
    const drafts: EventDraft[] = [];
    for (const ruling of rulings) {
      const id = await this.#rulingId(ruling, drafts);
      if (id === null) continue;
      drafts.push({
        id,
        type: ruling.type,
        schemaVersion: 1,
        store: target.store,
        audience: audienceOfRuling(target, hearing),
        actor: CENTRE_ACTOR,
        causationId: target.id,
        payload: ruling.payload,
      });
    }
    if (drafts.length > 0) await this.append(writer, drafts, nowMs, !behind);
  }

  async append(writer: DeviceRecord, drafts: readonly EventDraft[], nowMs: number, opensGroup: boolean): Promise<void> {
    const lastStamp = await this.#state.lastStamp(writer.device);
    const clock = { nowMs, uncertaintyMs: 0 };
    const seal = this.#seal;
    const finish = seal === null ? undefined : (event: Event) => sealEvent(seal, event);
    let head: DeviceHead = { ...writer.accepted, lastStamp };
    for (let start = 0; start < drafts.length; start += APPEND_EVENTS_MAX) {
      const part = drafts.slice(start, start + APPEND_EVENTS_MAX);
      const grown = appendToDeviceChain(this.#hash, writer.device, head, part, clock, finish);
      for (const { event, line, place } of grown.appended) {
        this.#state.addPlace(place, event.id);
        const made = { resuppliedBy: null, arrivedAtMs: nowMs, makerStore: writer.store, opensGroup };
        this.#state.addEntry({ event, line, place, ...made });
      }
      head = grown.head;
    }
    this.#state.setMark(writer.device, { seq: head.seq, hash: head.hash }, head.lastStamp);
  }

  /** A person's ruling goes wherever its target went, whatever its draft says. */
  async withAudience(draft: EventDraft): Promise<EventDraft> {
    if (!isRulingType(draft.type)) return draft;
    const target = rulingTarget(draft);
    const held = target === undefined ? undefined : (await this.#state.known([target])).get(target);
    if (held === undefined) return draft;
    const event = readStoredLine(held.line);
    return { ...draft, store: event.store, audience: audienceOfRuling(event, await this.hearing(held)) };
  }

  /** The stores of its maker and of who handed it back: both hold it. */
  async hearing({ device, resuppliedBy }: HeldEvent): Promise<readonly (StoreId | null)[]> {
    const stores: (StoreId | null)[] = [];
    for (const one of [device, resuppliedBy])
      if (one !== null) stores.push((await this.#state.device(one))?.store ?? null);
    return stores;
  }

  /**
   * The id derived from the ruling's target, or null when the centre wrote this ruling before, in this epoch. An id that a
   * device has taken (it can compute it) must not keep the centre from ruling: then the next one is derived.
   */
  async #rulingId(ruling: RulingDraft, drafts: readonly EventDraft[]): Promise<EventId | null> {
    const what = ruling.type === 'EventSetAside' ? `${ruling.type} ${ruling.payload.reason}` : ruling.type;
    const purpose = `${what} ${this.#state.head.epoch}`;
    for (let attempt = 0; ; attempt += 1) {
      const id = deriveEventId(this.#hash, attempt === 0 ? purpose : `${purpose} ${attempt}`, ruling.payload.target);
      if (drafts.some((draft) => draft.id === id)) return null;
      const held = (await this.#state.known([id])).get(id);
      if (held === undefined) return id;
      // No ruling of a device ever gets a position.
      if (isRulingType(readStoredLine(held.line).type)) return null;
    }
  }
}

/** A ruling goes wherever its target went; more stores than an envelope can name means all. */
function audienceOfRuling(target: Event, hearing: readonly (StoreId | null)[]): 'all' | readonly StoreId[] {
  if (target.audience === 'all') return 'all';
  const stores = [...target.audience, ...hearing].filter((store) => store !== null);
  const others = [...new Set(stores)].filter((store) => store !== target.store);
  return others.length > AUDIENCE_STORES_MAX ? 'all' : others;
}
