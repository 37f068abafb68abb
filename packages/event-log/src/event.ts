// The event: an immutable fact or promise, and its bytes. Owns the envelope's shape, serialising (once, by the maker)
// and parsing. Does not know what any payload means.
import * as z from 'zod/mini';
import { HYBRID_TIME_MAX } from './hybrid-time.ts';
import { EntityId, EventId } from './id.ts';
import { AUDIENCE_STORES_MAX, EVENT_BYTES_MAX, META_ENTRIES_MAX, META_VALUE_CHARACTERS_MAX } from './limits.ts';

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
  schemaVersion: z.int().check(z.minimum(1), z.maximum(1_000)),
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

/** An event's bytes: one line of JSON, well-formed Unicode, no line break. Made once, by the maker. */
export type EventLine = string;

/** Length of a text in UTF-8 bytes, without allocating them. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code <= 0xdbff) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
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

/** The reason why a text can not be an event line at all, or undefined. */
export function lineProblem(line: EventLine): LineProblem | undefined {
  const bytes = utf8Length(line);
  if (bytes > EVENT_BYTES_MAX) return { kind: 'too-long', bytes, bytesMax: EVENT_BYTES_MAX };
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
  const parsed = Event.safeParse(value);
  if (parsed.success) return { ok: true, event: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    problem: { kind: 'not-an-event', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` },
  };
}

/** Reads a line that this log already accepted. Its bytes were validated at the edge; a failure here is damage. */
export function readStoredLine(line: EventLine): Event {
  return JSON.parse(line) as Event;
}

/** Whether a store must hear of an event. */
export function isInAudience(event: Pick<Event, 'store' | 'audience'>, store: string): boolean {
  return event.audience === 'all' || event.store === store || event.audience.includes(store);
}
