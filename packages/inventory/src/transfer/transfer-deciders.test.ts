// Commands about goods between stores, one by one: given what is known, when a command, then these drafts or this refusal.
import { DOCUMENT_LINES_MAX, isInAudience } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { COMMAND_EVENTS_MAX, QUANTITY_MAX } from '../limits.ts';
import { commandContext, draftsOf, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute, testId } from '../testing/make-event.ts';
import { nextReceiptNumber, proposeReceipt, receiptLineOf } from './receipt-proposal.ts';
import type { Shipment } from './shipment-view.ts';
import {
  closeTransfer,
  declineTransfer,
  dispatchTransfer,
  receiveTransfer,
  requestTransfer,
} from './transfer-deciders.ts';
import { readShipment } from './transfer-queries.ts';

const lisboa = () => commandContext();
const porto = () => commandContext({ store: 'porto', actor: 'rui', device: 'till-2' });
const braga = () => commandContext({ store: 'braga' });
const nowhere = () => commandContext({ store: null });
const first = testId('draft-1');
const envelope = { id: first, schemaVersion: 1, actor: 'ana', meta: { device: 'phone-1' } };
const portos = { ...envelope, store: 'porto', actor: 'rui', meta: { device: 'till-2' } };
const cost = { minorUnits: 129, scale: 2 };
const sent = [{ item: 'feta', quantity: 10, unitCost: cost }];
const came = [{ item: 'feta', accepted: 10 }];
const SHIPMENT = testId('parcel');
const REQUEST = testId('request');
const blind = { shipment: SHIPMENT, from: 'lisboa', to: 'porto' };
const asked = { request: REQUEST, store: 'porto', from: 'lisboa', state: 'open' } as const;

/** 10 feta from Lisboa to Porto, of which receipt 1 brought some. */
function known(fields: Partial<Shipment> = {}): Shipment {
  const line = { item: 'feta', unitCost: cost, dispatched: 10, accepted: 6, damaged: 1, surplus: 0 };
  const entry = { id: testId('in'), at: 5, store: 'porto', actor: 'rui', document: 'd', from: 'lisboa', to: 'porto' };
  return {
    ...blind,
    state: 'open',
    overdue: false,
    document: 'parcel',
    request: null,
    dispatchedAt: 1,
    expectedAt: null,
    closedAt: null,
    lines: [{ ...line, missing: 3, inTransit: 3, lost: 0 }],
    receipts: [{ ...entry, receipt: '1', lines: [], counts: true }],
    closes: [],
    ...fields,
  };
}

it('TR14 TR20 a store asks another for goods; that one hears of it', () => {
  const lines = [{ item: 'feta', quantity: 10 }];
  expect(draftsOf(requestTransfer({ from: 'lisboa', lines, neededBy: 9_000, note: 'For Friday' }, porto()))).toEqual([
    {
      ...portos,
      type: 'TransferRequested',
      audience: ['lisboa'],
      payload: { from: 'lisboa', neededBy: 9_000, note: 'For Friday', lines },
    },
  ]);
  expect(draftsOf(requestTransfer({ from: 'lisboa', lines }, porto()))[0]?.payload).toEqual({
    from: 'lisboa',
    neededBy: null,
    lines,
  });
});

it('TR15 TR20 the asked store declines and the asking one hears of it; or that one takes it back', () => {
  expect(draftsOf(declineTransfer({ request: asked, reason: 'None left' }, lisboa()))).toEqual([
    {
      ...envelope,
      store: 'lisboa',
      type: 'TransferDeclined',
      audience: ['porto'],
      causationId: REQUEST,
      payload: { request: REQUEST, reason: 'None left' },
    },
  ]);
  expect(draftsOf(declineTransfer({ request: asked }, porto()))).toMatchObject([
    { store: 'porto', audience: ['lisboa'] },
  ]);
  expect(declineTransfer({ request: { ...asked, state: 'partly' } }, lisboa()).ok).toBe(true);
});

it('TR16 TR20 a dispatch is its own shipment; the other store hears of it; unit costs are frozen as given', () => {
  const command = { to: 'porto', request: REQUEST, expectedAt: 9_000, document: 'T-1', lines: sent };
  expect(draftsOf(dispatchTransfer(command, lisboa()))).toEqual([
    {
      ...envelope,
      store: 'lisboa',
      type: 'TransferDispatched',
      audience: ['porto'],
      causationId: REQUEST,
      payload: { document: 'T-1', request: REQUEST, to: 'porto', expectedAt: 9_000, lines: sent },
    },
  ]);
  const [plain] = draftsOf(dispatchTransfer({ to: 'porto', lines: sent }, lisboa()));
  expect(plain?.payload).toEqual({ document: first, request: null, to: 'porto', expectedAt: null, lines: sent });
  expect(plain).not.toHaveProperty('causationId');
});

