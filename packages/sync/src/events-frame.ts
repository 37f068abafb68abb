// The text of an `events` frame, made once for all devices that are sent the same: an engine that hands several sessions one
// and the same read (by identity) has its frame encoded and its cursor sealed a single time. What is kept goes with the read.
import {
  sealCursor,
  type AudienceRead,
  type Cursor,
  type Position,
  type Seal,
  type StoredLine,
} from '@streamstock/event-log';
import { encodeFrame } from './frame.ts';

/** Where a frame ends, and word for word what a device sends back that holds it on disk. */
export interface FrameEnd {
  readonly cursor: Cursor;
  readonly applied: string;
}

export interface EventsFrame {
  readonly end: FrameEnd;
  readonly text: string;
}

interface Made extends EventsFrame {
  readonly seal: Seal;
  readonly epoch: string;
  readonly from: Cursor | null;
  readonly headPosition: Position;
}

const lastMade = new WeakMap<AudienceRead, Made>();

export function eventsFrame(
  seal: Seal,
  epoch: string,
  from: Cursor | null,
  headPosition: Position,
  read: AudienceRead,
): EventsFrame {
  const last = lastMade.get(read);
  if (last?.seal === seal && last.epoch === epoch && last.headPosition === headPosition && isSameToken(last.from, from))
    return last;
  const { lines, companions, to } = read;
  const cursor = sealCursor(seal, { epoch, ...to });
  const text = encodeEvents(from, cursor, headPosition, [
    ...companions.toSorted((a, b) => a.position - b.position),
    ...lines,
  ]);
  const end = { cursor, applied: encodeFrame({ type: 'applied', cursor }) };
  const made = { end, text, seal, epoch, from, headPosition };
  lastMade.set(read, made);
  return made;
}

function isSameToken(a: Cursor | null, b: Cursor | null): boolean {
  if (a === null || b === null) return a === b;
  return a.epoch === b.epoch && a.position === b.position && a.hash === b.hash && a.mac === b.mac;
}

function encodeEvents(from: Cursor | null, to: Cursor, headPosition: Position, lines: readonly StoredLine[]): string {
  const devices: string[] = [];
  const indexes = new Map<string, number>();
  const places = lines.map(({ place }): [number, number, string] | null => {
    if (place === null) return null;
    let index = indexes.get(place.device);
    if (index === undefined) {
      index = devices.push(place.device) - 1;
      indexes.set(place.device, index);
    }
    return [index, place.seq, place.hash];
  });
  const positions = lines.map(({ position }) => position);
  return encodeFrame(
    { type: 'events', from, to, headPosition, positions, devices, places },
    lines.map(({ line }) => line),
  );
}
