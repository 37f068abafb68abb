// Delivery: what one connection's device is sent of the central log. Reads by cursor, keeps a bounded number of frames
// outstanding, never buffers a line: a device that does not report `applied` is simply not read for. Pure; part of the
// central session.
//
//   behind ──read──▶ reading ──lines──▶ frame sent (outstanding + 1) ──applied──▶ (outstanding − n) ──▶ behind or idle
//                        └──no lines──▶ idle; a timer later sends an empty frame, so that its cursor does not grow old
//
// D-a  `from` of a frame is `to` of the one before it on this connection; the first one's is the device's cursor.
// D-b  At most `eventsFramesOutstandingMax` frames are sent and not applied; at most one read is under way.
// D-c  The first read is a small one; each `applied` lets the next hold twice as much. So a device that does not read its
//      socket, be it from its first frame on, is read and kept little for.
// D-d  A frame holds what one read of the log gave: an event and the rulings written with it come together; before them
//      companions, the events from before `from` on which a ruling was given since.
import {
  type AudienceRead,
  type Cursor,
  type Position,
  type ReadLimit,
  type Seal,
  type StoreId,
} from '@streamstock/event-log';
import type { CentralEffect } from './central-session-types.ts';
import { eventsFrame, type FrameEnd } from './events-frame.ts';
import {
  EVENTS_FRAME_BYTES_FIRST,
  EVENTS_FRAME_BYTES_MAX,
  EVENTS_FRAME_EVENTS_MAX,
  IDLE_ADVANCE_AFTER_MS,
} from './limits.ts';

export interface Delivery {
  readonly store: StoreId;
  readonly epoch: string;
  /** `to` of the last frame sent; the device's own cursor before the first; null: it has none. */
  readonly sent: Cursor | null;
  /** Ends of the frames that were sent and not reported as applied, oldest first. */
  readonly outstanding: readonly FrameEnd[];
  readonly headPosition: Position;
  /** There may be lines for this store behind `sent`. */
  readonly wanted: boolean;
  /** The next read is sent even when it holds no lines. */
  readonly evenIfEmpty: boolean;
  readonly reading: boolean;
  /** Where `sent` stood when the timer was set that moves an idle device on; null: it is not set. */
  readonly advanceFrom: Position | null;
  /** How much the next read may hold. */
  readonly limit: ReadLimit;
}

export interface DeliveryStep {
  readonly delivery: Delivery;
  readonly effects: readonly CentralEffect[];
}

export interface DeliveryConfig {
  readonly seal: Seal;
  readonly framesOutstandingMax: number;
}

const FIRST_LIMIT: ReadLimit = { eventsMax: EVENTS_FRAME_EVENTS_MAX, bytesMax: EVENTS_FRAME_BYTES_FIRST };

function larger(limit: ReadLimit): ReadLimit {
  if (limit.bytesMax >= EVENTS_FRAME_BYTES_MAX) return limit;
  return { ...limit, bytesMax: Math.min(EVENTS_FRAME_BYTES_MAX, 2 * limit.bytesMax) };
}

export function startDelivery(
  config: DeliveryConfig,
  store: StoreId,
  epoch: string,
  cursor: Cursor | null,
  headPosition: Position,
): DeliveryStep {
  const delivery: Delivery = {
    store,
    epoch,
    sent: cursor,
    outstanding: [],
    headPosition,
    wanted: true,
    evenIfEmpty: true,
    reading: false,
    advanceFrom: null,
    limit: FIRST_LIMIT,
  };
  return readOn(config, delivery);
}

export function headMoved(
  config: DeliveryConfig,
  delivery: Delivery,
  position: Position,
  inAudience: boolean,
): DeliveryStep {
  if (position <= delivery.headPosition) return { delivery, effects: [] };
  // It is moved on in a while, and a read finds the head by itself: thousands of idle devices are told of every commit.
  if (!inAudience && delivery.advanceFrom !== null) return { delivery, effects: [] };
  return readOn(config, { ...delivery, headPosition: position, wanted: delivery.wanted || inAudience });
}