it('TR16 a document past 1,000 lines is several shipments with one document', async () => {
  const lines = Array.from({ length: DOCUMENT_LINES_MAX + 1 }, (_, at) => ({
    item: `item-${at}`,
    quantity: 1,
    unitCost: null,
  }));
  const drafts = draftsOf(dispatchTransfer({ to: 'porto', lines }, lisboa()));
  expect(drafts.map(({ payload }) => (payload['lines'] as unknown[]).length)).toEqual([DOCUMENT_LINES_MAX, 1]);
  expect(drafts.map(({ payload }) => payload['document'])).toEqual([first, first]);
  const tables = await foldBatches([drafts.flatMap((draft) => eventOfDraft(draft) ?? [])]);
  for (const { id } of drafts) expect((await readShipment(tables, id, minute(0)))?.state).toBe('open');
  const tooMany = Array.from(
    { length: DOCUMENT_LINES_MAX * COMMAND_EVENTS_MAX + 1 },
    () => sent[0] as (typeof sent)[0],
  );
  const refusal = refusalOf(dispatchTransfer({ to: 'porto', lines: tooMany }, lisboa()));
  expect(refusal).toMatchObject({ code: 'document-too-large' });
});

it('TR17 TR20 a receipt of a known shipment: next number, costs as dispatched; the sender hears of it', () => {
  const lines = [{ item: 'feta', accepted: 2, damaged: 1 }];
  expect(draftsOf(receiveTransfer({ shipment: known(), lines }, porto()))).toEqual([
    {
      ...portos,
      type: 'TransferReceived',
      audience: ['lisboa'],
      causationId: SHIPMENT,
      payload: {
        document: first,
        shipment: SHIPMENT,
        receipt: '2',
        from: 'lisboa',
        to: 'porto',
        lines: [{ item: 'feta', accepted: 2, damaged: 1, surplus: 0, unitCost: cost }],
      },
    },
  ]);
});

it('TR17 TR20 a receipt of a shipment this device never heard of', () => {
  const lines = [{ item: 'feta', accepted: 0, surplus: 4 }];
  expect(draftsOf(receiveTransfer({ shipment: blind, lines }, porto()))[0]).toMatchObject({
    audience: 'all',
    payload: {
      shipment: SHIPMENT,
      receipt: '1',
      lines: [{ item: 'feta', accepted: 0, damaged: 0, surplus: 4 }],
    },
  });
});

it('TR17 TR20 a receipt is never refused for what the shipment says; everyone concerned hears of it', () => {
  const more = [{ item: 'feta', accepted: 999 }];
  for (const shipment of [known({ state: 'closed' }), known({ state: 'received' }), known({ state: 'unannounced' })]) {
    expect(receiveTransfer({ shipment, lines: more }, porto()).ok).toBe(true);
  }
  expect(draftsOf(receiveTransfer({ shipment: known(), lines: came }, lisboa()))).toMatchObject([
    { store: 'lisboa', audience: ['porto'], payload: { receipt: 'back-1' } },
  ]);
  expect(draftsOf(receiveTransfer({ shipment: known(), lines: came }, braga()))).toMatchObject([
    { store: 'braga', audience: ['lisboa', 'porto'], payload: { receipt: 'braga-1' } },
  ]);
});

it('TR18 each store has a series of receipt numbers of its own; a taken one is refused', () => {
  const receipts = ['1', '3', 'back-1'].map((receipt) => ({ receipt }));
  expect(nextReceiptNumber(receipts, blind, 'porto')).toBe('2');
  expect(nextReceiptNumber(receipts, blind, 'porto', 1)).toBe('4');
  expect(nextReceiptNumber(receipts, blind, 'lisboa')).toBe('back-2');
  expect(nextReceiptNumber([], blind, 'x'.repeat(64))).toHaveLength(50);
  const refusal = refusalOf(receiveTransfer({ shipment: known(), receipt: '1', lines: came }, porto()));
  expect(refusal).toMatchObject({ code: 'receipt-number-taken', path: ['receipt'] });
  expect(refusal?.message).toMatch(/recorded already\. Nothing was saved\. .*next number/);
});

