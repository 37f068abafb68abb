// What holds for every command, whatever is typed, pasted or scanned into it.
import fc from 'fast-check';
import { EVENT_BYTES_MAX, utf8Length } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { assignBarcode, openStore, registerItem, reviseItem } from './catalogue/catalogue-deciders.ts';
import type { Decision } from './decider.ts';
import { MONEY_MINOR_UNITS_MAX, QUANTITY_MAX } from './limits.ts';
import { parsePayload } from './payloads.ts';
import { ADJUST_REASONS, type AdjustReason } from './stock/adjust-reasons.ts';
import { adjust, count, receive, returnGoods, reverseEntry, sell } from './stock/stock-deciders.ts';
import { commandContext, eventOfDraft } from './testing/command-context.ts';
import { testId } from './testing/make-event.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const numRuns = Number(process.env['INVENTORY_RUNS'] ?? 400);

/** Mostly what fits: a command with garbage in every field says little about each of them. */
const FITS = 15;
const badNumbers = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 53 + 2, -(2 ** 60), 1e300),
  fc.constantFrom(QUANTITY_MAX, QUANTITY_MAX + 1, MONEY_MINOR_UNITS_MAX, MONEY_MINOR_UNITS_MAX + 1),
  fc.double(),
);
const numbers = fc.oneof(
  { weight: FITS, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: badNumbers },
);
const badTexts = fc.oneof(
  fc.constantFrom('', ' ', '<b>x</b>', '<script>', 'a\u0000b', 'a\nb', '\u202Etxt', '\ud800', 'a|b', '{}', '__proto__'),
  fc.constantFrom('x'.repeat(65), 'x'.repeat(201), 'é'.repeat(70_000), 'toString', 'constructor'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** One of what fits, now and then anything: TypeScript keeps a program from it, nothing keeps another program. */
const words = (...fitting: string[]) =>
  fc.oneof(
    { weight: FITS, arbitrary: fc.constantFrom(...fitting) },
    { weight: 1, arbitrary: badTexts },
  ) as fc.Arbitrary<never>;
const texts = words('feta', 'rice', 'F-1');
const ids = words(testId('a'), testId('b'));
const reasons = words(...Object.keys(ADJUST_REASONS)) as fc.Arbitrary<AdjustReason>;
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 3 });
const money = fc.record({ minorUnits: numbers, scale: numbers });
const options = fc.record(
  { occurredAt: numbers, causationId: ids, correlationId: ids, document: texts, reference: texts },
  { requiredKeys: [] },
);

/** A few lines, or the same line 1,001 times. */
function linesOf<Line>(line: fc.Arbitrary<Line>): fc.Arbitrary<Line[]> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(line, { maxLength: 3 }) },
    { weight: 1, arbitrary: line.map((one) => Array.from({ length: 1_001 }, () => one)) },
  );
}

const item = texts;
const quantity = numbers;
type Deciding = (store: string | null) => Decision;
const inStore = (store: string | null) => commandContext({ store });

const commands: fc.Arbitrary<Deciding> = fc.oneof(
  fc
    .record({
      customer: maybe(texts),
      order: maybe(texts),
      from: maybe(words('sellable', 'picked')),
      lines: linesOf(fc.record({ item, quantity, unitPrice: fc.option(money), unit: maybe(words('gram')) })),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          sell({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({ supplier: maybe(texts), lines: linesOf(fc.record({ item, quantity, unitCost: maybe(money) })), options })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          receive({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({
      sale: maybe(ids),
      lines: linesOf(fc.record({ item, quantity, disposition: words('sellable', 'damaged'), unitPrice: maybe(money) })),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          returnGoods({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({
      reason: reasons,
      note: maybe(texts),
      lines: linesOf(
        fc.record({
          item,
          change: fc.oneof(
            numbers,
            numbers.map((number) => -number),
          ),
        }),
      ),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          adjust({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({
      session: texts,
      area: maybe(texts),
      counter: maybe(texts),
      lines: linesOf(fc.record({ item, quantity, bucket: maybe(words('sellable', 'unsellable')) })),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          count({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({
      target: fc.record({ id: texts, type: maybe(texts) }),
      line: maybe(numbers),
      reason: maybe(texts),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        (store) =>
          reverseEntry({ ...command, ...own } as never, inStore(store)),
    ),
  fc
    .record({
      item,
      sku: texts,
      name: texts,
      category: texts,
      unit: words('piece', 'gram'),
      quantityScale: numbers,
      price: fc.option(money),
      currency: words('EUR', 'BRL'),
      lifecycle: words('active'),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        () =>
          registerItem({ ...command, ...own } as never, inStore(null)),
    ),
  fc.record({ item, sku: maybe(texts), name: maybe(texts), price: maybe(fc.option(money)), options }).map(
    ({ options: own, ...command }): Deciding =>
      () =>
        reviseItem({ ...command, ...own } as never, inStore(null)),
  ),
  fc.record({ code: texts, item: fc.option(item), packSize: numbers, options }).map(
    ({ options: own, ...command }): Deciding =>
      () =>
        assignBarcode({ ...command, ...own } as never, inStore(null)),
  ),
  fc
    .record({
      store: texts,
      name: texts,
      currency: words('EUR', 'BRL'),
      timeZone: words('Europe/Lisbon', 'America/Sao_Paulo'),
      silentAfterMs: numbers.map((minutes) => minutes * 60_000),
      areas: fc.array(fc.record({ area: texts, name: texts }), { maxLength: 101 }),
      options,
    })
    .map(
      ({ options: own, ...command }): Deciding =>
        () =>
          openStore({ ...command, ...own } as never, inStore(null)),
    ),
);

/** What is wrong with a decision, whatever the command was; null: nothing. */
function complaint(decision: Decision): string | null {
  if (!decision.ok) {
    const { code, message } = decision.refusal;
    return /^[a-z]+(-[a-z]+)+$/.test(code) && /\S.*\.$/s.test(message) ? null : `refused with ${code}: ${message}`;
  }
  if (decision.drafts.length === 0) return 'accepted without an event';
  for (const draft of decision.drafts) {
    const event = eventOfDraft(draft);
    if (event === undefined) return `no log takes ${JSON.stringify(draft).slice(0, 500)}`;
    const parsed = parsePayload(event);
    if (!parsed.ok) return parsed.detail;
    const line = JSON.stringify(event);
    if (utf8Length(line) > EVENT_BYTES_MAX) return `an event of ${utf8Length(line)} bytes`;
    if (/<[a-z/!?]|\\u0000|\\n|\\ud800/i.test(line)) return `unreadable text in ${line.slice(0, 500)}`;
  }
  return null;
}

it(
  'R45 R47 no command throws; it refuses with a code and words, or yields events that every log takes',
  {
    timeout: 600_000,
  },
  () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(commands, fc.constantFrom('lisboa', 'lisboa', 'lisboa', null), (decide, store) => {
        const decision = decide(store);
        seen[decision.ok ? 'accepted' : 'refused'] += 1;
        expect(complaint(decision)).toBeNull();
      }),
      { numRuns: numRuns * 10 },
    );
    expect(seen.accepted).toBeGreaterThan(numRuns);
    expect(seen.refused).toBeGreaterThan(numRuns);
  },
);
