// The oracle: a book that only hears "saved", and a naive fold that reads nothing but raw lines. Independent of the
// sessions, the logs' own folds and the projector; slow and plain on purpose. Says what is wrong in words.
import {
  CLOCK_TOLERANCE_MS,
  STAMPS_PER_MS,
  type AppendedEvent,
  type CentralLog,
  type DeviceLog,
  type EventDraft,
  type EventId,
  type StoredLine,
  type StoreId,
  type TableReader,
} from '@streamstock/event-log';
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

const EVERYTHING = 10_000;
/** Round trips of a simulated network are shorter. */
const MEASURED_WITHIN_MS = 15_000;

export class Book {
  /** By id: how far its maker's clock was ahead. */
  readonly #attempted = new Map<EventId, number>();
  readonly #saved = new Map<EventId, string>();
  readonly #excused = new Set<EventId>();

  /** A commit was begun, on a device whose clock is `clockOffsetMs` ahead: its events may come to be. */
  attempt(drafts: readonly EventDraft[], clockOffsetMs: number): void {
    for (const { id } of drafts) this.#attempted.set(id, clockOffsetMs);
  }

  /** The log said: saved. From now on these must never be lost. */
  saved(appended: readonly AppendedEvent[]): void {
    for (const { event, line } of appended) this.#saved.set(event.id, line);
  }

  /** The only disk that held these was replaced by an older state of itself: no software can bring them back. */
  excuse(ids: readonly EventId[]): void {
    for (const id of ids) this.#excused.add(id);
  }

