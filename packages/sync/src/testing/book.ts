// The oracle: a book that only hears "saved", and a naive fold that reads nothing but raw lines. Independent of the
// sessions, the logs' own folds and the projector; slow and plain on purpose. Says what is wrong in words.
import {
  CLOCK_TOLERANCE_MS,
  STAMPS_PER_MS,
  type AppendedEvent,
  type CentralLog,
  type DeviceId,
  type DeviceLog,
  type EventDraft,
  type EventId,
  type StoredLine,
  type StoreId,
  type TableReader,
} from '@streamstock/event-log';
import { CLOCK_SET_TOLERANCE_MS } from '../limits.ts';
import { COUNTERS_TABLE, MOVES_TABLE, type MoveRow } from './counters.ts';

interface RawEvent {
  readonly id: EventId;
  readonly type: string;
  readonly store: string | null;
  readonly audience: 'all' | readonly string[];
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly deviceTimeMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a store's tables must say: moves by event id, sums by counter. */
export interface Expected {
  readonly moves: ReadonlyMap<EventId, MoveRow>;
  readonly counters: ReadonlyMap<string, number>;
}

/** What the centre holds, read once and parsed once. */
export interface Reading {
  readonly lines: readonly StoredLine[];
  readonly events: readonly RawEvent[];
  readonly byId: ReadonlyMap<EventId, RawEvent>;
  /** Rulings by their target. */
  readonly rulings: ReadonlyMap<EventId, readonly RawEvent[]>;
  /** By id: the store of the device that pushed it; null: nobody did, or the centre. */
  readonly madeIn: ReadonlyMap<EventId, StoreId | null>;
  /** By id: the device that pushed it; absent: only handed back. */
  readonly placed: ReadonlyMap<EventId, DeviceId>;
  readonly revoked: ReadonlySet<DeviceId>;
  readonly stores: ReadonlyMap<DeviceId, StoreId | null>;
}

interface Attempt {
  /** How far its maker's clock was ahead. */
  readonly clockOffsetMs: number;
  /** The installation it was made on; copies of its disk bring the same event. */
  readonly lineage: string;
  /** It was removed by then, and will never hear otherwise. */
  readonly isRevoked: boolean;
}

const EVERYTHING = 10_000;
/** Round trips of a simulated network are shorter. */
const MEASURED_WITHIN_MS = 15_000;

export class Book {
  readonly #attempted = new Map<EventId, Attempt>();
  readonly #saved = new Map<EventId, string>();
  readonly #excused = new Set<EventId>();
  /** Installations whose clock, or a copy's, was set while they ran. */
  readonly #setClocks = new Set<string>();
  /** With the bytes before the first damage. */
  readonly #damaged = new Map<EventId, string>();
  /** A person was to rule on these: they may count or not. */
  readonly #ruled = new Set<EventId>();
  readonly #rulings = new Set<EventId>();

  /** A commit was begun, on an installation whose clock is so far ahead: its events may come to be. */
  attempt(drafts: readonly EventDraft[], attempt: Attempt): void {
    for (const { id } of drafts) this.#attempted.set(id, attempt);
  }

  clockWasSet(lineage: string): void {
    this.#setClocks.add(lineage);
  }

  /** The log said: saved. From now on these must never be lost. */
  saved(appended: readonly AppendedEvent[]): void {
    for (const { event, line } of appended) this.#saved.set(event.id, line);
  }

  /** These bytes of an event are those that its maker made, as far as anybody can tell. */
  isAsMade(id: EventId, line: string): boolean {
    // What was never called saved may be on disks all the same; the centre's own events are nobody's here.
    const made = this.#saved.get(id) ?? this.#damaged.get(id);
    return made === undefined || made === line;
  }

  /** The same of a line whose id may be what is damaged. */
  isMade(line: string): boolean {
    try {
      const { id } = JSON.parse(line) as { readonly id?: EventId };
      return id !== undefined && this.#attempted.has(id) && this.isAsMade(id, line);
    } catch {
      return false;
    }
  }

