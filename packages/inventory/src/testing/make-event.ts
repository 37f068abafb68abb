// Events for tests and generators, with everything that does not matter filled in.
import { deriveEventId, hybridTimeFromMs, sha256, type Event, type EventId } from '@streamstock/event-log';
import { EVENT_SCHEMAS, type InventoryEventType, type PayloadOf } from '../payloads.ts';

/** Histories use the same few thousand names, thousands of times. */
const IDS_KEPT_MAX = 20_000;
const ids = new Map<string, EventId>();

/** A made-up id that sorts like noise: nothing may depend on ids being made in order. */
export function testId(name: string): EventId {
  const kept = ids.get(name);
  if (kept !== undefined) return kept;
  if (ids.size >= IDS_KEPT_MAX) ids.clear();
  const id = deriveEventId(sha256, 'test', name);
  ids.set(name, id);
  return id;
}

/** Minute `minute` of a day in 2026, as a stamp. */
export function minute(minute: number): number {
  return hybridTimeFromMs(Date.UTC(2026, 10, 2) + Math.round(minute * 60_000));
}

export interface EventExtras {
  readonly store?: string | null;
  readonly at?: number;
  readonly recordedAt?: number;
  readonly device?: string;
  readonly uncertaintyMs?: number | null;
  /** The raw clock, where it matters. */
  readonly deviceTimeMs?: number;
  readonly schemaVersion?: number;
  readonly actor?: string;
}

/** An event named `name` (its id follows from the name) at `at`. */
export function rawEvent(name: string, type: string, payload: object, extras: EventExtras = {}): Event {
  const { store = 'lisboa', at = minute(0), recordedAt = at, device, uncertaintyMs = 0, schemaVersion = 1 } = extras;
  return {
    id: testId(name),
    type,
    schemaVersion,
    store,
    audience: [],
    occurredAt: at,
    recordedAt,
    deviceTimeMs: extras.deviceTimeMs ?? 0,
    clockUncertaintyMs: uncertaintyMs,
    actor: extras.actor ?? 'ana',
    ...(device === undefined ? {} : { meta: { device } }),
    payload: { ...payload },
  };
}

export function makeEvent<Type extends InventoryEventType>(
  name: string,
  type: Type,
  payload: PayloadOf<Type>,
  extras: EventExtras = {},
): Event {
  return rawEvent(name, type, payload, { schemaVersion: EVENT_SCHEMAS[type].version, ...extras });
}

type RulingPayload = { readonly effectiveAt?: number; readonly uncertaintyMs?: number };

/** A ruling about the event named `target`. */
export function makeRuling(
  name: string,
  type: 'EventSetAside' | 'EventAdmitted' | 'EventVoided' | 'EventRetimed',
  target: EventId,
  payload: RulingPayload = {},
  at = minute(0),
): Event {
  const reason = type === 'EventRetimed' ? {} : { reason: 'test' };
  const detail = type === 'EventSetAside' ? { detail: 'test' } : {};
  return rawEvent(name, type, { target, ...reason, ...detail, ...payload }, { store: null, at, actor: 'centre' });
}
