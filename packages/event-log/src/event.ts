// The event: an immutable fact or promise, and its bytes. Owns the envelope's shape, serialising (once, by the maker)
// and parsing. Does not know what any payload means.
import * as z from 'zod/mini';
import { utf8Length, type EventLine } from './event-line.ts';
import { HYBRID_TIME_MAX } from './hybrid-time.ts';
import { EntityId, EventId } from './id.ts';
import { AUDIENCE_STORES_MAX, EVENT_BYTES_MAX, META_ENTRIES_MAX, META_VALUE_CHARACTERS_MAX } from './limits.ts';

const SCHEMA_VERSION_MAX = 1_000;
const Stamp = z.int().check(z.minimum(0), z.maximum(HYBRID_TIME_MAX));

/**
 * The envelope.
 * - `store`: whose stock it is about; null for what concerns the whole chain.
 * - `audience`: the stores besides `store` that must hear of it (≤ 8), or all.
 * - `occurredAt`, `recordedAt`: hybrid time; they are equal unless a person or an importer stated another time.
 * - `deviceTimeMs`: the raw clock at recording, Unix milliseconds.
 * - `clockUncertaintyMs`: how far that clock may have been off; null = unmeasured, unbounded.
 */
export const Event = z.object({
  id: EventId,
  type: z.string().check(z.regex(/^[A-Z][A-Za-z]{2,63}$/)),
  schemaVersion: z.int().check(z.minimum(1), z.maximum(SCHEMA_VERSION_MAX)),
  store: z.nullable(EntityId),
  audience: z.union([z.literal('all'), z.array(EntityId).check(z.maxLength(AUDIENCE_STORES_MAX))]),
  occurredAt: Stamp,
  recordedAt: Stamp,
  deviceTimeMs: z.int(),
  clockUncertaintyMs: z.nullable(z.int().check(z.minimum(0))),
  actor: EntityId,
  causationId: z.optional(EventId),
  correlationId: z.optional(EventId),
  meta: z.optional(
    z
      .record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(META_VALUE_CHARACTERS_MAX)))
      .check(z.refine((meta) => Object.keys(meta).length <= META_ENTRIES_MAX)),
  ),
  payload: z.record(z.string(), z.unknown()),
});
export type Event = z.infer<typeof Event>;

/** What a command yields before the log stamps it: everything except time and position in the log. */
export interface EventDraft {
  readonly id: EventId;
  readonly type: string;
  readonly schemaVersion: number;
  readonly store: string | null;
  readonly audience: 'all' | readonly string[];
  /** Only when a person or an importer states another time than now. */
  readonly occurredAt?: number;
  readonly actor: string;
  readonly causationId?: EventId;
  readonly correlationId?: EventId;
  readonly meta?: Readonly<Record<string, string>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type LineProblem =
  | { readonly kind: 'too-long'; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: 'not-well-formed' }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'not-an-event'; readonly detail: string };

export type ParsedLine =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly problem: LineProblem };

/** Serialises an event: the one time in its life. Throws if the result breaks a bound (callers check drafts first). */
export function serialiseEvent(event: Event): EventLine {
  const line = JSON.stringify(event);
  const problem = lineProblem(line);
  if (problem !== undefined) throw new Error(`An event can not be serialised: ${problem.kind}.`);
  return line;
}

/** A UTF-16 unit takes at most three bytes: what is not longer than this need not be measured. */
const UNMEASURED_UNITS_MAX = Math.floor(EVENT_BYTES_MAX / 3);

/** The reason why a text can not be an event line at all, or undefined. */
export function lineProblem(line: EventLine): LineProblem | undefined {
  if (line.length > UNMEASURED_UNITS_MAX) {
    const bytes = utf8Length(line);
    if (bytes > EVENT_BYTES_MAX) return { kind: 'too-long', bytes, bytesMax: EVENT_BYTES_MAX };
  }
  if (!line.isWellFormed() || line.includes('\n')) return { kind: 'not-well-formed' };
  return undefined;
}