it('TR18 the parts of a receipt that is too large have numbers of their own: each of them counts', () => {
  const lines = Array.from({ length: DOCUMENT_LINES_MAX + 1 }, (_, at) => ({ item: `item-${at}`, accepted: 1 }));
  const numbers = (receipt?: string) =>
    draftsOf(receiveTransfer({ shipment: known(), lines, ...(receipt === undefined ? {} : { receipt }) }, porto())).map(
      ({ payload }) => payload['receipt'],
    );
  expect(numbers()).toEqual(['2', '3']);
  expect(numbers('R')).toEqual(['R', 'R-2']);
});

it('TR18 S8 what arrived splits into sent, damaged and surplus', () => {
  const split = (missing: number, good: number, damaged: number) => {
    const line = receiptLineOf({ item: 'feta', missing }, { good, damaged });
    return [line.accepted, line.damaged, line.surplus];
  };
  expect(split(10, 10, 0)).toEqual([10, 0, 0]);
  expect(split(10, 7, 0)).toEqual([7, 0, 0]);
  expect(split(10, 8, 2)).toEqual([8, 2, 0]);
  expect(split(10, 12, 0)).toEqual([10, 0, 2]);
  expect(split(10, 9, 2)).toEqual([8, 2, 1]);
  expect(split(3, 0, 5)).toEqual([0, 5, 0]);
  expect(split(-2, 4, 0)).toEqual([0, 0, 4]);
  expect(proposeReceipt(known())).toEqual([{ item: 'feta', accepted: 3, damaged: 0, surplus: 0 }]);
  expect(proposeReceipt({ lines: known().lines.map((line) => ({ ...line, missing: 0 })) })).toEqual([]);
});

it('TR19 TR20 either store closes a shipment, known or not; the other hears of it', () => {
  expect(draftsOf(closeTransfer({ shipment: known(), reason: 'Carrier lost it' }, porto()))).toEqual([
    {
      ...portos,
      type: 'TransferClosed',
      audience: ['lisboa'],
      causationId: SHIPMENT,
      payload: { shipment: SHIPMENT, reason: 'Carrier lost it' },
    },
  ]);
  expect(draftsOf(closeTransfer({ shipment: blind }, lisboa()))).toMatchObject([
    { store: 'lisboa', audience: 'all', payload: { shipment: SHIPMENT } },
  ]);
  expect(closeTransfer({ shipment: known({ state: 'unannounced' }) }, porto()).ok).toBe(true);
});

it('TR20 where a paper names the wrong sender, the true one still sees what the centre sees', async () => {
  const [dispatch] = draftsOf(dispatchTransfer({ to: 'porto', lines: sent }, lisboa()));
  const paper = { shipment: dispatch?.id ?? '', from: 'braga', to: 'porto' };
  const part = [{ item: 'feta', accepted: 4 }];
  const at = (store: string, name: string) => commandContext({ store, newId: () => testId(name) });
  const drafts = [
    ...draftsOf(receiveTransfer({ shipment: paper, lines: part }, at('porto', 'in'))),
    ...draftsOf(closeTransfer({ shipment: paper }, at('porto', 'close'))),
    ...draftsOf(receiveTransfer({ shipment: { ...paper, to: 'faro' }, lines: part }, at('braga', 'back'))),
  ];
  const events = [dispatch, ...drafts].flatMap((draft) => (draft && eventOfDraft(draft)) ?? []);
  const atCentre = await readShipment(await foldBatches([events]), paper.shipment, minute(9));
  expect(atCentre).toMatchObject({ from: 'lisboa', state: 'closed', lines: [{ accepted: 8, lost: 2 }] });
  for (const store of ['lisboa', 'porto']) {
    const heard = events.filter((event) => isInAudience(event, store));
    expect(await readShipment(await foldBatches([heard]), paper.shipment, minute(9))).toEqual(atCentre);
  }
});

