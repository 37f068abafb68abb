// Delivery: what one connection's device is sent of the central log. Reads by cursor, keeps a bounded number of frames
// outstanding, never buffers a line: a device that does not report `applied` is simply not read for. Pure; part of the
// central session.
//
//   behind ──read──▶ reading ──lines──▶ frame sent (outstanding + 1) ──applied──▶ (outstanding − n) ──▶ behind or idle
//                        └──no lines──▶ idle; a timer later sends an empty frame, so that its cursor does not grow old
//
// D-a  `from` of a frame is `to` of the one before it on this connection; the first one's is the device's cursor.
// D-b  At most `eventsFramesOutstandingMax` frames are sent and not applied; at most one read is under way.
// D-c  A frame holds what one read of the log gave: an event and the rulings written with it come together; before them
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
import { eventsFrame } from './events-frame.ts';
import { EVENTS_FRAME_BYTES_MAX, EVENTS_FRAME_EVENTS_MAX, IDLE_ADVANCE_AFTER_MS } from './limits.ts';

export interface Delivery {
  readonly store: StoreId;
  readonly epoch: string;
  /** `to` of the last frame sent; the device's own cursor before the first; null: it has none. */
  readonly sent: Cursor | null;
  /** `to` of the frames that were sent and not reported as applied, oldest first. */
  readonly outstanding: readonly Cursor[];
  readonly headPosition: Position;
  /** There may be lines for this store behind `sent`. */
  readonly wanted: boolean;
  /** The next read is sent even when it holds no lines. */
  readonly evenIfEmpty: boolean;
  readonly reading: boolean;
  readonly advanceArmed: boolean;
}

export interface DeliveryStep {
  readonly delivery: Delivery;
  readonly effects: readonly CentralEffect[];
}

export interface DeliveryConfig {
  readonly seal: Seal;
  readonly framesOutstandingMax: number;
}

const READ_LIMIT: ReadLimit = { eventsMax: EVENTS_FRAME_EVENTS_MAX, bytesMax: EVENTS_FRAME_BYTES_MAX };

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
    advanceArmed: false,
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
  return readOn(config, { ...delivery, headPosition: position, wanted: delivery.wanted || inAudience });
}

export function advanceDue(config: DeliveryConfig, delivery: Delivery): DeliveryStep {
  return readOn(config, { ...delivery, advanceArmed: false, wanted: true, evenIfEmpty: true });
}

/** `unknown`: the cursor is none that was sent on this connection. */
export function frameApplied(config: DeliveryConfig, delivery: Delivery, cursor: Cursor): DeliveryStep | 'unknown' {
  const index = delivery.outstanding.findIndex((sent) => sent.position === cursor.position);
  if (index < 0) {
    const oldest = delivery.outstanding[0]?.position ?? delivery.sent?.position ?? 0;
    // Said before: a repetition is no harm. Ahead of everything sent: not from here.
    return cursor.position <= oldest ? { delivery, effects: [] } : 'unknown';
  }
  const applied = delivery.outstanding[index];
  if (applied?.hash !== cursor.hash || applied.mac !== cursor.mac) return 'unknown';
  return readOn(config, { ...delivery, outstanding: delivery.outstanding.slice(index + 1) });
}

export function linesRead(config: DeliveryConfig, delivery: Delivery, read: AudienceRead): DeliveryStep {
  const { lines, to } = read;
  const sentPosition = delivery.sent?.position ?? 0;
  const headPosition = Math.max(delivery.headPosition, to.position);
  const advances = to.position > sentPosition || (delivery.sent === null && delivery.evenIfEmpty);
  const cutShort = to.position < headPosition;
  const rested = { ...delivery, reading: false, headPosition, wanted: advances && cutShort };
  if (!advances || (lines.length === 0 && !cutShort && !delivery.evenIfEmpty)) return readOn(config, rested);

  const { cursor, text } = eventsFrame(config.seal, delivery.epoch, delivery.sent, headPosition, read);
  const frame: CentralEffect = { type: 'send', text };
  const sent = { ...rested, sent: cursor, outstanding: [...delivery.outstanding, cursor], evenIfEmpty: false };
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
    const after = delivery.sent?.position ?? 0;
    const read: CentralEffect = { type: 'readForStore', store: delivery.store, after, limit: READ_LIMIT };
    return { delivery: { ...delivery, reading: true }, effects: [read] };
  }
  if (!behind || delivery.advanceArmed) return { delivery, effects: [] };
  const arm: CentralEffect = { type: 'setTimer', timer: 'advance', afterMs: IDLE_ADVANCE_AFTER_MS };
  return { delivery: { ...delivery, advanceArmed: true }, effects: [arm] };
}
