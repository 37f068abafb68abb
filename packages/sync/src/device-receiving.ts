// The device's receiving half: whether a frame of events is the next one, and what has been applied. The log decides
// again, inside its transaction; what is checked here spares it frames that can not fit. Pure; part of the device
// session.
//
// R-a  A frame is given to the log only if its `from` is the `to` of the frame before it (first: the log's cursor) and
//      its epoch is the connection's. An older frame that comes again is ignored; anything else ends the connection.
// R-b  `applied` is sent only after the log said that the frame is on disk.
import {
  sameCursor,
  type Cursor,
  type DeliveredLine,
  type DeviceFrame,
  type DeviceId,
  type FrameOutcome,
  type Position,
  type Seq,
} from '@streamstock/event-log';
import type { DeviceEffect } from './device-session-types.ts';
import { encodeFrame } from './frame.ts';
import type { EventsMessage } from './protocol.ts';

export interface Receiving {
  readonly connection: number;
  readonly device: DeviceId;
  readonly epoch: string;
  readonly framesOutstandingMax: number;
  /** `to` of the last frame given to the log. */
  readonly expected: Cursor | null;
  /** Frames given to the log that it has not answered. */
  readonly applying: number;
  readonly appliedPosition: Position;
  /** The last cursor that was reported as applied on this connection. */
  readonly applied: Cursor | null;
  readonly headPosition: Position;
  /** The highest seq under which this device's own id came back. */
  readonly ownSeqSeen: Seq;
}

/**
 * `broken`: no centre sends this. `again`: the connection must start anew from the log's own state. `newEpoch`: the centre
 * began a new history meanwhile.
 */
export type ReceivingStep =
  | { readonly kind: 'ok'; readonly receiving: Receiving; readonly effects: readonly DeviceEffect[] }
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'again' }
  | { readonly kind: 'newEpoch'; readonly epoch: string };

export function startReceiving(
  connection: number,
  device: DeviceId,
  epoch: string,
  cursor: Cursor | null,
  headPosition: Position,
  framesOutstandingMax: number,
): Receiving {
  const appliedPosition = cursor?.position ?? 0;
  return {
    connection,
    device,
    epoch,
    framesOutstandingMax,
    expected: cursor,
    applying: 0,
    appliedPosition,
    applied: null,
    headPosition,
    ownSeqSeen: 0,
  };
}

export function eventsArrived(receiving: Receiving, message: EventsMessage, lines: readonly string[]): ReceivingStep {
  const { expected } = receiving;
  if (message.to.epoch !== receiving.epoch) return { kind: 'newEpoch', epoch: message.to.epoch };
  if (message.from !== null && message.from.epoch !== receiving.epoch)
    return { kind: 'broken', detail: 'A frame across two epochs.' };
  if (expected !== null && message.to.position <= expected.position) return { kind: 'ok', receiving, effects: [] };
  const isNext =
    expected === null || message.from === null ? expected === message.from : sameCursor(expected, message.from);
  if (!isNext) return { kind: 'again' };
  if (receiving.applying >= receiving.framesOutstandingMax)
    return { kind: 'broken', detail: 'More frames than may be outstanding.' };
  const delivered = deliveredLines(message, lines);
  if (delivered === undefined) return { kind: 'broken', detail: 'The columns of an events frame disagree.' };

  const frame: DeviceFrame = { from: message.from, to: message.to, lines: delivered };
  const ownSeqs = delivered.map(({ place }) => (place?.device === receiving.device ? place.seq : 0));
  return {
    kind: 'ok',
    receiving: {
      ...receiving,
      expected: message.to,
      applying: receiving.applying + 1,
      headPosition: Math.max(receiving.headPosition, message.headPosition),
      ownSeqSeen: Math.max(receiving.ownSeqSeen, ...ownSeqs),
    },
    effects: [{ type: 'applyFrame', connection: receiving.connection, frame }],
  };
}

/** `ownSeqKnown`: the end of this device's log as far as this connection knows it. */
export function frameAnswered(
  receiving: Receiving,
  cursor: Cursor,
  outcome: FrameOutcome,
  ownSeqKnown: Seq,
): ReceivingStep {
  // Another tab was faster: it sends too, or its frame was ours. A new hello tells where the log stands.
  if (outcome === 'stale') return { kind: 'again' };
  // The centre holds more under this id than this log ever had: a clone writes under it, or this disk was rolled back.
  // Hello will show it.
  if (receiving.ownSeqSeen > ownSeqKnown) return { kind: 'again' };
  return {
    kind: 'ok',
    receiving: { ...receiving, applying: receiving.applying - 1, appliedPosition: cursor.position, applied: cursor },
    effects: [appliedEffect(receiving, cursor)],
  };
}

/** With every heartbeat: a report that was lost must not leave the centre waiting for ever. */
export function appliedAgain(receiving: Receiving): readonly DeviceEffect[] {
  return receiving.applied === null ? [] : [appliedEffect(receiving, receiving.applied)];
}

function appliedEffect(receiving: Receiving, cursor: Cursor): DeviceEffect {
  return { type: 'send', connection: receiving.connection, text: encodeFrame({ type: 'applied', cursor }) };
}

/**
 * The lines with their columns; undefined when the columns do not fit them or each other. Those at or before `from` are
 * companions: the log keeps them and does not fold them as new.
 */
function deliveredLines(message: EventsMessage, lines: readonly string[]): DeliveredLine[] | undefined {
  const { positions, places, devices } = message;
  if (positions.length !== lines.length || places.length !== lines.length) return undefined;
  const delivered: DeliveredLine[] = [];
  let previous = 0;
  for (const [index, line] of lines.entries()) {
    const position = positions[index] ?? 0;
    if (position <= previous || position > message.to.position) return undefined;
    previous = position;
    const column = places[index] ?? null;
    const device = column === null ? undefined : devices[column[0]];
    if (column !== null && device === undefined) return undefined;
    delivered.push({
      position,
      place: column === null || device === undefined ? null : { device, seq: column[1], hash: column[2] },
      line,
    });
  }
  return delivered;
}
