// Commands about goods, one by one: given a context, when a command, then these drafts or this refusal.
import { DOCUMENT_LINES_MAX, EVENT_BYTES_MAX, isInAudience, utf8Length } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import type { Decision } from '../decider.ts';
import { COMMAND_EVENTS_MAX, QUANTITY_MAX } from '../limits.ts';
import { commandContext, draftsOf, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { testId } from '../testing/make-event.ts';
import { dispatchTransfer } from '../transfer/transfer-deciders.ts';
import { inTransit } from '../transfer/transfer-queries.ts';
import { transfersProjector } from '../transfer/transfers-projector.ts';
import {
  adjust,
  count,
  receive,
  returnGoods,
  returnToSupplier,
  reverseEntry,
  sell,
  WHOLE_STORE_AREA,
} from './stock-deciders.ts';

const line = { item: 'feta', quantity: 2, unitPrice: { minorUnits: 199, scale: 2 } };
const first = testId('draft-1');
const envelope = {
  id: first,
  schemaVersion: 2,
  store: 'lisboa',
  audience: [],
  actor: 'ana',
  meta: { device: 'phone-1' },
};

it('R35 a sale is one event about the store, under its own id as document', () => {
  expect(draftsOf(sell({ lines: [line] }, commandContext()))).toEqual([
    { ...envelope, type: 'StockSold', payload: { document: first, lines: [line] } },
  ]);
});

it('R35 a sale says whose, which order, from where, when and why, and nothing that was not said', () => {
  const why = { occurredAt: 5_000, causationId: testId('a'), correlationId: testId('b') };
  const said = { document: 'receipt-1', reference: 'R 1', customer: 'rita', order: 'o-1', from: 'picked' } as const;
  const { device: _device, ...office } = commandContext();
  const { meta: _meta, ...rest } = envelope;
  expect(draftsOf(sell({ ...said, ...why, lines: [line] }, office))).toEqual([
    { ...rest, ...why, type: 'StockSold', payload: { ...said, lines: [line] } },
  ]);
});

it('R36 a delivery', () => {
  const lines = [{ item: 'feta', quantity: 24, unitCost: { minorUnits: 90, scale: 2 } }];
  expect(draftsOf(receive({ supplier: 'acme', reference: 'D-118', lines }, commandContext()))).toEqual([
    {
      ...envelope,
      type: 'StockReceived',
      payload: { document: first, reference: 'D-118', supplier: 'acme', lines },
    },
  ]);
});

it('R37 a return says for each line whether it can be sold again', () => {
  const lines = [
    { item: 'feta', quantity: 1, disposition: 'sellable' },
    { item: 'feta', quantity: 1, disposition: 'damaged' },
  ] as const;
  expect(draftsOf(returnGoods({ sale: testId('sale'), lines }, commandContext()))).toEqual([
    { ...envelope, schemaVersion: 1, type: 'StockReturned', payload: { document: first, sale: testId('sale'), lines } },
  ]);
});

it('LI13 goods go back to who supplied them, from the shelf or from the damaged ones', () => {
  const lines = [
    { item: 'feta', quantity: 4, from: 'unsellable', unitCost: { minorUnits: 90, scale: 2 } },
    { item: 'feta', quantity: 1, from: 'sellable' },
  ] as const;
  expect(draftsOf(returnToSupplier({ supplier: 'acme', reference: 'C-7', lines }, commandContext()))).toEqual([
    {
      ...envelope,
      schemaVersion: 1,
      type: 'StockReturnedToSupplier',
      payload: { document: first, reference: 'C-7', supplier: 'acme', lines },
    },
  ]);
});

it('LI13 a sale may name the reservation it uses up', () => {
  const reservation = testId('held');
  expect(draftsOf(sell({ reservation, lines: [line] }, commandContext()))).toEqual([
    { ...envelope, type: 'StockSold', payload: { document: first, reservation, lines: [line] } },
  ]);
  expect(refusalOf(sell({ reservation: 'no id', lines: [line] }, commandContext()))).toBeDefined();
});

it('R38 a correction takes the signed change as a person means it and records how much, the reason says which way', () => {
  const lowered = adjust({ reason: 'damaged', note: 'Fell', lines: [{ item: 'feta', change: -2 }] }, commandContext());
  expect(draftsOf(lowered)).toMatchObject([
    { type: 'StockAdjusted', payload: { reason: 'damaged', note: 'Fell', lines: [{ item: 'feta', quantity: 2 }] } },
  ]);
  const raised = adjust(
    { reason: 'found', approvedBy: 'olga', lines: [{ item: 'feta', change: 3 }] },
    commandContext(),
  );
  expect(draftsOf(raised)).toMatchObject([{ payload: { approvedBy: 'olga', lines: [{ quantity: 3 }] } }]);
});

it('R38 a reason has one direction, and must be known', () => {
  const change = (reason: string, by: number) =>
    refusalOf(adjust({ reason: reason as 'lost', lines: [{ item: 'feta', change: by }] }, commandContext()));
  expect(change('lost', 2)).toMatchObject({ code: 'wrong-direction', path: ['lines', 0, 'change'] });
  expect(change('found', -2)).toMatchObject({ code: 'wrong-direction' });
  expect(change('restored', -2)).toMatchObject({ code: 'wrong-direction' });
  expect(change('lost', 0)).toMatchObject({ code: 'quantity-out-of-range' });
  expect(change('gone', -2)).toMatchObject({ code: 'unknown-reason', path: ['reason'] });
  expect(change('constructor', -2)).toMatchObject({ code: 'unknown-reason' });
});

it('R39 S10 a count is of the whole store by the actor unless it says otherwise, and may be zero', () => {
  const plain = count({ session: 's', lines: [{ item: 'feta', quantity: 0 }] }, commandContext());
  expect(draftsOf(plain)).toEqual([
    {
      ...envelope,
      schemaVersion: 1,
      type: 'StockCounted',
      payload: {
        session: 's',
        area: WHOLE_STORE_AREA,
        counter: 'ana',
        lines: [{ item: 'feta', bucket: 'sellable', quantity: 0 }],
      },
    },
  ]);
  const both = ['sellable', 'unsellable'] as const;
  const lines = both.map((bucket) => ({ item: 'feta', quantity: 1, bucket }));
  expect(draftsOf(count({ session: 's', area: 'back', counter: 'rui', lines }, commandContext()))).toMatchObject([
    { payload: { area: 'back', counter: 'rui', lines } },
  ]);
});

it('R39 one item twice in a count is refused: nobody knows which of the two is meant', () => {
  const lines = [1, 2].map((quantity) => ({ item: 'feta', quantity }));
  expect(refusalOf(count({ session: 's', lines }, commandContext()))).toMatchObject({
    code: 'counted-twice',
    path: ['lines', 1],
  });
});

it('R40 an entry, or one line of it, is reversed in its own store', () => {
  const target = { id: testId('sale'), type: 'StockSold', store: 'lisboa' };
  const head = { ...envelope, schemaVersion: 1, type: 'EntryReversed', causationId: target.id };
  expect(draftsOf(reverseEntry({ target }, commandContext()))).toEqual([
    { ...head, payload: { target: target.id, line: null } },
  ]);
  expect(draftsOf(reverseEntry({ target, line: 2, reason: 'Wrong item' }, commandContext()))).toEqual([
    { ...head, payload: { target: target.id, line: 2, reason: 'Wrong item' } },
  ]);
});

it('R40 whoever was told of an entry hears of its reversal', async () => {
  const context = commandContext();
  const lines = [{ item: 'feta', quantity: 5, unitCost: null }];
  const [sent] = draftsOf(dispatchTransfer({ to: 'porto', lines }, context));
  if (sent === undefined) throw new Error('Nothing was sent.');
  const drafts = [sent, ...draftsOf(reverseEntry({ target: sent }, context))];
  const heard = drafts.flatMap((draft) => eventOfDraft(draft) ?? []).filter((event) => isInAudience(event, 'porto'));
  expect(heard.map(({ type }) => type)).toEqual(['TransferDispatched', 'EntryReversed']);
  expect(await inTransit(await foldBatches([heard], [transfersProjector]))).toEqual([]);
});

it.each([
  ['another store', { id: testId('sale'), store: 'porto' }, 'other-store'],
  ['a reversal', { id: testId('undo'), type: 'EntryReversed' }, 'not-reversible'],
  ['an edit of an item', { id: testId('edit'), type: 'ItemRevised' }, 'not-reversible'],
  ['no id', { id: 'sale' }, 'not-allowed'],
])('R40 reversing what is of %s is refused', (_what, target, code) => {
  expect(refusalOf(reverseEntry({ target }, commandContext()))).toMatchObject({ code });
});

it.each([-1, 0.5, NaN, DOCUMENT_LINES_MAX])('R40 there is no line %s to reverse', (at) => {
  expect(reverseEntry({ target: { id: testId('sale') }, line: at }, commandContext()).ok).toBe(false);
});

const documents: Readonly<Record<string, (quantity: number, many?: number, item?: string) => Decision>> = {
  sell: (quantity, many = 1, item = 'feta') =>
    sell({ lines: Array.from({ length: many }, () => ({ item, quantity, unitPrice: null })) }, commandContext()),
  receive: (quantity, many = 1, item = 'feta') =>
    receive({ lines: Array.from({ length: many }, () => ({ item, quantity })) }, commandContext()),
  returnGoods: (quantity, many = 1, item = 'feta') =>
    returnGoods(
      { lines: Array.from({ length: many }, () => ({ item, quantity, disposition: 'sellable' as const })) },
      commandContext(),
    ),
  returnToSupplier: (quantity, many = 1, item = 'feta') =>
    returnToSupplier(
      { lines: Array.from({ length: many }, () => ({ item, quantity, from: 'unsellable' as const })) },
      commandContext(),
    ),
  adjust: (quantity, many = 1, item = 'feta') =>
    adjust(
      { reason: 'found', lines: Array.from({ length: many }, () => ({ item, change: quantity })) },
      commandContext(),
    ),
  count: (quantity, many = 1, item = 'feta') =>
    count(
      {
        session: 's',
        lines: Array.from({ length: many }, (_, at) => ({ item: at === 0 ? item : `${item}-${at}`, quantity })),
      },
      commandContext(),
    ),
};
const each = Object.entries(documents).map(([name, decide]) => ({ name, decide }));

it.each(each)('R45 $name takes whole quantities within bounds, nothing else', ({ name, decide }) => {
  for (const quantity of [NaN, Infinity, 0.5, 1.000_000_1]) {
    expect(refusalOf(decide(quantity))).toMatchObject({ code: 'quantity-not-whole' });
  }
  for (const quantity of [QUANTITY_MAX + 1, 2 ** 53, 2 ** 60]) {
    expect(refusalOf(decide(quantity))).toMatchObject({ code: 'quantity-out-of-range' });
  }
  expect(refusalOf(decide(-1))?.code).toBe(name === 'adjust' ? 'wrong-direction' : 'quantity-out-of-range');
  expect(decide(0).ok).toBe(name === 'count');
  expect(decide(1).ok && decide(QUANTITY_MAX).ok).toBe(true);
});

it.each(each)('R45 $name of no lines, of no store or of no item id is refused', ({ decide }) => {
  expect(refusalOf(decide(1, 0))).toMatchObject({ code: 'empty-document' });
  expect(refusalOf(decide(1, 1, ''))).toMatchObject({ code: 'not-allowed' });
  expect(refusalOf(decide(1, 1, 'a|b'))).toMatchObject({ code: 'not-allowed' });
});

it.each(each)('R46 $name of 1,001 lines is two events of one document', ({ name, decide }) => {
  const drafts = draftsOf(decide(1, DOCUMENT_LINES_MAX + 1));
  expect(drafts.map(({ payload }) => (payload['lines'] as unknown[]).length)).toEqual([DOCUMENT_LINES_MAX, 1]);
  expect(new Set(drafts.map(({ id }) => id)).size).toBe(2);
  const shared = name === 'count' ? 'session' : 'document';
  expect(new Set(drafts.map(({ payload }) => payload[shared]))).toEqual(new Set([name === 'count' ? 's' : first]));
});

it('R46 lines that do not fit 128 kB go to the next event, and a document past 100 events is refused', () => {
  const drafts = draftsOf(
    sell({ lines: Array.from({ length: 3_000 }, () => ({ ...line, item: 'x'.repeat(64) })) }, commandContext()),
  );
  expect(drafts.length).toBeGreaterThan(3);
  const sizes = drafts.map((draft) => utf8Length(JSON.stringify(eventOfDraft(draft))));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(EVENT_BYTES_MAX);
  expect(drafts.flatMap(({ payload }) => payload['lines'] as unknown[])).toHaveLength(3_000);
  const tooMany = documents['receive']?.(1, DOCUMENT_LINES_MAX * COMMAND_EVENTS_MAX + 1);
  expect(tooMany).toMatchObject({ ok: false, refusal: { code: 'document-too-large' } });
  expect(documents['receive']?.(1, DOCUMENT_LINES_MAX * COMMAND_EVENTS_MAX).ok).toBe(true);
});

it.each(['<b>hi</b>', '</td>', '<!-- x -->', 'a\u0000b', 'a\nb', 'a\u2028b', '\u202Egnp.exe', '\ud800', '', '  '])(
  'R47 %j is no note, no reference, no reason',
  (text) => {
    const lines = [{ item: 'feta', quantity: 1 }];
    const reversal = { target: { id: testId('a') }, reason: text };
    expect(refusalOf(receive({ reference: text, lines }, commandContext()))?.code).toBe('text-not-allowed');
    expect(refusalOf(reverseEntry(reversal, commandContext()))?.code).toBe('text-not-allowed');
    const noted = adjust({ reason: 'found', note: text, lines: [{ item: 'feta', change: 1 }] }, commandContext());
    expect(refusalOf(noted)?.code).toBe('text-not-allowed');
  },
);

it.each(['Feta 200 g < 3 €', 'a<5', '“Ção” – ñandú', '日本', '😀', "O'Neill & Sons"])('R47 %j is a note', (note) => {
  expect(adjust({ reason: 'found', note, lines: [{ item: 'feta', change: 1 }] }, commandContext()).ok).toBe(true);
});

it('R45 a fact without a store, or at a time that is none, is refused', () => {
  const nowhere = commandContext({ store: null });
  expect(refusalOf(sell({ lines: [line] }, nowhere))).toMatchObject({ code: 'no-store' });
  expect(refusalOf(reverseEntry({ target: { id: testId('a') } }, nowhere))).toMatchObject({ code: 'no-store' });
  for (const occurredAt of [NaN, -1, 0.5, 2 ** 53]) {
    expect(refusalOf(sell({ occurredAt, lines: [line] }, commandContext()))).toMatchObject({
      code: 'time-out-of-range',
      path: ['occurredAt'],
    });
  }
});
