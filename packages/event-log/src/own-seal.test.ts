import { describe, expect, it } from 'vitest';
import { serialiseEvent } from './event.ts';
import { readStoredLine } from './stored-line.ts';
import { isSealedEvent, SEAL_META, sealEvent } from './own-seal.ts';
import { TestDevice, testSeal } from './testing/central-fixtures.ts';

const device = new TestDevice({ device: 'centre', store: 'porto' });
const [written] = device.write({ meta: { source: 'a file' }, payload: { b: 1, a: [2, null], text: 'ü  😀' } });
if (written === undefined) throw new Error('It was written.');
const event = readStoredLine(written.line);

describe('the seal of an own event', () => {
  it('holds for the event as it is read back from its bytes', () => {
    const sealed = sealEvent(testSeal, event);
    expect(isSealedEvent(testSeal, sealed)).toBe(true);
    expect(isSealedEvent(testSeal, readStoredLine(serialiseEvent(sealed)))).toBe(true);
    expect(sealed.meta).toEqual({ source: 'a file', [SEAL_META]: sealed.meta?.[SEAL_META] });
    const bare = sealEvent(testSeal, { ...event, meta: undefined });
    expect(Object.keys(bare.meta ?? {})).toEqual([SEAL_META]);
    expect(isSealedEvent(testSeal, readStoredLine(serialiseEvent(bare)))).toBe(true);
  });

  it('holds for nothing else: another word, another key, another seal, none', () => {
    const sealed = sealEvent(testSeal, event);
    for (const changed of [
      { ...sealed, payload: { ...sealed.payload, b: 2 } },
      { ...sealed, store: 'braga' },
      { ...sealed, recordedAt: sealed.recordedAt + 1 },
      { ...sealed, meta: { ...sealed.meta, source: 'another' } },
      { ...sealed, meta: { ...sealed.meta, more: 'x' } },
      { ...sealed, meta: { ...sealed.meta, [SEAL_META]: 'x' } },
      { ...sealed, causationId: event.id },
      event,
    ])
      expect(isSealedEvent(testSeal, changed)).toBe(false);
    expect(isSealedEvent((text) => `${testSeal(text)}x`, sealed)).toBe(false);
  });

  it('covers no token of another kind', () => {
    const seen: string[] = [];
    sealEvent((text) => {
      seen.push(text);
      return 'mac';
    }, event);
    expect(seen).toEqual([`event\n${JSON.stringify(event)}`]);
  });

  it('replaces a seal that someone else wrote there', () => {
    const forged = { ...event, meta: { [SEAL_META]: 'x' } };
    expect(isSealedEvent(testSeal, forged)).toBe(false);
    expect(sealEvent(testSeal, forged)).toEqual(sealEvent(testSeal, { ...event, meta: undefined }));
  });
});