/** Parses and validates the envelope of a line from outside. The payload stays opaque. */
export function parseEventLine(line: EventLine): ParsedLine {
  const problem = lineProblem(line);
  if (problem !== undefined) return { ok: false, problem };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, problem: { kind: 'not-json' } };
  }
  const plain = plainEvent(value);
  if (plain !== undefined) return { ok: true, event: plain };
  const parsed = Event.safeParse(value);
  if (parsed.success) return { ok: true, event: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    problem: { kind: 'not-an-event', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` },
  };
}

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ENTITY_ID = /^[0-9A-Za-z_-]{1,64}$/;
const TYPE = /^[A-Z][A-Za-z]{2,63}$/;

const isEventId = (value: unknown): value is string => typeof value === 'string' && EVENT_ID.test(value);
const isEntityId = (value: unknown): value is string => typeof value === 'string' && ENTITY_ID.test(value);
const isInteger = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

function isAudience(value: unknown): value is Event['audience'] {
  if (value === 'all') return true;
  return Array.isArray(value) && value.length <= AUDIENCE_STORES_MAX && value.every(isEntityId);
}

/** An object without the fields that JavaScript takes for its ancestry: what to make of those, the schema says. */
function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !Object.hasOwn(value, '__proto__') && !Object.hasOwn(value, 'constructor');
}

function isMeta(value: unknown): value is Record<string, string> {
  if (!isPlainRecord(value)) return false;
  const entries = Object.entries(value);
  if (entries.length > META_ENTRIES_MAX) return false;
  return entries.every(
    ([name, text]) => name.length <= 64 && typeof text === 'string' && text.length <= META_VALUE_CHARACTERS_MAX,
  );
}

/**
 * The schema `Event` by hand, for what nearly every line is: it takes a tenth of the time. It may say no to anything (then
 * the schema decides), and must never say yes where the schema says no, nor make another event of it.
 */
function plainEvent(value: unknown): Event | undefined {
  if (!isPlainRecord(value)) return undefined;
  const { id, type, schemaVersion, store, audience, occurredAt, recordedAt } = value;
  const { deviceTimeMs, clockUncertaintyMs, actor, causationId, correlationId, meta, payload } = value;
  if (!isEventId(id) || typeof type !== 'string' || !TYPE.test(type)) return undefined;
  if (!isInteger(schemaVersion, 1, SCHEMA_VERSION_MAX)) return undefined;
  if ((store !== null && !isEntityId(store)) || !isAudience(audience)) return undefined;
  if (!isInteger(occurredAt, 0, HYBRID_TIME_MAX) || !isInteger(recordedAt, 0, HYBRID_TIME_MAX)) return undefined;
  if (!isInteger(deviceTimeMs, -Infinity, Infinity)) return undefined;
  if (clockUncertaintyMs !== null && !isInteger(clockUncertaintyMs, 0, Infinity)) return undefined;
  if (!isEntityId(actor) || !isPlainRecord(payload)) return undefined;
  const event: Event = {
    id,
    type,
    schemaVersion,
    store,
    audience,
    occurredAt,
    recordedAt,
    deviceTimeMs,
    clockUncertaintyMs,
    actor,
    payload,
  };
  if (causationId === undefined && correlationId === undefined && meta === undefined) return event;
  if (causationId !== undefined && !isEventId(causationId)) return undefined;
  if (correlationId !== undefined && !isEventId(correlationId)) return undefined;
  if (meta !== undefined && !isMeta(meta)) return undefined;
  return {
    ...event,
    ...(causationId === undefined ? {} : { causationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(meta === undefined ? {} : { meta }),
  };
}

/** Whether a store must hear of an event. */
export function isInAudience(event: Pick<Event, 'store' | 'audience'>, store: string): boolean {
  return event.audience === 'all' || event.store === store || event.audience.includes(store);
}
