// Whatever is typed, pasted or scanned into a command about promises: a refusal with words, or events that every log takes.
import fc from 'fast-check';
import { EVENT_BYTES_MAX, utf8Length } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import type { Decision } from '../decider.ts';
import { QUANTITY_MAX } from '../limits.ts';
import { parsePayload } from '../payloads.ts';
import { commandContext, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import { testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { cancelOrder, fulfilOrder, pickOrder, placeOrder, putBack, type KnownOrder } from './order-commands.ts';
import { priced, PromiseScene } from './promise-scene.ts';
import { releaseReservation, requestReservation } from './reservation-commands.ts';

const badNumbers = fc.constantFrom(0, -1, 0.5, NaN, Infinity, 2 ** 53, QUANTITY_MAX, QUANTITY_MAX + 1, 1e300);
const badTexts = fc.constantFrom(
  '',
  '<b>x</b>',
  'a\u0000b',
  '\u202Etxt',
  'a|b',
  '__proto__',
  'x'.repeat(201),
  'é'.repeat(70_000),
);
const mostly = <Value>(fitting: fc.Arbitrary<Value>, bad: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 15, arbitrary: fitting }, { weight: 1, arbitrary: bad }) as fc.Arbitrary<never>;
const quantity = mostly(fc.integer({ min: 1, max: 4 }), badNumbers);
const text = mostly(fc.constantFrom('feta', 'rice'), badTexts);
const time = mostly(fc.option(fc.integer({ min: 1, max: 9 })), badNumbers);
const money = fc.option(fc.record({ minorUnits: quantity, scale: quantity }));
const line = fc.record({ item: text, quantity, unitPrice: money });
const lines = fc.oneof(
  { weight: 9, arbitrary: fc.array(line, { maxLength: 3 }) },
  { weight: 1, arbitrary: line.map((one) => Array.from({ length: 1_001 }, () => one)) },
);
const words = fc.record({ reference: text, customer: text, note: text, occurredAt: time }, { requiredKeys: [] });
const command = fc.record({
  kind: fc.nat({ max: 6 }),
  lines,
  words,
  time,
  owner: text,
  knows: fc.boolean(),
  ended: fc.boolean(),
});

function complaint(decision: Decision): string | null {
  if (!decision.ok) {
    const { code, message } = decision.refusal;
    return /^[a-z]+(-[a-z]+)+$/.test(code) && /\S.*\.$/s.test(message) ? null : `refused with ${code}: ${message}`;
  }
  for (const draft of decision.drafts) {
    const event = eventOfDraft(draft);
    if (event === undefined) return `no log takes ${JSON.stringify(draft).slice(0, 300)}`;
    const parsed = parsePayload(event);
    if (!parsed.ok) return parsed.detail;
    if (utf8Length(JSON.stringify(event)) > EVENT_BYTES_MAX) return 'an event is too large';
  }
  return decision.drafts.length === 0 ? 'accepted without an event' : null;
}

it(
  'PR10 PR16 PR17 PR18 PR19 PR20 PR21 garbage is refused with words, or becomes events that every log takes',
  { timeout: 600_000 },
  async () => {
    const shop = new PromiseScene();
    await shop.receive('lisboa', { feta: 50, rice: 50 });
    const open = await shop.known(await shop.confirmed({ lines: priced({ feta: 9, rice: 9 }) }, 1));
    const cancelled = await shop.confirmed({ lines: priced({ feta: 9, rice: 9 }) }, 1);
    await shop.say(
      pickOrder({ ...(await shop.known(cancelled)), lines: priced({ feta: 9, rice: 9 }) }, shop.context('lisboa')),
      2,
    );
    await shop.say(cancelOrder({ ...(await shop.known(cancelled)), reason: 'customer' }, shop.context('lisboa')), 3);
    const ended = await shop.known(cancelled);
    const unknown: KnownOrder = { order: testId('never'), view: undefined, reservations: new Map() };
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(command, ({ kind, lines: told, words: said, time: expiresAt, owner, knows, ended: isEnded }) => {
        const context = commandContext();
        const known = !knows ? unknown : isEnded ? ended : open;
        const rest = { ...said, ...known, lines: told.map(({ item, quantity: many }) => ({ item, quantity: many })) };
        const sourcing = { kind: 'store' as const, store: owner };
        const order = {
          ...said,
          channel: 'web' as const,
          destination: null,
          sourcing,
          split: false,
          holdUntil: expiresAt,
        };
        const decisions: readonly (() => Decision)[] = [
          () => requestReservation({ ...rest, owner, expiresAt }, context),
          () => releaseReservation({ ...said, reservation: knows ? testId('r') : owner, reason: 'cancelled' }, context),
          () => placeOrder({ ...order, lines: told }, context),
          () => pickOrder(rest, context),
          () => fulfilOrder({ ...said, ...known, lines: told }, context),
          () => cancelOrder({ ...rest, reason: 'customer' }, context),
          () => putBack(rest, context),
        ];
        const decision = decisions[kind]?.() ?? decisions[0]?.();
        if (decision === undefined) throw new Error('There is a decision.');
        seen[decision.ok ? 'accepted' : 'refused'] += 1;
        expect(complaint(decision)).toBeNull();
      }),
      { numRuns: propertyRuns },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(propertyRuns / 10);
  },
);

it('PR16 PR17 S5 lines that together ask for more than one line can state are refused', () => {
  const huge = [1, 2].map(() => ({ item: 'feta', quantity: QUANTITY_MAX, unitPrice: null }));
  const asked = requestReservation({ owner: 'rita', lines: huge, expiresAt: null }, commandContext());
  expect(refusalOf(asked)).toMatchObject({ code: 'quantity-out-of-range', path: ['lines', 0, 'quantity'] });
});
