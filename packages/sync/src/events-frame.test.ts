import { sealCursor, sha256, type AudienceRead, type Cursor } from '@streamstock/event-log';
import { SampleWriter, sampleDraft } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it } from 'vitest';
import { eventsFrame } from './events-frame.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

const seals = { count: 0 };
const seal = (text: string): string => {
  seals.count += 1;
  return sha256(text).slice(0, 16);
};
const hash = (position: number) => sha256(`central ${position}`);
const cursorAt = (position: number, epoch = 'epoch-1'): Cursor =>
  sealCursor(seal, { epoch, position, hash: hash(position) });

function readOf(count: number): AudienceRead {
  const lines = new SampleWriter('device-2')
    .write(Array.from({ length: count }, (_, index) => sampleDraft(index + 1)))
    .map(({ event, line, place }, index) => {
      const position = index + 4;
      return { position, id: event.id, line, place, hash: hash(position), arrivedAtMs: 1 };
    });
  return { lines, companions: [], to: { position: 3 + count, hash: hash(3 + count) } };
}

describe('the frame of one read', () => {
  it('E1 is made once for all who stand at the same point', () => {
    const read = readOf(2);
    const from = cursorAt(3);
    seals.count = 0;
    const first = eventsFrame(seal, 'epoch-1', from, 9, read);
    expect(eventsFrame(seal, 'epoch-1', { ...from }, 9, read)).toBe(first);
    expect(seals.count).toBe(1);
    expect(first.end.cursor).toEqual(cursorAt(5));
  });

  const others: [string, { from?: Cursor | null; epoch?: string; head?: number; read?: AudienceRead }][] = [
    ['another point', { from: cursorAt(2) }],
    ['no cursor yet', { from: null }],
    ['another token of the same point', { from: { ...cursorAt(3), mac: 'other' } }],
    ['another epoch', { epoch: 'epoch-2' }],
    ['a head that moved', { head: 10 }],
    ['another read', { read: readOf(1) }],
  ];
  it.each(others)(
    'E1 is made anew for %s, and says so',
    (_, { from = cursorAt(3), epoch = 'epoch-1', head = 9, read }) => {
      const shared = readOf(2);
      eventsFrame(seal, 'epoch-1', cursorAt(3), 9, shared);
      const { end, text } = eventsFrame(seal, epoch, from, head, read ?? shared);
      const { cursor } = end;
      const decoded = decodeFrame(text, 'centre');
      if (!decoded.ok) throw new Error(decoded.problem.detail);
      expect(decoded.message).toMatchObject({ type: 'events', from, to: cursor, headPosition: head });
      expect(cursor.epoch).toBe(epoch);
      expect(decoded.lines).toEqual((read ?? shared).lines.map(({ line }) => line));
    },
  );

  it('E3 knows beforehand what a device will say that holds it', () => {
    const { end, text } = eventsFrame(seal, 'epoch-1', cursorAt(3), 9, readOf(2));
    const decoded = decodeFrame(text, 'centre');
    if (!decoded.ok || decoded.message.type !== 'events') throw new Error('no frame of events');
    expect(end.applied).toBe(encodeFrame({ type: 'applied', cursor: decoded.message.to }));
  });
});