export function advanceDue(config: DeliveryConfig, delivery: Delivery): DeliveryStep {
  // Something was sent meanwhile, or may be soon: it is not idle. Looked at again, for what it was not told of lies behind that.
  if (delivery.reading || sentPosition(delivery) > (delivery.advanceFrom ?? 0)) return arm(delivery);
  return readOn(config, { ...delivery, advanceFrom: null, wanted: true, evenIfEmpty: true });
}

/** The cursor that a frame reports as applied, if it is word for word what answers a frame that was sent. */
export function cursorApplied({ outstanding }: Delivery, text: string): Cursor | null {
  for (const { applied, cursor } of outstanding) if (applied === text) return cursor;
  return null;
}

/** `unknown`: the cursor is none that was sent on this connection. */
export function frameApplied(config: DeliveryConfig, delivery: Delivery, cursor: Cursor): DeliveryStep | 'unknown' {
  const index = delivery.outstanding.findIndex((sent) => sent.cursor.position === cursor.position);
  if (index < 0) {
    const oldest = delivery.outstanding[0]?.cursor.position ?? sentPosition(delivery);
    // Said before: a repetition is no harm. Ahead of everything sent: not from here.
    return cursor.position <= oldest ? { delivery, effects: [] } : 'unknown';
  }
  const applied = delivery.outstanding[index]?.cursor;
  if (applied?.hash !== cursor.hash || applied.mac !== cursor.mac) return 'unknown';
  const outstanding = delivery.outstanding.slice(index + 1);
  return readOn(config, { ...delivery, outstanding, limit: larger(delivery.limit) });
}

export function linesRead(config: DeliveryConfig, delivery: Delivery, read: AudienceRead): DeliveryStep {
  const { lines, to } = read;
  const headPosition = Math.max(delivery.headPosition, to.position);
  const advances = to.position > sentPosition(delivery) || (delivery.sent === null && delivery.evenIfEmpty);
  const cutShort = to.position < headPosition;
  const rested = { ...delivery, reading: false, headPosition, wanted: advances && cutShort };
  if (!advances) return readOn(config, { ...rested, evenIfEmpty: false });
  if (lines.length === 0 && !cutShort && !delivery.evenIfEmpty) return readOn(config, rested);

  const { end, text } = eventsFrame(config.seal, delivery.epoch, delivery.sent, headPosition, read);
  const frame: CentralEffect = { type: 'send', text };
  const sent = { ...rested, sent: end.cursor, outstanding: [...delivery.outstanding, end], evenIfEmpty: false };
  const next = readOn(config, sent);
  return { delivery: next.delivery, effects: [frame, ...next.effects] };
}

/**
 * Begins the next read where there is reason and room for one; otherwise sees to it that an idle device is moved on in
 * a while.
 */
function readOn(config: DeliveryConfig, delivery: Delivery): DeliveryStep {
  const behind = delivery.sent === null || delivery.sent.position < delivery.headPosition;
  const room = delivery.outstanding.length < config.framesOutstandingMax;
  if (delivery.reading || !room) return { delivery, effects: [] };
  if (delivery.wanted && (behind || delivery.evenIfEmpty)) {
    const { store, limit } = delivery;
    const read: CentralEffect = { type: 'readForStore', store, after: sentPosition(delivery), limit };
    return { delivery: { ...delivery, reading: true }, effects: [read] };
  }
  return behind && delivery.advanceFrom === null ? arm(delivery) : { delivery, effects: [] };
}

function arm(delivery: Delivery): DeliveryStep {
  const timer: CentralEffect = { type: 'setTimer', timer: 'advance', afterMs: IDLE_ADVANCE_AFTER_MS };
  return { delivery: { ...delivery, advanceFrom: sentPosition(delivery) }, effects: [timer] };
}

function sentPosition({ sent }: Delivery): Position {
  return sent?.position ?? 0;
}
