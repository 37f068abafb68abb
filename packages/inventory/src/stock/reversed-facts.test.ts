// Facts joined with their reversals, against a small model that reads the whole set of events at once.
import {
  addRuling,
  contributionOf,
  isRulingType,
  MemoryTables,
  NO_JUDGEMENT,
  type Event,
  type Projector,
} from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CountingTables } from '../testing/counting-tables.ts';
import { inBatches, pick, seededChoices, shuffled, tapeChoices, type Choices } from '../testing/choices.ts';
import { FoldingLog } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { foldReversible, type FactChange } from './reversed-facts.ts';

const STORES = ['lisboa', 'porto'] as const;
const SHIPMENT = testId('shipment');

/** Keeps how every fact counts, from what the join tells it; `told` notes the changes as they come. */
function keeper(told: FactChange[] = []): Projector {
  return {
    name: 'keeper',
    version: 1,
    tables: ['kept', 'keeper-facts', 'keeper-reversals', 'keeper-receipts'],
    async project(tables, changes) {
      const names = { facts: 'keeper-facts', reversals: 'keeper-reversals', receipts: 'keeper-receipts' };
      for (const change of await foldReversible(tables, names, changes, (type) => type !== 'StockReturned')) {
        told.push(change);
        const [kept = null] = await tables.getMany('kept', [change.fact.id]);
        expect(kept).toEqual(change.before);
        if (change.after === null) await tables.deleteMany('kept', [change.fact.id]);
        else await tables.putMany('kept', [{ key: change.fact.id, value: change.after }]);
      }
    },
  };
}

async function kept(batches: readonly (readonly Event[])[], told?: FactChange[]): Promise<Record<string, unknown>> {
  const log = new FoldingLog([keeper(told)]);
  for (const batch of batches) await log.take(batch);
  return Object.fromEntries((log.tables.dump()['kept'] ?? []).map(({ key, value }) => [key, value]));
}

/** The same, read off the whole set. */
function expected(events: readonly Event[]): Record<string, unknown> {
  const counts = (event: Event) =>
    contributionOf(
      event,
      events
        .filter(({ type, payload }) => isRulingType(type) && payload['target'] === event.id)
        .reduce(addRuling, NO_JUDGEMENT),
    );
  const reversals = events.filter((event) => event.type === 'EntryReversed' && counts(event) !== null);
  const states = events.flatMap((event) => {
    const counting = counts(event);
    if (counting === null || isRulingType(event.type) || ['EntryReversed', 'StockReturned'].includes(event.type))
      return [];
    const own = reversals.filter(({ store, payload }) => store === event.store && payload['target'] === event.id);
    const lines = ((event.payload['lines'] ?? event.payload['putBack']) as unknown[]).map(
      (_, line) => !own.some(({ payload }) => payload['line'] === null || payload['line'] === line),
    );
    if (own.some(({ payload }) => payload['line'] === null) || (lines.length > 0 && !lines.includes(true))) return [];
    return [{ event, at: counting.effectiveAt, uncertaintyMs: counting.uncertaintyMs, lines }];
  });
  const contest = ({ event }: { event: Event }) =>
    event.type === 'TransferReceived' ? String(event.payload['receipt']) : event.id;
  return Object.fromEntries(
    states
      .filter((one) =>
        states.every((other) => {
          if (other === one || contest(other) !== contest(one)) return true;
          return other.at > one.at || (other.at === one.at && other.event.id > one.event.id);
        }),
      )
      .map(({ event, ...state }) => [event.id, state]),
  );
}

function receipt(name: string, store: string, at: number, number: string): Event {
  const line = { item: 'feta', accepted: 2, damaged: 0, surplus: 0 };
  const head = { document: name, shipment: SHIPMENT, receipt: number, from: 'porto', to: 'lisboa' };
  return makeEvent(name, 'TransferReceived', { ...head, lines: [line, { ...line, item: 'rice' }] }, { store, at });
}

