// Frames, and what a hostile or broken peer can send as one. Every refusal is a value; nothing throws, nothing is used
// in part.
import { EVENT_BYTES_MAX, parseEventLine, utf8Length } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, framedBytes, type FrameProblem, type Sender } from './frame.ts';
import {
  CENTRE_FRAME_BYTES_MAX,
  CENTRE_HEADER_BYTES_MAX,
  DEVICE_FRAME_BYTES_MAX,
  DEVICE_HEADER_BYTES_MAX,
  EVENTS_FRAME_EVENTS_MAX,
  PUSH_BYTES_MAX,
  PUSH_EVENTS_MAX,
} from './limits.ts';
import { DeviceMessage } from './protocol.ts';
import { chainOf, cursorAt, eventLine, helloOf, someHash } from './testing/drivers.ts';

const HASH = someHash('any');
const CLOCK = { sentAtMs: 1, steadySinceMs: null, heard: { serverTimeMs: 1, agoMs: 0 } };
const PUSH = { type: 'push', firstSeq: 1, hashBefore: HASH, hashAfter: HASH, alone: false, clock: CLOCK } as const;

function problemOf(text: string, sender: Sender = 'device'): FrameProblem['kind'] | 'none' {
  const frame = decodeFrame(text, sender);
  return frame.ok ? 'none' : frame.problem.kind;
}

/** A header as it would be written by somebody who does not use `encodeFrame`. */
function raw(header: Record<string, unknown>, ...lines: string[]): string {
  return [JSON.stringify(header), ...lines].join('\n');
}

const REFUSED: unknown = expect.stringMatching(/^(bad-frame|unknown-message|version)$/);

