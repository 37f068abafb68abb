// Events and the edge: what was ever written stays readable, and what never was is not let in.
import fc from 'fast-check';
import { EVENT_BYTES_MAX, parseEventLine, type Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import type { Decision } from './decider.ts';
import { withKnownItems } from './named-items.ts';
import { EVENT_SCHEMAS, parsePayload, payloadFits, type InventoryEventType } from './payloads.ts';
import { EVENT_FIXTURES } from './testing/event-fixtures.ts';
import { eventsPage } from './testing/events-page.ts';
import { rawEvent, testId } from './testing/make-event.ts';
import { propertyRuns } from './testing/runs.ts';

const TYPES = Object.keys(EVENT_SCHEMAS) as InventoryEventType[];

describe('frozen fixtures', () => {
  it('EV1 every type has one in every version that was ever written', () => {
    const has = new Set(EVENT_FIXTURES.map(({ type, version }) => `${type} ${version}`));
    const wanted = TYPES.flatMap((type) =>
      Array.from({ length: EVENT_SCHEMAS[type].version }, (_, index) => `${type} ${index + 1}`),
    );
    expect([...has].toSorted()).toEqual(wanted.toSorted());
  });

  it.each(EVENT_FIXTURES)('EV1 $type of version $version is read, and its bytes stay', (frozen) => {
    const bytes = JSON.stringify(frozen.payload);
    const { type, version, store, payload } = frozen;
    expect(parsePayload({ type, schemaVersion: version, store, payload })).toEqual({
      ok: true,
      type,
      payload: frozen.reads ?? payload,
    });
    expect(JSON.stringify(payload)).toBe(bytes);
  });

  it('EV2 docs/events.md is what the schemas say', async () => {
    await expect(eventsPage()).toMatchFileSnapshot('../../../docs/events.md');
  });
});

/** Every place in a JSON value, as a path. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((one, index) => pathsIn(one, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]))];
}

function withValue(value: unknown, path: readonly (string | number)[], put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? withValue(one, rest, put) : one));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: withValue(fields[key], rest, put) };
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

const AFTER_2109 = 4_399_000_000_000 * 2_048;
const garbage = fc.oneof(
  fc.constantFrom<unknown>(NaN, Infinity, 0.5, -1, -0, 2 ** 53, 2 ** 53 + 2, 1e300, AFTER_2109),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '<b>x</b>',
    '<script>',
    'a\u0000b',
    'a\nb',
    '\u202Etxt',
    '\ud800',
    'a|b',
    '__proto__',
  ),
  fc.constantFrom<unknown>(null, undefined, true, [], {}, 'x'.repeat(70_000)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Whatever was let in: numbers that are exact, texts that can be shown. */
function unfit(value: unknown): string[] {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : [`${value}`];
  if (typeof value === 'string') {
    const readable = value.isWellFormed() && !/[\p{Cc}\u202A-\u202E]/u.test(value) && !/<[a-z/!?]/i.test(value);
    return readable && value.length <= 500 ? [] : [value.slice(0, 30)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(unfit);
}

const ANYTHING: unknown = expect.anything();
const ONE_SENTENCE: unknown = expect.stringMatching(/^\S.*\.$/su);

describe('the edge', () => {
  it('EV3 garbage anywhere in any payload is refused with one sentence, or was harmless; nothing throws', () => {
    const place = fc
      .constantFrom(...EVENT_FIXTURES)
      .chain((frozen) =>
        fc.record({ frozen: fc.constant(frozen), path: fc.constantFrom(...pathsIn(frozen.payload)), put: garbage }),
      );
    fc.assert(
      fc.property(place, ({ frozen, path, put }) => {
        const { type, version, store } = frozen;
        const payload = withValue(frozen.payload, path, put) as Event['payload'];
        const parsed = parsePayload({ type, schemaVersion: version, store, payload: payload ?? {} });
        expect(parsed.ok ? unfit(parsed.payload) : parsed.detail).toEqual(parsed.ok ? [] : ONE_SENTENCE);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('EV3 the quick check says yes to everything ordinary, and only to what the schema takes and leaves as it is', () => {
    for (const { type, version, store, payload } of EVENT_FIXTURES)
      expect({ type, fits: payloadFits({ type, schemaVersion: version, store, payload }) }).toEqual({
        type,
        fits: true,
      });
    const place = fc.constantFrom(...EVENT_FIXTURES).chain((frozen) =>
      fc.record({
        frozen: fc.constant(frozen),
        changes: fc.array(
          fc.record({
            path: fc.constantFrom(...pathsIn(frozen.payload)),
            put: fc.oneof(
              garbage,
              fc.constantFrom(...pathsIn(frozen.payload)).map((from) => at(frozen.payload, from)),
            ),
            key: fc.constantFrom(null, null, 'item', 'constructor', '__proto__', 'x'),
          }),
          { minLength: 1, maxLength: 2 },
        ),
        store: fc.constantFrom(frozen.store, 'porto', null),
      }),
    );
    let yes = 0;
    fc.assert(
      fc.property(place, ({ frozen: { type, version, payload }, changes, store }) => {
        let changed: unknown = payload;
        for (const { path, put, key } of changes) {
          const there = at(changed, path);
          const takesKey = typeof there === 'object' && there !== null && !Array.isArray(there);
          if (there !== undefined) changed = withValue(changed, key === null || !takesKey ? path : [...path, key], put);
        }
        const read = JSON.parse(JSON.stringify(changed) ?? '{}') as Event['payload'] | null;
        const event = { type, schemaVersion: version, store, payload: read ?? {} };
        fc.pre(payloadFits(event));
        yes += 1;
        const parsed = parsePayload(event);
        // Older shapes are upcast first; those of today are given back as they came.
        const isNewest = version === EVENT_SCHEMAS[type].version;
        expect(parsed).toEqual({ ok: true, type, payload: isNewest ? event.payload : ANYTHING });
      }),
      { numRuns: Math.ceil(propertyRuns / 4), maxSkipsPerRun: 1_000 },
    );
    expect(yes).toBeGreaterThan(100);
  });

  const sale = (lines: readonly unknown[]) => ({ document: 'd', lines });
  const line = { item: 'feta', quantity: 1, unitPrice: null };
  it.each<[string, Record<string, unknown>]>([
    ['1,001 lines', sale(Array.from({ length: 1_001 }, () => line))],
    ['no lines', sale([])],
    ['zero pieces', sale([{ ...line, quantity: 0 }])],
    ['fewer than none', sale([{ ...line, quantity: -2 }])],
    ['half a piece', sale([{ ...line, quantity: 0.5 }])],
    ['not a number', sale([{ ...line, quantity: NaN }])],
    ['more than can be counted', sale([{ ...line, quantity: 2 ** 53 }])],
    ['an item no id can name', sale([{ ...line, item: 'feta; DROP TABLE items' }])],
    ['a negative price', sale([{ ...line, unitPrice: { minorUnits: -1, scale: 2 } }])],
  ])('EV3 a sale of %s is refused', (_what, payload) => {
    const parsed = parsePayload(rawEvent('a', 'StockSold', payload, { schemaVersion: 2 }));
    expect(parsed).toMatchObject({ ok: false, kind: 'invalid' });
  });

  it('EV5 a command that names an item nobody knows is refused where it stands; one that makes an item is not', () => {
    for (const { type, version, store, payload } of EVENT_FIXTURES) {
      const draft = { id: testId('a'), type, schemaVersion: version, store, audience: [], actor: 'ana', payload };
      const decision: Decision = { ok: true, drafts: [draft] };
      const names = JSON.stringify(payload).includes('"feta"') && type !== 'ItemRegistered';
      expect(withKnownItems(decision, (item) => item === 'feta')).toBe(decision);
      const refused = withKnownItems(decision, () => false);
      expect({ type, code: refused.ok ? null : refused.refusal.code }).toEqual({
        type,
        code: names ? 'unknown-item' : null,
      });
    }
    const elsewhere = [
      [
        'OrderCancelled',
        { order: testId('o'), reason: 'customer', putBack: [{ item: 'rice', quantity: 1 }] },
        'putBack',
      ],
      ['CountOpened', { session: 's', scope: { kind: 'items', items: ['rice'] }, areas: ['a'], blind: false }, 'scope'],
    ] as const;
    for (const [type, payload, place] of elsewhere) {
      const draft = { id: testId('a'), type, schemaVersion: 1, store: 'lisboa', audience: [], actor: 'ana', payload };
      const refused = withKnownItems({ ok: true, drafts: [draft] }, (item) => item === 'feta');
      expect(refused.ok ? null : refused.refusal.path?.[0]).toBe(place);
    }
    const refusal: Decision = { ok: false, refusal: { code: 'no-store', message: 'No.' } };
    expect(withKnownItems(refusal, () => false)).toBe(refusal);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['before 1970', { occurredAt: -1 }, 'not-an-event'],
    ['after 2109', { occurredAt: AFTER_2109 }, 'not-an-event'],
    ['between two stamps', { recordedAt: 1.5 }, 'not-an-event'],
    ['by nobody', { actor: '' }, 'not-an-event'],
    ['longer than 128 kB', { payload: { note: 'x'.repeat(EVENT_BYTES_MAX) } }, 'too-long'],
  ])('EV4 an event %s is no event', (_what, fields, kind) => {
    const event = rawEvent('a', 'CountClosed', { session: 's' });
    expect(parseEventLine(JSON.stringify({ ...event, ...fields }))).toMatchObject({ ok: false, problem: { kind } });
    expect(parseEventLine(JSON.stringify(event)).ok).toBe(true);
  });
});
