// Policies: what the chain and a store say of an item, field by field, and the command that says it.
import type { Event } from '@streamstock/event-log';
import { projectBatch } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { setPolicy } from '../catalogue/catalogue-deciders.ts';
import { QUANTITY_MAX } from '../limits.ts';
import type { PayloadOf } from '../payloads.ts';
import { inventoryProjectors } from '../projectors.ts';
import { commandContext, draftsOf, refusalOf } from '../testing/command-context.ts';
import { CountingTables } from '../testing/counting-tables.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { inEveryOrder, sold } from '../testing/short-events.ts';
import { listPolicies, readPolicies, readPolicy, readPolicyRow } from './policy-queries.ts';

type Fields = Omit<PayloadOf<'StockPolicySet'>, 'item'>;

function policy(name: string, at: number, store: string | null, fields: Fields, item = 'feta'): Event {
  return makeEvent(name, 'StockPolicySet', { item, ...fields }, { at: minute(at), store });
}

it('CA1 each field is what its latest edit says, of the store and of the chain apart', async () => {
  const edits = [
    policy('a', 1, 'lisboa', { reorderPoint: 5, leadTimeDays: 2 }),
    policy('b', 3, 'lisboa', { reorderPoint: 8 }),
    policy('late', 2, 'lisboa', { reorderPoint: 99 }),
  ];
  await inEveryOrder(edits, async (tables) => {
    expect(await readPolicyRow(tables, 'lisboa', 'feta')).toEqual({
      store: 'lisboa',
      item: 'feta',
      registers: {
        reorderPoint: { value: 8, at: minute(3), id: testId('b') },
        leadTimeDays: { value: 2, at: minute(1), id: testId('a') },
      },
    });
    expect(await readPolicyRow(tables, null, 'feta')).toBeUndefined();
  });
});

it('CA1 an edit that is voided gives its fields back; with the last one the policy is gone', async () => {
  const edits = [policy('a', 1, 'lisboa', { reorderPoint: 5 }), policy('b', 3, 'lisboa', { reorderPoint: 8 })];
  await inEveryOrder([...edits, makeRuling('void', 'EventVoided', testId('b'))], async (tables) => {
    expect(await readPolicy(tables, 'lisboa', 'feta')).toMatchObject({ reorderPoint: 5 });
  });
  const none = [...edits, ...['a', 'b'].map((name) => makeRuling(`void-${name}`, 'EventVoided', testId(name)))];
  await inEveryOrder(none, async (tables) => {
    expect(await readPolicy(tables, 'lisboa', 'feta')).toBeUndefined();
    expect(
      Object.values(tables.dump())
        .flat()
        .filter(({ key }) => key.startsWith('lisboa|feta')),
    ).toEqual([]);
  });
});

it("CA2 the store's own field wins over the chain's, however old; null says that there is explicitly none", async () => {
  const edits = [
    policy('own', 1, 'lisboa', { reorderPoint: 5, criticalLine: null }),
    policy('chain', 9, null, { reorderPoint: 20, criticalLine: 10, orderPack: 6 }),
  ];
  await inEveryOrder(edits, async (tables) => {
    const names = ['lisboa', 'porto'].map((store) => ({ store, item: 'feta' }));
    expect(await readPolicies(tables, [...names, { store: 'lisboa', item: 'rice' }])).toEqual([
      {
        store: 'lisboa',
        item: 'feta',
        reorderPoint: 5,
        criticalLine: null,
        orderPack: 6,
        from: { reorderPoint: 'store', criticalLine: 'store', orderPack: 'chain' },
      },
      {
        store: 'porto',
        item: 'feta',
        reorderPoint: 20,
        criticalLine: 10,
        orderPack: 6,
        from: { reorderPoint: 'chain', criticalLine: 'chain', orderPack: 'chain' },
      },
      undefined,
    ]);
  });
});

it("CA2 a store's list has its own policies and the chain's, by item", async () => {
  const edits = [
    policy('rice', 1, null, { capacityMax: 40 }, 'rice'),
    policy('feta', 1, 'lisboa', { capacityMax: 9 }),
    policy('porto', 1, 'porto', { capacityMax: 7 }, 'bread'),
  ];
  const tables = await foldBatches([edits]);
  const listed = (await listPolicies(tables, 'lisboa')).map(({ store, item, capacityMax }) => [
    store,
    item,
    capacityMax,
  ]);
  expect(listed).toEqual([
    ['lisboa', 'feta', 9],
    ['lisboa', 'rice', 40],
  ]);
});

it('CA6 a policy is set for the store of the context, or for the chain', () => {
  const fields = { item: 'feta', reorderPoint: 12, capacityMax: null, negativeStock: 'manager-pin' } as const;
  const draft = { id: testId('draft-1'), type: 'StockPolicySet', schemaVersion: 1, audience: 'all', actor: 'ana' };
  const { device: _device, ...ana } = commandContext();
  expect(draftsOf(setPolicy(fields, ana))).toEqual([{ ...draft, store: 'lisboa', payload: fields }]);
  const { device: _other, ...office } = commandContext({ store: null });
  expect(draftsOf(setPolicy(fields, office))).toEqual([{ ...draft, store: null, payload: fields }]);
});

it('CA6 a policy that sets nothing is refused', () => {
  for (const fields of [{}, { reorderPoint: undefined }, { occurredAt: 7 }]) {
    const refusal = refusalOf(setPolicy({ item: 'feta', ...fields }, commandContext()));
    expect(refusal).toMatchObject({ code: 'nothing-revised' });
    expect(refusal?.message).toContain('Nothing was saved.');
  }
});

it.each([
  [{ reorderPoint: -1 }, 'quantity-out-of-range', 'reorderPoint'],
  [{ capacityMax: QUANTITY_MAX + 1 }, 'quantity-out-of-range', 'capacityMax'],
  [{ criticalLine: 0.5 }, 'quantity-out-of-range', 'criticalLine'],
  [{ orderPack: 0 }, 'quantity-out-of-range', 'orderPack'],
  [{ leadTimeDays: 366 }, 'not-allowed', 'leadTimeDays'],
  [{ serviceLevelPermille: 1_000 }, 'not-allowed', 'serviceLevelPermille'],
  [{ targetCoverDays: NaN }, 'not-allowed', 'targetCoverDays'],
  [{ negativeStock: 'never' as 'warn' }, 'not-allowed', 'negativeStock'],
  [{ reorderPoint: 1, occurredAt: -1 }, 'time-out-of-range', 'occurredAt'],
])('CA6 a policy with %j is refused at the field', (fields, code, field) => {
  const refusal = refusalOf(setPolicy({ item: 'feta', ...fields }, commandContext()));
  expect(refusal).toMatchObject({ code, path: [field] });
});

it('CA9 TR13 RE9 a batch without edits, transfers, orders and reversals costs their projectors no call', async () => {
  const quiet = ['stores', 'catalogue', 'policies', 'transfers', 'restock-orders'];
  const projectors = inventoryProjectors.filter(({ name }) => quiet.includes(name));
  expect(projectors.map(({ name }) => name).sort()).toEqual(quiet.sort());
  const tables = new CountingTables(await foldBatches([]));
  const batch = Array.from({ length: 20 }, (_, index) => ({ event: sold(`sale-${index}`, index, 1) }));
  const delivery = makeEvent('in', 'StockReceived', { document: 'd', lines: [{ item: 'feta', quantity: 1 }] });
  await projectBatch(tables, [...batch, { event: delivery }], projectors, async () => []);
  expect(tables.calls.filter(({ table }) => table !== 'judgements')).toEqual([]);
});