describe('frames', () => {
  it('F1 lines come out byte for byte as they went in, and the header counts them', () => {
    const line = fc
      .string({ unit: 'binary', maxLength: 200 })
      .filter((text) => text.isWellFormed() && !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
        const frame = decodeFrame(encodeFrame(PUSH, lines), 'device');
        expect(frame).toEqual({ ok: true, message: { ...PUSH, lines: lines.length }, lines });
      }),
    );
  });

  it('F1 what could not be read back is never written', () => {
    expect(() => encodeFrame(PUSH, ['a\nb'])).toThrow(/line break/);
    expect(() => encodeFrame(PUSH, ['half \ud83d'])).toThrow(/half a character/);
  });

  it('F2 a line count that differs from the header is refused', () => {
    const header = { ...PUSH, lines: 2 };
    expect(problemOf(raw(header, 'a', 'b'))).toBe('none');
    for (const lines of [[], ['a'], ['a', 'b', 'c'], ['a', 'b', '']])
      expect(problemOf(raw(header, ...lines))).toBe('bad-frame');
    expect(problemOf(raw({ ...helloOf(), lines: 0 }, ''))).toBe('bad-frame');
  });

  it('F3 a header is taken exactly when its schema takes it, and as the schema gives it back', () => {
    const mark = { epoch: 'e', seq: 1, hash: HASH, mac: 'm' };
    const headers: readonly Record<string, unknown>[] = [
      { ...PUSH, lines: 0 },
      { type: 'applied', lines: 0, cursor: cursorAt(1) },
      { type: 'ping', lines: 0, clock: CLOCK },
      { ...helloOf(), lines: 0, accepted: mark },
      { type: 'offer', lines: 0, round: 1, ids: [], last: true },
    ];
    const junk = fc.constantFrom<unknown>(
      null,
      0,
      -1,
      1.5,
      '',
      HASH,
      'hello',
      true,
      [],
      {},
      2 ** 53,
      'x'.repeat(5_000),
    );
    const change = fc
      .constantFrom(...headers)
      .chain((header) =>
        fc.record({ header: fc.constant(header), key: fc.constantFrom(...Object.keys(header), 'more'), junk }),
      );
    fc.assert(
      fc.property(change, ({ header, key, junk: put }) => {
        const changed = { ...header, [key]: put };
        const frame = decodeFrame(JSON.stringify(changed), 'device');
        const parsed = DeviceMessage.safeParse(changed);
        const refused = frame.ok ? 'nothing' : frame.problem.kind;
        const isFit = parsed.success && parsed.data.lines === 0 && refused !== 'version';
        expect(frame.ok ? frame.message : refused).toEqual(isFit ? parsed.data : REFUSED);
      }),
      { numRuns: 1_000 },
    );
  });

  it('F3 a header that is no JSON, names no type or does not fit its message is refused', () => {
    for (const text of [
      '',
      '\n',
      'hello',
      '{',
      'null',
      '[]',
      '7',
      '{}',
      '{"type":7}',
      `{"type":"${'x'.repeat(65)}"}`,
    ]) {
      expect(problemOf(text)).toBe('bad-frame');
    }
    const wrong: Record<string, unknown>[] = [
      { ...PUSH, lines: -1 },
      { ...PUSH, lines: 1.5 },
      { ...PUSH, lines: '1' },
      { ...PUSH, lines: PUSH_EVENTS_MAX + 1 },
      { ...PUSH, lines: 1, firstSeq: 0 },
      { ...PUSH, lines: 1, firstSeq: 2 ** 53 },
      { ...PUSH, lines: 1, hashBefore: HASH.toUpperCase() },
      { ...helloOf(), lines: 0, device: "x' OR 1=1 --" },
      { ...helloOf(), lines: 0, ticket: 'x'.repeat(513) },
      { ...helloOf(), lines: 0, cursor: { ...cursorAt(1), position: -1 } },
      { type: 'hashes', lines: 0, round: 1, points: Array.from({ length: 17 }, () => null) },
    ];
    for (const header of wrong) expect(problemOf(raw(header, 'a'))).toBe('bad-frame');
  });

  it('F4 a message that this side does not take is unknown', () => {
    expect(problemOf(raw({ type: 'toString', lines: 0 }))).toBe('unknown-message');
    expect(problemOf(raw({ type: 'snapshot', lines: 0 }))).toBe('unknown-message');
    expect(problemOf(raw({ type: 'welcome', lines: 0 }), 'device')).toBe('unknown-message');
    expect(problemOf(raw({ type: 'push', lines: 0 }), 'centre')).toBe('unknown-message');
  });

  it('F5 the hello of another version is told the version, whatever else it holds', () => {
    const newer = decodeFrame(raw({ type: 'hello', protocol: 2, lines: 0, shape: 'of tomorrow' }), 'device');
    expect(newer).toMatchObject({ ok: false, problem: { kind: 'version', tooNew: true } });
    const older = decodeFrame(raw({ type: 'hello', protocol: 0, lines: 0 }), 'device');
    expect(older).toMatchObject({ ok: false, problem: { kind: 'version', tooNew: false } });
  });

  it('F6 a frame, a header, a line and all lines together have bounds', () => {
    expect(problemOf('x'.repeat(DEVICE_FRAME_BYTES_MAX + 1))).toBe('too-large');
    expect(problemOf('x'.repeat(CENTRE_FRAME_BYTES_MAX + 1), 'centre')).toBe('too-large');
    expect(problemOf(raw({ ...helloOf(), lines: 0, more: 'x'.repeat(DEVICE_HEADER_BYTES_MAX) }))).toBe('too-large');
    // Bytes, not characters: € takes three.
    expect(problemOf(raw({ ...helloOf(), lines: 0, more: '€'.repeat(DEVICE_HEADER_BYTES_MAX / 3) }))).toBe('too-large');
    expect(problemOf(raw({ ...PUSH, lines: 1 }, 'x'.repeat(EVENT_BYTES_MAX)))).toBe('none');
    expect(problemOf(raw({ ...PUSH, lines: 1 }, 'x'.repeat(EVENT_BYTES_MAX + 1)))).toBe('too-large');
    expect(problemOf(raw({ ...PUSH, lines: 2 }, 'x'.repeat(EVENT_BYTES_MAX), 'x'.repeat(EVENT_BYTES_MAX)))).toBe(
      'too-large',
    );
  });

  it('F6 an event of the largest size fits into a push and into an events frame, with room for its line break', () => {
    const largest = eventLine(1, 'x'.repeat(EVENT_BYTES_MAX - utf8Length(eventLine(1))));
    expect(utf8Length(largest)).toBe(EVENT_BYTES_MAX);
    expect(framedBytes(largest)).toBeLessThanOrEqual(PUSH_BYTES_MAX);
    expect(problemOf(encodeFrame(PUSH, [largest]))).toBe('none');
    const { placed } = chainOf([largest]);
    const events = {
      type: 'events',
      from: null,
      to: cursorAt(1),
      headPosition: 1,
      positions: [1],
      devices: ['device-1'],
      places: [[0, 1, placed[0]?.place.hash ?? '']] as [number, number, string][],
    } as const;
    expect(
      problemOf(
        encodeFrame({ ...events, positions: [...events.positions], devices: [...events.devices] }, [largest]),
        'centre',
      ),
    ).toBe('none');
  });

  it('F6 the widest events header stays within its bound', () => {
    const count = EVENTS_FRAME_EVENTS_MAX;
    const columns = Array.from({ length: count }, (_, index) => index);
    const header = {
      type: 'events' as const,
      from: { ...cursorAt(1), epoch: 'e'.repeat(64), mac: 'm'.repeat(128) },
      to: { ...cursorAt(1), epoch: 'e'.repeat(64), mac: 'm'.repeat(128) },
      headPosition: Number.MAX_SAFE_INTEGER,
      positions: columns.map((index) => Number.MAX_SAFE_INTEGER - count + index),
      devices: columns.map((index) => `${index}`.padStart(64, 'd')),
      places: columns.map((index): [number, number, string] => [index, Number.MAX_SAFE_INTEGER, HASH]),
    };
    const text = encodeFrame(
      header,
      columns.map(() => '{}'),
    );
    expect(utf8Length(text.slice(0, text.indexOf('\n')))).toBeLessThanOrEqual(CENTRE_HEADER_BYTES_MAX);
    expect(problemOf(text, 'centre')).toBe('none');
  });

  it('F7 half a character is refused, in the header and in a line', () => {
    expect(problemOf(raw({ ...PUSH, lines: 1 }, 'half \ud83d of it'))).toBe('bad-frame');
    expect(problemOf(`{"type":"hello\udc00"}`)).toBe('bad-frame');
  });

  it('F7 nesting as deep as a frame allows is taken apart without falling over', () => {
    const deepHeader = '['.repeat(DEVICE_HEADER_BYTES_MAX - 1);
    expect(problemOf(deepHeader)).toBe('bad-frame');
    const half = DEVICE_HEADER_BYTES_MAX / 2 - 200;
    const nested = `{"type":"ping","lines":0,"clock":${JSON.stringify(CLOCK)},"x":${'['.repeat(half)}${']'.repeat(half)}}`;
    expect(problemOf(nested)).toBe('none');
    const deepLine = `${'['.repeat(EVENT_BYTES_MAX / 2)}${']'.repeat(EVENT_BYTES_MAX / 2)}`;
    expect(problemOf(encodeFrame(PUSH, [deepLine]))).toBe('none');
    expect(parseEventLine(deepLine)).toMatchObject({ ok: false, problem: { kind: 'not-an-event' } });
  });

  it('F7 no text whatever makes the decoder throw', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => `${json}\n${json}`),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<Sender>('device', 'centre'), (any, sender) => {
        expect(decodeFrame(any, sender)).toHaveProperty('ok');
      }),
    );
  });

  it('F8 fields that are not known yet are ignored', () => {
    const frame = decodeFrame(raw({ ...PUSH, lines: 1, colour: 'green', __proto__: null }, 'a'), 'device');
    expect(frame).toEqual({ ok: true, message: { ...PUSH, lines: 1 }, lines: ['a'] });
  });
});
