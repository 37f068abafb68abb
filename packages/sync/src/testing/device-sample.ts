// What the tests of the device session have in common: one device's chain of thirty events, and frames about it.
import type { Recovery, RefusalKind } from '../protocol.ts';
import { chainOf, cursorAt, type DeviceDriver, eventLine, markAt, someHash } from './drivers.ts';

export const CHAIN = chainOf(Array.from({ length: 30 }, (_, index) => eventLine(index + 1)));
export const point = (seq: number) => CHAIN.points[seq] ?? { seq: -1, hash: '' };
export const logAt = (seq: number) => ({ head: point(seq), pending: { events: seq, oldestRecordedAtMs: 0 } });
export const acceptedAt = (seq: number) =>
  ({ type: 'accepted', mark: markAt(point(seq)), serverTimeMs: 1_000_000 }) as const;
export const refused = (kind: RefusalKind, recovery: Recovery, retryAfterMs: number | null = null) =>
  ({ type: 'refused', kind, recovery, message: 'no', retryAfterMs }) as const;

/** A frame of events at these positions, made by `device`; `eventsLines` gives its lines. */
export function eventsFrame(from: number | null, to: number, positions: readonly number[], device = 'device-9') {
  return {
    type: 'events' as const,
    from: from === null ? null : cursorAt(from),
    to: cursorAt(to),
    headPosition: to,
    positions: [...positions],
    devices: [device],
    places: positions.map((position): [number, number, string] => [0, position, someHash(`${device} ${position}`)]),
  };
}
export const eventsLines = (positions: readonly number[]) => positions.map((position) => eventLine(position));

/** The pushes among what the last input made the device send. */
export function pushed(driver: DeviceDriver) {
  return driver.sent.flatMap(({ message, lines }) =>
    message.type === 'push' ? [{ firstSeq: message.firstSeq, count: lines.length }] : [],
  );
}