it.each([
  ['TR14', 'empty-document', () => requestTransfer({ from: 'lisboa', lines: [] }, porto())],
  ['TR14', 'no-store', () => requestTransfer({ from: 'lisboa', lines: sent }, nowhere())],
  ['TR14', 'same-store', () => requestTransfer({ from: 'porto', lines: sent }, porto())],
  ['TR14', 'not-allowed', () => requestTransfer({ from: 'a b', lines: [{ item: 'feta', quantity: 1 }] }, porto())],
  [
    'TR14',
    'text-not-allowed',
    () => requestTransfer({ from: 'lisboa', note: '<b>', lines: [{ item: 'feta', quantity: 1 }] }, porto()),
  ],
  [
    'TR14',
    'time-out-of-range',
    () => requestTransfer({ from: 'lisboa', neededBy: -1, lines: [{ item: 'feta', quantity: 1 }] }, porto()),
  ],
  ['TR15', 'no-store', () => declineTransfer({ request: asked }, nowhere())],
  ['TR15', 'other-store', () => declineTransfer({ request: asked }, braga())],
  ['TR15', 'already-answered', () => declineTransfer({ request: { ...asked, state: 'sent' } }, lisboa())],
  ['TR15', 'already-answered', () => declineTransfer({ request: { ...asked, state: 'declined' } }, lisboa())],
  ['TR15', 'not-allowed', () => declineTransfer({ request: { ...asked, request: 'request' } }, lisboa())],
  ['TR15', 'not-allowed', () => declineTransfer({ request: { ...asked, store: 'por to' } }, lisboa())],
  ['TR15', 'text-not-allowed', () => declineTransfer({ request: asked, reason: 'a\u0000' }, lisboa())],
  ['TR16', 'empty-document', () => dispatchTransfer({ to: 'porto', lines: [] }, lisboa())],
  ['TR16', 'no-store', () => dispatchTransfer({ to: 'porto', lines: sent }, nowhere())],
  ['TR16', 'same-store', () => dispatchTransfer({ to: 'lisboa', lines: sent }, lisboa())],
  ['TR16', 'not-allowed', () => dispatchTransfer({ to: 'porto', request: 'r', lines: sent }, lisboa())],
  ['TR16', 'time-out-of-range', () => dispatchTransfer({ to: 'porto', lines: sent, occurredAt: NaN }, lisboa())],
  [
    'TR16',
    'money-out-of-range',
    () =>
      dispatchTransfer(
        { to: 'porto', lines: [{ item: 'f', quantity: 1, unitCost: { minorUnits: -1, scale: 2 } }] },
        lisboa(),
      ),
  ],
  ['TR17', 'empty-document', () => receiveTransfer({ shipment: blind, lines: [] }, porto())],
  ['TR17', 'no-store', () => receiveTransfer({ shipment: blind, lines: came }, nowhere())],
  [
    'TR17',
    'unknown-shipment',
    () => receiveTransfer({ shipment: known({ from: null, to: null }), lines: came }, porto()),
  ],
  [
    'TR17',
    'quantity-out-of-range',
    () => receiveTransfer({ shipment: blind, lines: [{ item: 'feta', accepted: 0 }] }, porto()),
  ],
  ['TR17', 'not-allowed', () => receiveTransfer({ shipment: { ...blind, shipment: 'x' }, lines: came }, porto())],
  ['TR19', 'no-store', () => closeTransfer({ shipment: blind }, nowhere())],
  ['TR19', 'other-store', () => closeTransfer({ shipment: known() }, braga())],
  ['TR19', 'unknown-shipment', () => closeTransfer({ shipment: known({ from: null, to: null }) }, porto())],
  ['TR19', 'already-closed', () => closeTransfer({ shipment: known({ state: 'closed' }) }, porto())],
  ['TR19', 'nothing-missing', () => closeTransfer({ shipment: known({ state: 'received' }) }, porto())],
  ['TR19', 'text-not-allowed', () => closeTransfer({ shipment: blind, reason: '<i>' }, porto())],
])('TR14 TR15 TR16 TR17 TR19 refused with words (%s, %s)', (_rule, code, decide) => {
  const refusal = refusalOf(decide());
  expect(refusal?.code).toBe(code);
  expect(refusal?.message).toMatch(/[Nn]othing was saved.*\./);
});

it.each([
  [
    'requestTransfer',
    (quantity: number) => requestTransfer({ from: 'lisboa', lines: [{ item: 'f', quantity }] }, porto()),
  ],
  [
    'dispatchTransfer',
    (quantity: number) => dispatchTransfer({ to: 'porto', lines: [{ item: 'f', quantity, unitCost: null }] }, lisboa()),
  ],
  [
    'receiveTransfer',
    (quantity: number) =>
      receiveTransfer({ shipment: blind, lines: [{ item: 'f', accepted: 1, damaged: quantity }] }, porto()),
  ],
])('TR14 TR16 TR17 %s takes whole quantities within bounds, nothing else', (name, decide) => {
  for (const quantity of [NaN, Infinity, 0.5]) expect(refusalOf(decide(quantity))?.code).toBe('quantity-not-whole');
  for (const quantity of [-1, QUANTITY_MAX + 1, 2 ** 53]) {
    expect(refusalOf(decide(quantity))?.code).toBe('quantity-out-of-range');
  }
  expect(decide(0).ok).toBe(name === 'receiveTransfer');
  expect(decide(QUANTITY_MAX).ok).toBe(true);
});
