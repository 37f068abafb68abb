import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceChainStart, nextDeviceHash } from './chain.ts';
import { appendToDeviceChain, type DeviceHead } from './device-append.ts';
import { AppendRefused } from './device-log-problems.ts';
import { parseEventLine, type EventDraft } from './event.ts';
import { STAMPS_PER_MS } from './hybrid-time.ts';
import { APPEND_EVENTS_MAX, EVENT_BYTES_MAX } from './limits.ts';
import { sha256 } from './sha256.ts';
import { clockAt, sampleDraft, sampleId, START_MS } from './testing/sample-log.ts';

// This package has no DOM types; every runtime has this class.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const DEVICE = 'device-1';
const EMPTY: DeviceHead = { seq: 0, hash: deviceChainStart(sha256, DEVICE), lastStamp: null };

function append(drafts: readonly EventDraft[], head: DeviceHead = EMPTY, nowMs = START_MS) {
  return appendToDeviceChain(sha256, DEVICE, head, drafts, clockAt(nowMs));
}

function refusalOf(drafts: readonly EventDraft[]): AppendRefused['reason'] | null {
  try {
    append(drafts);
    return null;
  } catch (error) {
    if (error instanceof AppendRefused) return error.reason;
    throw error;
  }
}

describe('appendToDeviceChain', () => {
  it('stamps with the device’s clock and states how sure it is of it', () => {
    const { appended } = append([sampleDraft(1)]);
    expect(appended[0]?.event).toMatchObject({
      recordedAt: START_MS * STAMPS_PER_MS,
      occurredAt: START_MS * STAMPS_PER_MS,
      deviceTimeMs: START_MS,
      clockUncertaintyMs: 20,
    });
  });

  it('keeps a stated time beside the time of recording', () => {
    const occurredAt = (START_MS - 86_400_000) * STAMPS_PER_MS;
    const { appended } = append([sampleDraft(1, { occurredAt })]);
    expect(appended[0]?.event).toMatchObject({ occurredAt, recordedAt: START_MS * STAMPS_PER_MS });
  });

  it('goes on from the head, and yields the next one', () => {
    const first = append([sampleDraft(1)]);
    const second = append([sampleDraft(2)], first.head);
    expect(second.appended[0]?.place.seq).toBe(2);
    expect(second.head.lastStamp).toBe((first.head.lastStamp ?? 0) + 1);
    expect(second.head.hash).toBe(nextDeviceHash(sha256, first.head.hash, second.appended[0]?.line ?? ''));
  });

  it('X24 gives 500 events in one tick of the clock stamps in order', () => {
    const { appended } = append(Array.from({ length: 500 }, (_, index) => sampleDraft(index + 1)));
    const stamps = appended.map(({ event }) => event.recordedAt);
    expect(new Set(stamps).size).toBe(500);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  });

  it('X22 follows a big step of the clock back, and not a small one', () => {
    const { head } = append([sampleDraft(1)]);
    const small = append([sampleDraft(2)], head, START_MS - 60_000);
    expect(small.appended[0]?.event.recordedAt).toBe(START_MS * STAMPS_PER_MS + 1);
    const big = append([sampleDraft(2)], head, START_MS - 3 * 86_400_000);
    expect(big.appended[0]?.event.recordedAt).toBe((START_MS - 3 * 86_400_000) * STAMPS_PER_MS);
  });

  it('returns the event as everyone after reads it from its bytes', () => {
    const payload = { when: new Date(START_MS), nothing: undefined, list: [undefined, 1], notANumber: Number.NaN };
    const [appended] = append([sampleDraft(1, { payload })]).appended;
    expect(appended?.event.payload).toEqual({ when: '2026-03-02T09:00:00.000Z', list: [null, 1], notANumber: null });
    const parsed = parseEventLine(appended?.line ?? '');
    expect(parsed).toEqual({ ok: true, event: appended?.event });
  });

  it('is not changed by what happens to the draft afterwards', () => {
    const payload = { lines: [{ quantity: 1 }] };
    const [appended] = append([sampleDraft(1, { payload })]).appended;
    payload.lines[0]!.quantity = 99;
    expect(appended?.event.payload).toEqual({ lines: [{ quantity: 1 }] });
  });

  it('X41 takes an event of exactly the largest size, and refuses one byte more, in bytes of UTF-8', () => {
    const roomFor = (note: string) => append([sampleDraft(1, { payload: { note } })]).appended[0]!.line;
    const overhead = new TextEncoder().encode(roomFor('')).length;
    const filler =
      'é'.repeat(Math.floor((EVENT_BYTES_MAX - overhead) / 2)) + 'x'.repeat((EVENT_BYTES_MAX - overhead) % 2);
    expect(new TextEncoder().encode(roomFor(filler))).toHaveLength(EVENT_BYTES_MAX);
    expect(refusalOf([sampleDraft(1, { payload: { note: `${filler}x` } })])).toBe('event-too-long');
  });

  it('refuses nothing, too many, and what JSON can not hold', () => {
    expect(refusalOf([])).toBe('nothing-to-append');
    const many = Array.from({ length: APPEND_EVENTS_MAX + 1 }, (_, index) => sampleDraft(index + 1));
    expect(refusalOf(many)).toBe('too-many-events');
    expect(refusalOf([sampleDraft(1, { payload: { big: 1n } })])).toBe('not-serialisable');
  });

  it('keeps half a character as an escape, so that its bytes are well-formed', () => {
    const [appended] = append([sampleDraft(1, { payload: { note: 'half \ud800' } })]).appended;
    expect(appended?.line.isWellFormed()).toBe(true);
    expect(appended?.event.payload['note']).toBe('half \ud800');
  });

  it.each<[string, Partial<EventDraft>]>([
    ['an actor that no key can hold', { actor: 'José Müller' }],
    ['an unknown kind of id', { id: 'not-an-id' }],
    ['a type that is no name', { type: 'pebble moved' }],
    ['too wide an audience', { audience: Array.from({ length: 9 }, (_, index) => `store-${index}`) }],
    ['a time before 1970', { occurredAt: -1 }],
    ['too long a note', { meta: { note: 'x'.repeat(201) } }],
  ])('refuses before saving what the centre could not read: %s', (_what, overrides) => {
    expect(refusalOf([sampleDraft(1), sampleDraft(2, overrides)])).toBe('not-an-event');
  });

  it('gives the same chain however the drafts are cut into commits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        let number = 0;
        const batches = sizes.map((size) => Array.from({ length: size }, () => sampleDraft((number += 1))));
        let head = EMPTY;
        const lines: string[] = [];
        for (const batch of batches) {
          const step = append(batch, head);
          head = step.head;
          lines.push(...step.appended.map(({ line }) => line));
        }
        const whole = append(batches.flat());
        expect(lines).toEqual(whole.appended.map(({ line }) => line));
        expect(head).toEqual(whole.head);
        expect(whole.appended.map(({ event }) => event.id)).toEqual(lines.map((_, index) => sampleId(index + 1)));
      }),
      { numRuns: 50 },
    );
  });
});
