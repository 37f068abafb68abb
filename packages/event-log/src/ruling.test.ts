import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from './event.ts';
import { readStoredLine } from './stored-line.ts';
import { hybridTimeFromMs } from './hybrid-time.ts';
import {
  addRuling,
  contributionOf,
  isRuling,
  isRulingType,
  NO_JUDGEMENT,
  rulingTarget,
  type Judgement,
} from './ruling.ts';
import { START_MS, TestDevice } from './testing/central-fixtures.ts';

const device = new TestDevice({ device: 'centre', store: 'porto' });
const [sale] = device.write({ type: 'StockSold' });
if (sale === undefined) throw new Error('It was written.');
const target = sale.event.id;

function ruling(type: string, payload: Record<string, unknown> = {}): Event {
  const [written] = device.write({ type, payload: { target, reason: 'a test', ...payload } });
  return readStoredLine(written?.line ?? '');
}

const judged = (rulings: readonly Event[]): Judgement => rulings.reduce(addRuling, NO_JUDGEMENT);
const contribution = (...rulings: readonly Event[]) => contributionOf(sale.event, judged(rulings));
const counts = { effectiveAt: sale.event.occurredAt, uncertaintyMs: 50 };

describe('rulings', () => {
  it('leave an event as it says it happened, until one speaks of it', () => {
    expect(contribution()).toEqual(counts);
  });

  it('set aside, admit and void', () => {
    const aside = ruling('EventSetAside', { detail: '' });
    const admitted = ruling('EventAdmitted');
    const voided = ruling('EventVoided');
    expect(contribution(aside)).toBeNull();
    expect(contribution(aside, admitted)).toEqual(counts);
    expect(contribution(admitted)).toEqual(counts);
    expect(contribution(voided)).toBeNull();
    expect(contribution(aside, admitted, voided)).toBeNull();
  });

  it('re-time; of several the least (recordedAt, id) counts', () => {
    const first = ruling('EventRetimed', { effectiveAt: hybridTimeFromMs(START_MS), uncertaintyMs: 7 });
    const second = ruling('EventRetimed', { effectiveAt: hybridTimeFromMs(START_MS - 5), uncertaintyMs: 9 });
    const expected = { effectiveAt: hybridTimeFromMs(START_MS), uncertaintyMs: 7 };
    expect(contribution(first, second)).toEqual(expected);
    expect(contribution(second, first)).toEqual(expected);
    const tie = { ...second, recordedAt: first.recordedAt, id: '00000000-0000-7000-8000-000000000000' };
    expect(contribution(first, tie)).toEqual({ effectiveAt: hybridTimeFromMs(START_MS - 5), uncertaintyMs: 9 });
  });

  it('come to the same in any order and any repetition', () => {
    const all = [
      ruling('EventSetAside', { reason: 'one', detail: '' }),
      ruling('EventSetAside', { reason: 'two', detail: '' }),
      ruling('EventAdmitted'),
      ruling('EventAdmitted'),
      ruling('EventVoided'),
      ruling('EventRetimed', { effectiveAt: 1, uncertaintyMs: 1 }),
      ruling('EventRetimed', { effectiveAt: 2, uncertaintyMs: 2 }),
    ];
    fc.assert(
      fc.property(fc.subarray(all), fc.infiniteStream(fc.nat()), (chosen, random) => {
        const shuffled = [...chosen, ...chosen]
          .map((one) => ({ one, key: random.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(judged(shuffled)).toEqual(judged(chosen));
      }),
    );
  });

  it('that are not understood change nothing', () => {
    expect(judged([ruling('EventRetimed', { effectiveAt: 'soon' })])).toEqual(NO_JUDGEMENT);
    expect(judged([ruling('EventPostponed')])).toEqual(NO_JUDGEMENT);
    expect(rulingTarget(ruling('EventVoided', { target: 'x' }))).toBeUndefined();
    expect(rulingTarget(ruling('EventVoided'))).toBe(target);
  });

  it('are known by their type', () => {
    expect(['EventSetAside', 'EventAdmitted', 'EventVoided', 'EventRetimed'].every(isRulingType)).toBe(true);
    expect(['StockSold', 'toString', 'constructor'].some(isRulingType)).toBe(false);
    expect(isRuling(sale.event)).toBe(false);
  });
});