  /** A person rules on it, if the centre lives to write it down. */
  wasRuledOn(id: EventId): void {
    this.#ruled.add(id);
  }

  /** It was written down: from now on it must never be lost. */
  ruled(id: EventId): void {
    this.#rulings.add(id);
  }

  isDamagedAnywhere(id: EventId): boolean {
    return this.#damaged.has(id);
  }

  /** `line`: as it was on that disk before. */
  wasDamaged(id: EventId, line: string): void {
    if (!this.#damaged.has(id)) this.#damaged.set(id, line);
  }

  /** The last disk that held these was destroyed: no software can bring them back. */
  excuse(ids: Iterable<EventId>): void {
    for (const id of ids) this.#excused.add(id);
  }

  get excusedCount(): number {
    return this.#excused.size;
  }

  get savedIds(): readonly EventId[] {
    return [...this.#saved.keys()];
  }

  /** What a person may want to admit. */
  get savedPoisonIds(): readonly EventId[] {
    return [...this.#saved].filter(([, line]) => line.includes('"poison":true')).map(([id]) => id);
  }

  async read(log: CentralLog): Promise<Reading> {
    const lines = await log.read(0, { eventsMax: EVERYTHING, bytesMax: Number.MAX_SAFE_INTEGER });
    const events = lines.map(({ line }) => JSON.parse(line) as RawEvent);
    const records = await log.devices();
    const stores = new Map(records.map(({ device, store }) => [device, store]));
    return {
      lines,
      events,
      byId: new Map(events.map((event) => [event.id, event])),
      rulings: Map.groupBy(events.filter(isRuling), targetOf),
      madeIn: new Map(lines.map(({ id, place }) => [id, place === null ? null : (stores.get(place.device) ?? null)])),
      placed: new Map(lines.flatMap(({ id, place }) => (place === null ? [] : [[id, place.device]]))),
      stores,
      revoked: new Set(records.filter(({ revokedAtMs }) => revokedAtMs !== null).map(({ device }) => device)),
    };
  }

  /**
   * Every saved event is at the centre exactly once, with its bytes; nothing is there that nobody made; the chains
   * hold.
   */
  async checkCentre(log: CentralLog, reading: Reading): Promise<string[]> {
    const wrong: string[] = [];
    const times = new Map<EventId, number>();
    for (const [index, { position, line }] of reading.lines.entries()) {
      if (position !== index + 1) wrong.push(`position ${position} stands where ${index + 1} belongs`);
      const event = reading.events[index];
      if (event === undefined) continue;
      times.set(event.id, (times.get(event.id) ?? 0) + 1);
      if (!isRuling(event) && !this.#attempted.has(event.id)) wrong.push(`event ${event.id} was made by nobody`);
      const saved = this.#saved.get(event.id);
      if (saved !== undefined && saved !== line) wrong.push(`event ${event.id} has other bytes at the centre`);
    }
    for (const id of this.#saved.keys()) {
      const count = times.get(id) ?? 0;
      if (count > 1) wrong.push(`event ${id} is at the centre ${count} times`);
      if (count === 0 && !this.#excused.has(id)) wrong.push(`saved event ${id} is not at the centre`);
    }
    for (const id of this.#rulings)
      if (!times.has(id) && !this.#excused.has(id)) wrong.push(`the ruling ${id} of a person is not at the centre`);
    wrong.push(...this.#checkRulings(reading), ...this.#checkTimes(reading));
    for (const fault of await log.verify()) wrong.push(`chain: ${fault.where}: ${fault.detail}`);
    return wrong;
  }

  /** What does not count has its reason, and what has a reason not to count does not. */
  #checkRulings({ lines, events, rulings, placed, revoked, stores }: Reading): string[] {
    const wrong: string[] = [];
    for (const [index, event] of events.entries()) {
      if (isRuling(event) || this.#ruled.has(event.id)) continue;
      const counts = doesCount(rulings.get(event.id) ?? []);
      const maker = placed.get(event.id);
      const supplier = lines[index]?.resuppliedBy;
      const isPoison = event.payload['poison'] === true;
      const isStrangers = maker === undefined && supplier !== undefined && stores.get(supplier) !== event.store;
      const isOfRevoked = this.#attempted.get(event.id)?.isRevoked === true;
      if (counts && isPoison) wrong.push(`event ${event.id} is poison and counts`);
      if (counts && isStrangers) wrong.push(`event ${event.id} counts on the word of a device of another store`);
      if (counts && isOfRevoked) wrong.push(`event ${event.id} of a removed device counts`);
      const mayNotCount = isPoison || maker === undefined || revoked.has(maker) || isOfRevoked;
      if (!counts && !mayNotCount) wrong.push(`event ${event.id} does not count, and nothing is wrong with it`);
    }
    return wrong;
  }

  /** A clock that is off is noticed, one that is not is left alone, and the true time lies where the ruling says. */
  #checkTimes({ events, rulings, placed }: Reading): string[] {
    const wrong: string[] = [];
    const retimingOf = (id: EventId) => firstRetiming(rulings.get(id) ?? [])?.payload;
    const effectiveTimes = new Set(events.flatMap(({ id }) => (retimingOf(id)?.['effectiveAt'] as number) ?? []));
    for (const { id, deviceTimeMs } of events) {
      const attempt = this.#attempted.get(id);
      // Handed back, and not seen from its maker: nobody has measured its clock.
      if (attempt === undefined || !placed.has(id)) continue;
      const isSteady = !this.#setClocks.has(attempt.lineage);
      const offsetMs = attempt.clockOffsetMs;
      const retiming = retimingOf(id) as { effectiveAt: number; uncertaintyMs: number } | undefined;
      const beyondMs = Math.abs(offsetMs) - CLOCK_TOLERANCE_MS;
      if (isSteady && retiming === undefined && beyondMs > MEASURED_WITHIN_MS)
        wrong.push(`event ${id} was not re-timed, its clock was ${offsetMs} ms off`);
      if (isSteady && retiming !== undefined && beyondMs < -MEASURED_WITHIN_MS)
        wrong.push(`event ${id} was re-timed, its clock was only ${offsetMs} ms off`);
      if (retiming === undefined) continue;
      // Pushed behind its predecessor to keep the log's order: that says nothing of the measurement.
      if (effectiveTimes.has(retiming.effectiveAt - 1)) continue;
      const errorMs = Math.abs(retiming.effectiveAt / STAMPS_PER_MS - (deviceTimeMs - offsetMs));
      // A small step passes for drift; it may have been made more than once.
      const unseenMs = isSteady ? 0 : 2 * CLOCK_SET_TOLERANCE_MS;
      if (errorMs > retiming.uncertaintyMs + unseenMs + 2)
        wrong.push(`event ${id} was re-timed ${errorMs} ms off, stated ${retiming.uncertaintyMs}`);
    }
    return wrong;
  }

  /** A device's tables are the fold of what its store must see, and of nothing else. */
  async checkDevice(name: string, log: DeviceLog, store: StoreId, reading: Reading): Promise<string[]> {
    const heard = reading.events.filter((event) => mustHear(event, reading, store));
    const wrong = await compareTables(log.tables, foldNaively(heard));
    const state = await log.state();
    if (state === null) wrong.push('has no log');
    else if (state.pending.events > 0) wrong.push(`still has ${state.pending.events} unsent`);
    const basePosition = state?.base?.position ?? 0;
    const positions = new Map(reading.lines.map(({ id, position }) => [id, position]));
    // What lies before its base it may have forgotten, or never had.
    const since = heard.filter(({ id }) => (positions.get(id) ?? 0) > basePosition);
    const kept = await log.find(since.map(({ id }) => id));
    if (kept.length !== since.length) wrong.push(`holds ${kept.length} of ${since.length} events`);
    for (const { id, position } of kept)
      if (position !== positions.get(id)) wrong.push(`has ${id} at position ${position}, not ${positions.get(id)}`);
    const attention = await log.tables.range('needs-attention', { rowsMax: EVERYTHING });
    for (const { key, value } of attention) {
      const { kind } = value as { kind: string };
      const isKnown = kind === 'set-aside' ? !doesCount(reading.rulings.get(key) ?? []) : this.#damaged.has(key);
      if (!isKnown) wrong.push(`has ${key} before a person for no reason (${kind})`);
    }
    return wrong.map((text) => `${name} ${text}`);
  }
}

function isRuling(event: RawEvent): boolean {
  return event.type.startsWith('Event');
}

function targetOf(ruling: RawEvent): EventId {
  return ruling.payload['target'] as EventId;
}

/** By its envelope, by its maker's store, or as a ruling about such an event. */
function mustHear(event: RawEvent, reading: Reading, store: StoreId): boolean {
  if (isRuling(event)) {
    const target = reading.byId.get(targetOf(event));
    return target !== undefined && mustHear(target, reading, store);
  }
  return (
    event.audience === 'all' ||
    event.store === store ||
    event.audience.includes(store) ||
    reading.madeIn.get(event.id) === store
  );
}

/** The fold, without order, batches or tables: for each event, look at everything that was ever said of it. */
export function foldNaively(events: readonly RawEvent[]): Expected {
  const rulings = Map.groupBy(events.filter(isRuling), targetOf);
  const rulingsOf = (id: EventId): readonly RawEvent[] => rulings.get(id) ?? [];
  const counts = (event: RawEvent): boolean => doesCount(rulingsOf(event.id));
  const reversed = new Set(events.filter((event) => event.type === 'CounterReversed' && counts(event)).map(targetOf));
  const moves = new Map<EventId, MoveRow>();
  const counters = new Map<string, number>();
  for (const event of events) {
    if ((event.type !== 'CounterMoved' && event.type !== 'CounterNudged') || !counts(event)) continue;
    const { key, amount } = event.payload as { key: string; amount: number };
    const counter = `${event.store}|${key}`;
    const effectiveAt =
      (firstRetiming(rulingsOf(event.id))?.payload['effectiveAt'] as number | undefined) ?? event.occurredAt;
    moves.set(event.id, { counter, amount, effectiveAt });
    if (!reversed.has(event.id)) counters.set(counter, (counters.get(counter) ?? 0) + amount);
  }
  return { moves, counters };
}

function doesCount(rulings: readonly RawEvent[]): boolean {
  const types = new Set(rulings.map(({ type }) => type));
  return !types.has('EventVoided') && (!types.has('EventSetAside') || types.has('EventAdmitted'));
}

/** Of several re-timings the least (recordedAt, id) counts. */
function firstRetiming(rulings: readonly RawEvent[]): RawEvent | undefined {
  return rulings
    .filter(({ type }) => type === 'EventRetimed')
    .toSorted((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1))[0];
}

async function compareTables(tables: TableReader, expected: Expected): Promise<string[]> {
  const wrong: string[] = [];
  const moves = await tables.range<MoveRow>(MOVES_TABLE, { rowsMax: EVERYTHING });
  const seen = new Map(moves.map(({ key, value }) => [key, value]));
  for (const [id, move] of expected.moves) {
    const shown = seen.get(id);
    if (shown?.counter !== move.counter || shown.amount !== move.amount || shown.effectiveAt !== move.effectiveAt)
      wrong.push(`shows ${JSON.stringify(seen.get(id))} for ${id}, not ${JSON.stringify(move)}`);
  }
  for (const id of seen.keys()) if (!expected.moves.has(id)) wrong.push(`shows ${id}, which does not count`);
  const counters = await tables.range<number>(COUNTERS_TABLE, { rowsMax: EVERYTHING });
  const sums = new Map(counters.map(({ key, value }) => [key, value]));
  for (const key of new Set([...sums.keys(), ...expected.counters.keys()])) {
    const [shown, right] = [sums.get(key) ?? 0, expected.counters.get(key) ?? 0];
    if (shown !== right) wrong.push(`counts ${shown} on ${key}, not ${right}`);
  }
  return wrong;
}
