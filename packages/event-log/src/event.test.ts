import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInAudience, lineProblem, parseEventLine, serialiseEvent, utf8Length } from './event.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { SampleWriter, sampleDraft } from './testing/sample-log.ts';

// This package has no DOM types; every runtime has this class.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const written = new SampleWriter('device-2').write([sampleDraft(1)]);
const { event, line } = written[0]!;

describe('utf8Length', () => {
  it('counts the bytes of any well-formed text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\u0000', 'é', '߿', 'ࠀ', '€', '\uffff', '😀', '🧦') }),
        (text) => {
          expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
        },
      ),
    );
  });
});

/** Any name of a field but the one that JavaScript takes for an object's ancestry: see below. */
const fieldNames = fc.string().filter((name) => name !== '__proto__');

describe('an event line', () => {
  it('comes back as the event it was made from', () => {
    expect(parseEventLine(line)).toEqual({ ok: true, event });
    expect(serialiseEvent(event)).toBe(line);
  });

  it('keeps any payload that is JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fieldNames, fc.jsonValue()), (payload) => {
        const text = JSON.stringify({ ...event, payload });
        const parsed = parseEventLine(text);
        expect(parsed.ok && JSON.stringify(parsed.event.payload)).toBe(JSON.stringify(JSON.parse(text).payload));
      }),
    );
  });

  it('reads no field called __proto__, and keeps its bytes', () => {
    const text = line.replace('"payload":{', '"payload":{"__proto__":{"admin":true},');
    const parsed = parseEventLine(text);
    expect(text).toContain('__proto__');
    expect(parsed).toEqual({ ok: true, event });
  });

  it('ignores what a newer version adds to the envelope', () => {
    const parsed = parseEventLine(JSON.stringify({ ...event, newField: 1 }));
    expect(parsed).toEqual({ ok: true, event });
  });

  it('with a line break or half a character is none', () => {
    expect(lineProblem(`${line}\n`)).toEqual({ kind: 'not-well-formed' });
    expect(lineProblem(line.replace('ana', 'an\ud83d'))).toEqual({ kind: 'not-well-formed' });
  });

  it('over the largest size is none, and says by how much', () => {
    const long = 'x'.repeat(EVENT_BYTES_MAX + 5);
    expect(parseEventLine(long)).toEqual({
      ok: false,
      problem: { kind: 'too-long', bytes: EVENT_BYTES_MAX + 5, bytesMax: EVENT_BYTES_MAX },
    });
  });

  it('that is no JSON, or no object, is none', () => {
    expect(parseEventLine('{"id":')).toEqual({ ok: false, problem: { kind: 'not-json' } });
    for (const text of ['null', '[]', '7', '""']) {
      expect(parseEventLine(text)).toMatchObject({ ok: false, problem: { kind: 'not-an-event' } });
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['id', { id: '00000000-0000-4000-8000-000000000001' }],
    ['id', { id: event.id.toUpperCase().replace('7', 'G') }],
    ['type', { type: 'x' }],
    ['schemaVersion', { schemaVersion: 0 }],
    ['store', { store: 'a|b' }],
    ['store', { store: undefined }],
    ['audience', { audience: 'everybody' }],
    ['audience', { audience: Array.from({ length: 9 }, (_, index) => `s${index}`) }],
    ['occurredAt', { occurredAt: Number.MAX_SAFE_INTEGER + 1 }],
    ['recordedAt', { recordedAt: 1.5 }],
    ['deviceTimeMs', { deviceTimeMs: '1' }],
    ['clockUncertaintyMs', { clockUncertaintyMs: -1 }],
    ['actor', { actor: '' }],
    ['causationId', { causationId: 'x' }],
    ['meta', { meta: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'v'])) }],
    ['payload', { payload: [] }],
  ])('whose %s is wrong is none, and names it', (field, change) => {
    const parsed = parseEventLine(JSON.stringify({ ...event, ...change }));
    expect(parsed).toMatchObject({ ok: false, problem: { kind: 'not-an-event' } });
    expect(!parsed.ok && parsed.problem.kind === 'not-an-event' && parsed.problem.detail).toContain(field);
  });
});

describe('isInAudience', () => {
  it('is the own store, the named ones, or everybody', () => {
    expect(isInAudience({ store: 'a', audience: [] }, 'a')).toBe(true);
    expect(isInAudience({ store: 'a', audience: ['b'] }, 'b')).toBe(true);
    expect(isInAudience({ store: 'a', audience: ['b'] }, 'c')).toBe(false);
    expect(isInAudience({ store: null, audience: [] }, 'a')).toBe(false);
    expect(isInAudience({ store: null, audience: 'all' }, 'z')).toBe(true);
  });
});