  get savedIds(): readonly EventId[] {
    return [...this.#saved.keys()];
  }

  /**
   * Every saved event is at the centre exactly once, with its bytes; nothing is there that nobody made; the chains
   * hold.
   */
  async checkCentre(log: CentralLog): Promise<string[]> {
    const lines = await log.read(0, { eventsMax: EVERYTHING, bytesMax: Number.MAX_SAFE_INTEGER });
    const wrong: string[] = [];
    const times = new Map<EventId, number>();
    for (const [index, { position, line }] of lines.entries()) {
      if (position !== index + 1) wrong.push(`position ${position} stands where ${index + 1} belongs`);
      const event = JSON.parse(line) as RawEvent;
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
    wrong.push(...this.#checkTimes(lines));
    for (const fault of await log.verify()) wrong.push(`chain: ${fault.where}: ${fault.detail}`);
    return wrong;
  }

  /** A clock that is off is noticed, one that is not is left alone, and the true time lies where the ruling says. */
  #checkTimes(lines: readonly StoredLine[]): string[] {
    const wrong: string[] = [];
    const events = lines.map(({ line }) => JSON.parse(line) as RawEvent);
    const retimings = new Map(
      events
        .filter(({ type }) => type === 'EventRetimed')
        .map(({ payload }) => [payload['target'] as EventId, payload]),
    );
    const effectiveTimes = new Set([...retimings.values()].map((payload) => payload['effectiveAt'] as number));
    for (const { id, deviceTimeMs } of events) {
      const offsetMs = this.#attempted.get(id);
      if (offsetMs === undefined) continue;
      const retiming = retimings.get(id) as { effectiveAt: number; uncertaintyMs: number } | undefined;
      const beyondMs = Math.abs(offsetMs) - CLOCK_TOLERANCE_MS;
      if (retiming === undefined && beyondMs > MEASURED_WITHIN_MS)
        wrong.push(`event ${id} was not re-timed, its clock was ${offsetMs} ms off`);
      if (retiming !== undefined && beyondMs < -MEASURED_WITHIN_MS)
        wrong.push(`event ${id} was re-timed, its clock was only ${offsetMs} ms off`);
      if (retiming === undefined) continue;
      // Pushed behind its predecessor to keep the log's order: that says nothing of the measurement.
      if (effectiveTimes.has(retiming.effectiveAt - 1)) continue;
      const errorMs = Math.abs(retiming.effectiveAt / STAMPS_PER_MS - (deviceTimeMs - offsetMs));
      if (errorMs > retiming.uncertaintyMs + 2)
        wrong.push(`event ${id} was re-timed ${errorMs} ms off, stated ${retiming.uncertaintyMs}`);
    }
    return wrong;
  }

  /** A device's tables are the fold of what its store must see, and of nothing else. */
  async checkDevice(name: string, log: DeviceLog, store: StoreId, central: CentralLog): Promise<string[]> {
    const lines = await central.read(0, { eventsMax: EVERYTHING, bytesMax: Number.MAX_SAFE_INTEGER });
    const devices = new Map((await central.devices()).map((record) => [record.device, record.store]));
    const heard = lines
      .filter((stored) => mustHear(stored, lines, devices, store))
      .map(({ line }) => JSON.parse(line) as RawEvent);
    const wrong = await compareTables(log.tables, foldNaively(heard));
    const state = await log.state();
    if (state === null) wrong.push('has no log');
    else if (state.pending.events > 0) wrong.push(`still has ${state.pending.events} unsent`);
    const kept = await log.find(heard.map(({ id }) => id));
    const positions = new Map(lines.map(({ id, position }) => [id, position]));
    if (kept.length !== heard.length) wrong.push(`holds ${kept.length} of ${heard.length} events`);
    for (const { id, position } of kept)
      if (position !== positions.get(id)) wrong.push(`has ${id} at position ${position}`);
    const attention = await log.tables.range('needs-attention', { rowsMax: EVERYTHING });
    for (const { key, value } of attention) {
      if ((value as { kind: string }).kind !== 'set-aside') wrong.push(`has ${key} before a person for no reason`);
    }
    return wrong.map((text) => `${name} ${text}`);
  }
}

function isRuling(event: RawEvent): boolean {
  return event.type.startsWith('Event');
}

/** By its envelope, by its maker's store, or as a ruling about such an event. */
function mustHear(
  stored: StoredLine,
  all: readonly StoredLine[],
  storeOf: ReadonlyMap<string, string | null>,
  store: StoreId,
): boolean {
  const event = JSON.parse(stored.line) as RawEvent;
  if (isRuling(event)) {
    const target = all.find(({ id }) => id === event.payload['target']);
    return target !== undefined && mustHear(target, all, storeOf, store);
  }
  return (
    event.audience === 'all' ||
    event.store === store ||
    event.audience.includes(store) ||
    storeOf.get(stored.place.device) === store
  );
}

/** The fold, without order, batches or tables: for each event, look at everything that was ever said of it. */
export function foldNaively(events: readonly RawEvent[]): Expected {
  const rulingsOf = (id: EventId): RawEvent[] =>
    events.filter((event) => isRuling(event) && event.payload['target'] === id);
  const counts = (event: RawEvent): boolean =>
    !rulingsOf(event.id).some(({ type }) => type === 'EventSetAside' || type === 'EventVoided');
  const reversed = new Set(
    events.filter((event) => event.type === 'CounterReversed' && counts(event)).map(({ payload }) => payload['target']),
  );
  const moves = new Map<EventId, MoveRow>();
  const counters = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'CounterMoved' || !counts(event)) continue;
    const { key, amount } = event.payload as { key: string; amount: number };
    const counter = `${event.store}|${key}`;
    const retimings = rulingsOf(event.id).filter(({ type }) => type === 'EventRetimed');
    retimings.sort((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
    const effectiveAt = (retimings[0]?.payload['effectiveAt'] as number | undefined) ?? event.occurredAt;
    moves.set(event.id, { counter, amount, effectiveAt });
    if (!reversed.has(event.id)) counters.set(counter, (counters.get(counter) ?? 0) + amount);
  }
  return { moves, counters };
}

async function compareTables(tables: TableReader, expected: Expected): Promise<string[]> {
  const wrong: string[] = [];
  const moves = await tables.range<MoveRow>(MOVES_TABLE, { rowsMax: EVERYTHING });
  const seen = new Map(moves.map(({ key, value }) => [key, value]));
  for (const [id, move] of expected.moves) {
    if (JSON.stringify(seen.get(id)) !== JSON.stringify(move))
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
