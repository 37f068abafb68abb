// Appending on a device, the pure part: stamps drafts, serialises them (law 2) and extends the chain. Every device log
// calls this inside its append transaction, after reading its head there.
import { nextDeviceHash } from './chain.ts';
import { parseEventLine, type Event, type EventDraft } from './event.ts';
import type { EventLine } from './event-line.ts';
import { hybridTimeFromMs, nextHybridTime, type HybridTime } from './hybrid-time.ts';
import { AppendRefused } from './device-log-problems.ts';
import { APPEND_EVENTS_MAX, EVENT_BYTES_MAX } from './limits.ts';
import type { ChainPoint, Place } from './place.ts';
import type { Sha256 } from './sha256.ts';

/** The end of one device log. */
export interface DeviceHead extends ChainPoint {
  readonly lastStamp: HybridTime | null;
}

/** The device's clock as known at commit. */
export interface ClockReading {
  readonly nowMs: number;
  /** Bound on how far `nowMs` may be off; null = unmeasured. */
  readonly uncertaintyMs: number | null;
}

export interface AppendedEvent {
  readonly event: Event;
  readonly line: EventLine;
  readonly place: Place;
}

/**
 * Stamps and chains drafts in order. `finish`: the last word on an event before its bytes are made (the centre seals its own).
 * Throws `AppendRefused` when a bound is broken; then nothing of it counts.
 */
export function appendToDeviceChain(
  hash: Sha256,
  device: string,
  head: DeviceHead,
  drafts: readonly EventDraft[],
  clock: ClockReading,
  finish: (event: Event) => Event = (event) => event,
): { readonly head: DeviceHead; readonly appended: readonly AppendedEvent[] } {
  if (drafts.length === 0) throw new AppendRefused('nothing-to-append', 'There is nothing to save.');
  if (drafts.length > APPEND_EVENTS_MAX) {
    throw new AppendRefused(
      'too-many-events',
      `One commit holds at most ${APPEND_EVENTS_MAX} events, not ${drafts.length}.`,
    );
  }
  let { seq, hash: chainHash, lastStamp } = head;
  const appended = drafts.map((draft): AppendedEvent => {
    const recordedAt = nextHybridTime(lastStamp, clock.nowMs);
    const { event, line } = serialise(finish(stamp(draft, recordedAt, clock)));
    lastStamp = recordedAt;
    seq += 1;
    chainHash = nextDeviceHash(hash, chainHash, line);
    return { event, line, place: { device, seq, hash: chainHash } };
  });
  return { head: { seq, hash: chainHash, lastStamp }, appended };
}

function stamp(draft: EventDraft, recordedAt: HybridTime, clock: ClockReading): Event {
  const { audience, meta, payload, occurredAt = recordedAt, ...rest } = draft;
  return {
    id: rest.id,
    type: rest.type,
    schemaVersion: rest.schemaVersion,
    store: rest.store,
    audience: audience === 'all' ? 'all' : [...audience],
    occurredAt,
    recordedAt,
    deviceTimeMs: clock.nowMs,
    clockUncertaintyMs: clock.uncertaintyMs,
    actor: rest.actor,
    ...(rest.causationId === undefined ? {} : { causationId: rest.causationId }),
    ...(rest.correlationId === undefined ? {} : { correlationId: rest.correlationId }),
    ...(meta === undefined ? {} : { meta: { ...meta } }),
    payload: { ...payload },
  };
}

/**
 * The event's bytes, and the event as everyone after reads it from them. What the centre could not read is refused
 * here, while the work is still on the screen: saved, it would block the outbox for ever.
 */
function serialise(event: Event): { readonly event: Event; readonly line: EventLine } {
  const line = lineOf(event);
  const parsed = parseEventLine(line);
  if (parsed.ok) return { event: parsed.event, line };
  const { problem } = parsed;
  if (problem.kind === 'too-long') {
    throw new AppendRefused(
      'event-too-long',
      `One document holds at most ${EVENT_BYTES_MAX} bytes, this one has ${problem.bytes}. Split it into several.`,
    );
  }
  const detail = problem.kind === 'not-an-event' ? problem.detail : problem.kind;
  throw new AppendRefused('not-an-event', `This can not be saved as an event: ${detail}`);
}

function lineOf(event: Event): EventLine {
  try {
    return JSON.stringify(event);
  } catch (error) {
    throw new AppendRefused('not-serialisable', `This can not be written down: ${String(error)}`);
  }
}

/** The stamp a person states ("yesterday, 17:00"), from Unix milliseconds. */
export const statedTime = hybridTimeFromMs;
