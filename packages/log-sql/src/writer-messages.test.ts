// What was committed is the same on the other side.
import { isRulingType, type CommittedEntry, type Event } from '@streamstock/event-log';
import { TestDevice } from '@streamstock/event-log/testing/central-fixtures';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packLines, unpackLines } from './writer-messages.ts';

const event: Event = new TestDevice({ device: 'till-a', store: 'porto' }).write({})[0]!.event;

const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 64, maxLength: 64 });
const entry = fc.record({
  id: fc.uuid({ version: 7 }),
  line: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => JSON.stringify(text)),
  place: fc.option(fc.record({ device: fc.string({ minLength: 1 }), seq: fc.nat(), hash })),
  hash,
  arrivedAtMs: fc.maxSafeNat(),
  type: fc.constantFrom('StockSold', 'EventSetAside', 'Another'),
  audience: fc.oneof(fc.constant('all' as const), fc.array(fc.string(), { maxLength: 4 })),
  opensGroup: fc.boolean(),
  resuppliedBy: fc.option(fc.string()),
});

it('reads back what was packed, whatever is in it', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(entry, { minLength: 1, maxLength: 20 }), (first, made) => {
      const entries = made.map(({ resuppliedBy, type, ...rest }, index): CommittedEntry => {
        const committed = { ...rest, position: first + index, event: { ...event, type } };
        return resuppliedBy === null ? committed : { ...committed, resuppliedBy };
      });
      const lines = unpackLines(structuredClone(packLines(entries)));
      expect(lines).toEqual(entries.map((one) => ({ ...one, event: { type: one.event.type } })));
      expect(lines.map(({ event: { type } }) => isRulingType(type))).toEqual(
        entries.map(({ event: { type } }) => isRulingType(type)),
      );
    }),
  );
});