function anyEvent(choices: Choices, name: string, earlier: readonly Event[]): Event {
  const store = pick(choices, STORES);
  const at = minute(choices.int(6)) + choices.int(2);
  const target = earlier[choices.int(earlier.length + 1)];
  const lines = Array.from({ length: 1 + choices.int(3) }, () => ({ item: 'feta', quantity: 1 + choices.int(5) }));
  switch (choices.int(8)) {
    case 0:
      return makeEvent(name, 'StockReceived', { document: name, lines }, { store, at });
    case 1:
    case 2:
      return receipt(name, store, at, pick(choices, ['1', '2']));
    case 3: {
      const putBack = choices.int(2) === 0 ? [] : lines;
      const whose = choices.int(3) === 0 ? null : store;
      return makeEvent(
        name,
        'OrderCancelled',
        { order: testId('order'), reason: 'customer', putBack },
        { store: whose, at },
      );
    }
    case 4:
    case 5: {
      const line = choices.int(2) === 0 ? null : choices.int(3);
      const whose = choices.int(5) === 0 ? store : (target?.store ?? store);
      return makeEvent(name, 'EntryReversed', { target: target?.id ?? testId('never'), line }, { store: whose, at });
    }
    case 6:
      return makeRuling(name, 'EventRetimed', target?.id ?? testId('never'), {
        effectiveAt: minute(choices.int(6)),
        uncertaintyMs: 0,
      });
    default: {
      const kind = pick(choices, ['EventSetAside', 'EventAdmitted', 'EventVoided'] as const);
      return makeRuling(name, kind, target?.id ?? testId('never'), {}, at);
    }
  }
}

describe('facts joined with their reversals', () => {
  test(
    'LI1 X27 X29 X37 any order, duplication and split tells the same facts as the whole set does',
    { timeout: 600_000 },
    async () => {
      const histories = fc.record({
        tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 300, size: 'max' }),
        events: fc.integer({ min: 1, max: 24 }),
        order: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(histories, async ({ tape, events, order }) => {
          const from = tapeChoices(tape);
          const history: Event[] = [];
          for (let index = 0; index < events; index += 1) history.push(anyEvent(from, `event-${index}`, history));
          const choices = seededChoices(order);
          const twice = [...history, ...history.filter(() => choices.int(3) === 0)];
          expect(await kept(inBatches(choices, shuffled(choices, twice), 6))).toEqual(expected(history));
        }),
        { numRuns: propertyRuns },
      );
    },
  );

  it('LI1 a projector hears of a fact that loses a line, and of nothing when a reversal is repeated', async () => {
    const lines = [1, 2].map((quantity) => ({ item: `item-${quantity}`, quantity }));
    const delivery = makeEvent('delivery', 'StockReceived', { document: 'd', lines });
    const once = makeEvent('once', 'EntryReversed', { target: delivery.id, line: 1 });
    const again = makeEvent('again', 'EntryReversed', { target: delivery.id, line: 1 });
    const told: FactChange[] = [];
    await kept([[delivery], [once], [again]], told);
    const state = { at: delivery.occurredAt, uncertaintyMs: 0 };
    expect(told.map(({ before, after }) => ({ before, after }))).toEqual([
      { before: null, after: { ...state, lines: [true, true] } },
      { before: { ...state, lines: [true, true] }, after: { ...state, lines: [true, false] } },
    ]);
  });

  it('LI1 a batch that reverses nothing costs one read', async () => {
    const tables = new CountingTables(new MemoryTables());
    const facts = Array.from({ length: 50 }, (_, index) =>
      makeEvent(`delivery-${index}`, 'StockReceived', { document: 'd', lines: [{ item: 'feta', quantity: 1 }] }),
    );
    const changes = facts.map((event) => ({
      event,
      before: null,
      after: { effectiveAt: event.occurredAt, uncertaintyMs: 0 },
    }));
    await foldReversible(tables, { facts: 'facts', reversals: 'reversals' }, changes, () => true);
    expect(tables.calls).toEqual([
      { method: 'getMany', table: 'reversals', rows: 50 },
      { method: 'putMany', table: 'facts', rows: 50 },
    ]);
  });
});
