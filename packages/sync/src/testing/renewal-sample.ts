// What the tests of a device that comes to another history have in common: its log of six events, and a driver that stands
// at each step on the way.
import { chainOf, cursorAt, DeviceDriver, eventLine } from './drivers.ts';

export const CHAIN = chainOf(Array.from({ length: 6 }, (_, index) => eventLine(index + 1)));
export const point = (seq: number) => CHAIN.points[seq] ?? { seq: -1, hash: '' };
export const logAt = (seq: number) => ({ head: point(seq), cursor: cursorAt(9) });
export const idOf = (number: number) => (JSON.parse(eventLine(number)) as { id: string }).id;
export const wantOf = (round: number, ids: readonly string[]) => ({ type: 'want' as const, round, ids: [...ids] });

const NOTHING_MORE = { before: point(6), hole: null, lines: [] };

/** Answers the read of the outbox: nothing more, unless a test says otherwise. */
export function read(driver: DeviceDriver, part = NOTHING_MORE): DeviceDriver {
  return driver.input({ type: 'outboxRead', connection: driver.connection, afterSeq: part.before.seq, part });
}

/** Restricted in epoch-2, with nothing to push. */
export function restricted(kind: 'epoch' | 'cursor' = 'epoch'): DeviceDriver {
  return new DeviceDriver().live(logAt(6), point(6), {}, { epoch: 'epoch-2', restriction: kind });
}

/** It has read that nothing is unsent. */
export const drained = () => read(restricted());

/** It has said which of its events it holds: the first `count`. */
export const offering = (count: number) =>
  drained().input({
    type: 'heldRead',
    connection: 1,
    ids: Array.from({ length: count }, (_, index) => idOf(index + 1)),
  });

/** Nothing was wanted: it fetches a snapshot. */
export const fetching = () => drained().input({ type: 'heldRead', connection: 1, ids: [] }).frame(wantOf(1, []));
