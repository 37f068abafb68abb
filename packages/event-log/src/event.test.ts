import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Event, isInAudience, lineProblem, parseEventLine, serialiseEvent } from './event.ts';
import { utf8Length } from './event-line.ts';
import { HYBRID_TIME_MAX } from './hybrid-time.ts';
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

/** What may stand in a field of an envelope: right, nearly right, wrong; numbers as JSON can write them. */
const EDGE_VALUES: readonly (readonly unknown[])[] = [
  [null, true, '', 'all', 'x', 'a|b', 'a\n', 'Aaa', 'A'.repeat(64), 'A'.repeat(65), 'a'.repeat(64), 'a'.repeat(65)],
  [event.id, `${event.id}\n`, event.id.toUpperCase(), event.id.replace('-7', '-4'), event.id.replace('-7', '-8')],
  [0, 1, -1, 1.5, 1_000, 1_001, 1e21, HYBRID_TIME_MAX, 2 ** 53, 2 ** 53 - 1, 1 - 2 ** 53, -(2 ** 53), 5e-324],
  [[], {}, [[]], ['a'], ['a', 1], Array(8).fill('s'), Array(9).fill('s'), [null], ['a', 'a'], ['a b']],
  [{ a: 'b' }, { a: 1 }, { ['k'.repeat(64)]: 'v' }, { ['k'.repeat(65)]: 'v' }],
  [{ k: 'v'.repeat(200) }, { k: 'v'.repeat(201) }, { constructor: 'x' }, { constructor: {} }],
  [
    { prototype: 'x', toString: 'y' },
    { 1: 'one', 0: 'zero' },
  ],
  [8, 9].map((count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))),
];
const EDGE_TEXTS = EDGE_VALUES.flat()
  .map((value) => JSON.stringify(value))
  .concat(['1e400', '-1e400', '1e3', '1.0', '-0', '0.1e1', '9007199254740993', '1e-400', '123e-1', '10e-1'])
  .concat(['{"__proto__":{"a":1}}', '{"__proto__":"v","k":"v"}', '{"__proto__":null}', '{"k":{"__proto__":1}}']);
const FIELDS = [...Object.keys(Event.def.shape), 'newField', '__proto__', 'constructor', 'toString', 'audience2', '7'];

type FieldText = readonly [name: string, text: string];

/** The text of an envelope with some fields changed, added, left out or moved to the front. */
function envelope(changes: readonly FieldText[], without: readonly string[], first: boolean): string {
  const whole = { ...event, causationId: event.id, meta: { k: 'v' } };
  const gone = [...without, ...changes.map(([name]) => name)];
  const kept = Object.entries(whole)
    .filter(([name]) => !gone.includes(name))
    .map(([name, value]): FieldText => [name, JSON.stringify(value)]);
  const all = first ? [...changes, ...kept] : [...kept, ...changes];
  return `{${all.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function expectAsBySchema(text: string): boolean {
  const bySchema = Event.safeParse(JSON.parse(text));
  const parsed = parseEventLine(text);
  expect({ text, accepted: parsed.ok }).toEqual({ text, accepted: bySchema.success });
  if (!parsed.ok || !bySchema.success) return false;
  expect(parsed.event).toEqual(bySchema.data);
  // As text too: toEqual does not see an own `__proto__`, nor a zero's sign.
  expect(sortedText(parsed.event)).toBe(sortedText(bySchema.data));
  return true;
}

describe('the envelope check', () => {
  it('says of every edge of every field what the schema says', () => {
    let accepted = 0;
    for (const field of FIELDS) {
      for (const text of EDGE_TEXTS) accepted += expectAsBySchema(envelope([[field, text]], [], false)) ? 1 : 0;
      expectAsBySchema(envelope([], [field], false));
    }
    expect(accepted).toBeGreaterThan(FIELDS.length * 5);
  });

  it('says of any envelope what the schema says, and reads the same event from it', () => {
    const anyText = fc.oneof(
      fc.constantFrom(...EDGE_TEXTS),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    const changes = fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), anyText), {
      maxLength: 3,
      selector: ([name]) => name,
    });
    const without = fc.oneof(
      { weight: 4, arbitrary: fc.constant<string[]>([]) },
      fc.subarray(FIELDS, { maxLength: 2 }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(changes, without, fc.boolean(), (changed, left, first) => {
        accepted += expectAsBySchema(envelope(changed, left, first)) ? 1 : 0;
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it('reads an ordinary line without the schema', () => {
    const read = vi.spyOn(Event, 'safeParse');
    expect(parseEventLine(line).ok).toBe(true);
    expect(parseEventLine(envelope([], [], false)).ok).toBe(true);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });
});

function sortedText(parsed: Event): string {
  return JSON.stringify(Object.entries(parsed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('isInAudience', () => {
  it('is the own store, the named ones, or everybody', () => {
    expect(isInAudience({ store: 'a', audience: [] }, 'a')).toBe(true);
    expect(isInAudience({ store: 'a', audience: ['b'] }, 'b')).toBe(true);
    expect(isInAudience({ store: 'a', audience: ['b'] }, 'c')).toBe(false);
    expect(isInAudience({ store: null, audience: [] }, 'a')).toBe(false);
    expect(isInAudience({ store: null, audience: 'all' }, 'z')).toBe(true);
  });
});
