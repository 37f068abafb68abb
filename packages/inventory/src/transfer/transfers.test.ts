// Transfers as they happen: what was sent, what became of it, whichever part arrives first.
import type { Event, MemoryTables } from '@streamstock/event-log';
import { expect, it } from 'vitest';
import { DOCUMENT_LIST_ROWS_MAX } from '../limits.ts';
import type { PayloadOf } from '../payloads.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { inEveryOrder, reversed } from '../testing/short-events.ts';
import {
  inTransit,
  inTransitOf,
  listShipments,
  listTransferRequests,
  readShipment,
  readTransferRequest,
} from './transfer-queries.ts';
import { transfersProjector } from './transfers-projector.ts';

const SHIPMENT = testId('parcel');
const NOW = minute(100);
const cost = { minorUnits: 129, scale: 2 };

type Sent = Partial<PayloadOf<'TransferDispatched'>>;

/** Lisboa sends 10 feta to Porto. */
function dispatched(name = 'parcel', at = 1, fields: Sent = {}): Event {
  const lines = [{ item: 'feta', quantity: 10, unitCost: cost }];
  const payload = { document: name, request: null, to: 'porto', expectedAt: null, lines, ...fields };
  return makeEvent(name, 'TransferDispatched', payload, { at: minute(at) });
}

interface Came {
  readonly item?: string;
  readonly accepted?: number;
  readonly damaged?: number;
  readonly surplus?: number;
}

function received(name: string, at: number, receipt: string, came: Came, store = 'porto'): Event {
  const lines = [{ item: 'feta', accepted: 0, damaged: 0, surplus: 0, ...came }];
  const payload = { document: name, shipment: SHIPMENT, receipt, from: 'lisboa', to: 'porto', lines };
  return makeEvent(name, 'TransferReceived', payload, { at: minute(at), store });
}

function closed(name: string, at: number, store = 'porto'): Event {
  return makeEvent(name, 'TransferClosed', { shipment: SHIPMENT }, { at: minute(at), store });
}

const parcel = (tables: MemoryTables) => readShipment(tables, SHIPMENT, NOW);
const onItsWay = async (tables: MemoryTables, item = 'feta') =>
  (await inTransitOf(tables, [{ store: 'porto', item }]))[0];

/** dispatched, accepted, damaged, surplus, missing, in transit, lost. */
async function figures(tables: MemoryTables, item = 'feta'): Promise<readonly (number | undefined)[]> {
  const line = (await parcel(tables))?.lines.find((own) => own.item === item);
  return [line?.dispatched, line?.accepted, line?.damaged, line?.surplus, line?.missing, line?.inTransit, line?.lost];
}

it('TR2 what was sent is in transit until it comes; unit costs are those of the dispatch', async () => {
  const tables = await foldBatches([[dispatched()]]);
  expect(await parcel(tables)).toEqual({
    shipment: SHIPMENT,
    from: 'lisboa',
    to: 'porto',
    state: 'open',
    overdue: false,
    document: 'parcel',
    request: null,
    dispatchedAt: minute(1),
    expectedAt: null,
    closedAt: null,
    lines: [
      {
        item: 'feta',
        unitCost: cost,
        dispatched: 10,
        accepted: 0,
        damaged: 0,
        surplus: 0,
        missing: 10,
        inTransit: 10,
        lost: 0,
      },
    ],
    receipts: [],
    closes: [],
  });
});

it.each([
  ['all of it', { accepted: 10 }, [10, 10, 0, 0, 0, 0, 0], 'received'],
  ['too little: missing is positive', { accepted: 7 }, [10, 7, 0, 0, 3, 3, 0], 'open'],
  ['some damaged: it is not missing', { accepted: 7, damaged: 3 }, [10, 7, 3, 0, 0, 0, 0], 'received'],
  ['too little and some damaged', { accepted: 6, damaged: 3 }, [10, 6, 3, 0, 1, 1, 0], 'open'],
  ['surplus: it never was in transit', { accepted: 10, surplus: 2 }, [10, 10, 0, 2, 0, 0, 0], 'received'],
  ['surplus does not make up for what is missing', { accepted: 9, surplus: 2 }, [10, 9, 0, 2, 1, 1, 0], 'open'],
  ['more accepted than sent: missing is negative', { accepted: 12 }, [10, 12, 0, 0, -2, -2, 0], 'received'],
] as const)('TR2 TR6 S8 the sign of the difference, %s', async (_what, came, expected, state) => {
  await inEveryOrder([dispatched(), received('in', 5, '1', came)], async (tables) => {
    expect(await figures(tables)).toEqual(expected);
    expect((await parcel(tables))?.state).toBe(state);
    expect((await onItsWay(tables))?.quantity).toBe(expected[5]);
  });
});

it('TR6 S8 more than was sent is a finding, and closing it makes lost negative', async () => {
  const over = [dispatched(), received('in', 5, '1', { accepted: 12 })];
  await inEveryOrder(over, async (tables) => {
    expect(await listShipments(tables, { state: 'over' }, NOW)).toHaveLength(1);
    expect((await onItsWay(tables))?.parts).toMatchObject([{ id: SHIPMENT, quantity: -2, from: 'lisboa' }]);
  });
  await inEveryOrder([...over, closed('close', 6)], async (tables) => {
    expect(await figures(tables)).toEqual([10, 12, 0, 0, -2, 0, -2]);
    expect(await listShipments(tables, { state: 'lost' }, NOW)).toEqual([]);
  });
});

it('TR2 S8 an item that was not sent: surplus is no difference, accepted is one', async () => {
  const rice = received('rice', 5, '1', { item: 'rice', accepted: 1, surplus: 4 });
  await inEveryOrder([dispatched(), rice], async (tables) => {
    expect(await figures(tables, 'rice')).toEqual([0, 1, 0, 4, -1, -1, 0]);
    expect(await figures(tables)).toEqual([10, 0, 0, 0, 10, 10, 0]);
  });
});

it('TR3 a receipt or a close without its dispatch is kept, and counts once the dispatch comes', async () => {
  const tables = await foldBatches([[received('in', 5, '1', { accepted: 4 })]]);
  expect(await parcel(tables)).toMatchObject({ state: 'unannounced', from: 'lisboa', to: 'porto', dispatchedAt: null });
  expect((await onItsWay(tables))?.parts).toMatchObject([{ quantity: -4, dispatchedAt: null }]);
  expect(await listShipments(tables, { state: 'over' }, NOW)).toEqual([]);
  expect(await parcel(await foldBatches([[closed('close', 6)]]))).toMatchObject({
    state: 'closed',
    from: null,
    lines: [],
  });
  await inEveryOrder([dispatched(), received('in', 5, '1', { accepted: 4 }), closed('close', 6)], async (known) => {
    expect(await figures(known)).toEqual([10, 4, 0, 0, 6, 0, 6]);
  });
});

it('TR4 X37 one parcel received on two devices under one number counts once: the earliest, the other is for a person', async () => {
  const both = [
    dispatched(),
    received('phone', 6, '1', { accepted: 10 }),
    received('till', 5, '1', { accepted: 9, damaged: 1 }),
  ];
  await inEveryOrder(both, async (tables) => {
    expect(await figures(tables)).toEqual([10, 9, 1, 0, 0, 0, 0]);
    const [disputed] = await listShipments(tables, { state: 'disputed' }, NOW);
    expect(disputed?.receipts.map(({ id, counts }) => [id, counts])).toEqual([
      [testId('till'), true],
      [testId('phone'), false],
    ]);
  });
  await inEveryOrder([...both, makeRuling('void', 'EventVoided', testId('till'))], async (tables) => {
    expect(await figures(tables)).toEqual([10, 10, 0, 0, 0, 0, 0]);
    expect(await listShipments(tables, { state: 'disputed' }, NOW)).toEqual([]);
  });
  await inEveryOrder([...both, reversed('undo', 9, 'till', null, { store: 'porto' })], async (tables) => {
    expect(await figures(tables)).toEqual([10, 10, 0, 0, 0, 0, 0]);
  });
  const retimed = makeRuling('retime', 'EventRetimed', testId('till'), { effectiveAt: minute(7), uncertaintyMs: 0 });
  await inEveryOrder([...both, retimed], async (tables) => {
    expect(await figures(tables)).toEqual([10, 10, 0, 0, 0, 0, 0]);
  });
});

it('TR4 receipts with two numbers are two parts of the parcel', async () => {
  const parts = [received('one', 5, '1', { accepted: 4 }), received('two', 6, '2', { accepted: 5 })];
  await inEveryOrder([dispatched(), ...parts], async (tables) => {
    expect(await figures(tables)).toEqual([10, 9, 0, 0, 1, 1, 0]);
  });
});

it('TR5 X38 closed with 3 lost; then the 3 turn up and take from lost', async () => {
  const lost = [dispatched(), received('in', 5, '1', { accepted: 7 }), closed('close', 6)];
  await inEveryOrder(lost, async (tables) => {
    expect(await figures(tables)).toEqual([10, 7, 0, 0, 3, 0, 3]);
    expect(await onItsWay(tables)).toMatchObject({ quantity: 0, parts: [] });
    expect(await listShipments(tables, { state: 'lost' }, NOW)).toHaveLength(1);
  });
  await inEveryOrder([...lost, received('found', 9, '2', { accepted: 3 })], async (tables) => {
    expect(await figures(tables)).toEqual([10, 10, 0, 0, 0, 0, 0]);
    expect(await parcel(tables)).toMatchObject({ state: 'closed', closedAt: minute(6) });
    expect(await listShipments(tables, { state: 'lost' }, NOW)).toEqual([]);
  });
});

it('TR5 closes are a set: it is open again only when none of them counts', async () => {
  const twice = [dispatched(), closed('a', 5), closed('b', 6, 'lisboa')];
  await inEveryOrder([...twice, makeRuling('void-a', 'EventVoided', testId('a'))], async (tables) => {
    expect(await parcel(tables)).toMatchObject({ state: 'closed', closedAt: minute(6) });
  });
  const none = ['a', 'b'].map((name) => makeRuling(`void-${name}`, 'EventVoided', testId(name)));
  await inEveryOrder([...twice, ...none], async (tables) => {
    expect(await figures(tables)).toEqual([10, 0, 0, 0, 10, 10, 0]);
  });
});

it('TR7 goods that come back to the sender leave transit there; those that land elsewhere do so too', async () => {
  const back = received('back', 6, 'back-1', { accepted: 6 }, 'lisboa');
  const astray = received('astray', 7, 'braga-1', { accepted: 1 }, 'braga');
  await inEveryOrder([dispatched(), received('in', 5, '1', { accepted: 3 }), back, astray], async (tables) => {
    expect(await figures(tables)).toEqual([10, 10, 0, 0, 0, 0, 0]);
    expect((await listShipments(tables, { store: 'braga' }, NOW)).map(({ shipment }) => shipment)).toEqual([SHIPMENT]);
  });
});

it('TR8 a reversed line never left; a dispatch that is voided or reversed leaves what came of it', async () => {
  const two = [
    { item: 'feta', quantity: 10, unitCost: null },
    { item: 'rice', quantity: 4, unitCost: cost },
  ];
  const both = dispatched('parcel', 1, { lines: two });
  await inEveryOrder([both, reversed('undo', 3, 'parcel', 0)], async (tables) => {
    expect((await parcel(tables))?.lines.map(({ item, inTransit: left }) => [item, left])).toEqual([['rice', 4]]);
    expect(await onItsWay(tables)).toMatchObject({ quantity: 0 });
  });
  await inEveryOrder([both, reversed('undo', 3, 'parcel', 0, { store: 'porto' })], async (tables) => {
    expect((await parcel(tables))?.lines).toHaveLength(2);
  });
  for (const gone of [reversed('undo', 3, 'parcel'), makeRuling('void', 'EventVoided', SHIPMENT)]) {
    await inEveryOrder([dispatched(), received('in', 5, '1', { accepted: 4 }), gone], async (tables) => {
      expect(await parcel(tables)).toMatchObject({ state: 'unannounced' });
      expect(await figures(tables)).toEqual([0, 4, 0, 0, -4, -4, 0]);
    });
    await inEveryOrder([dispatched(), gone], async (tables) => {
      expect(await parcel(tables)).toBeUndefined();
      expect(await listShipments(tables, {}, NOW)).toEqual([]);
    });
  }
});

it('TR9 an open shipment is overdue once its expected arrival has passed, a received or closed one never', async () => {
  const late = dispatched('parcel', 1, { expectedAt: minute(50) });
  const tables = await foldBatches([[late]]);
  const overdueAt = async (known: MemoryTables, at: number) => [
    (await readShipment(known, SHIPMENT, at))?.overdue,
    (await listShipments(known, { state: 'overdue' }, at)).length,
  ];
  expect(await overdueAt(tables, minute(50))).toEqual([false, 0]);
  expect(await overdueAt(tables, minute(50) + 1)).toEqual([true, 1]);
  const all = received('in', 70, '1', { accepted: 10 });
  for (const end of [all, closed('close', 70)]) {
    expect(await overdueAt(await foldBatches([[late], [end]]), NOW)).toEqual([false, 0]);
  }
});

it('TR9 lists are by store and state, newest dispatch first, and bounded', async () => {
  const many = Array.from({ length: 5 }, (_, index) => dispatched(`parcel-${index}`, index));
  const braga = dispatched('to-braga', 9, { to: 'braga' });
  const tables = await foldBatches([[...many, braga]], [transfersProjector]);
  const newest = await listShipments(tables, { store: 'porto', state: 'open', rowsMax: 2 }, NOW);
  expect(newest.map(({ shipment }) => shipment)).toEqual([testId('parcel-4'), testId('parcel-3')]);
  expect(await listShipments(tables, { store: 'lisboa' }, NOW)).toHaveLength(6);
  expect(await listShipments(tables, { store: 'braga' }, NOW)).toHaveLength(1);
  expect(await listShipments(tables, { state: 'closed' }, NOW)).toEqual([]);
  expect(await listShipments(tables, { rowsMax: 0 }, NOW)).toEqual([]);
  const crowd = Array.from({ length: DOCUMENT_LIST_ROWS_MAX + 1 }, (_, index) => dispatched(`crowd-${index}`, 0));
  const crowded = await foldBatches([crowd], [transfersProjector]);
  expect(await listShipments(crowded, { rowsMax: 5_000 }, NOW)).toHaveLength(DOCUMENT_LIST_ROWS_MAX);
});

it('TR11 what is on its way to a line is one row with a part per shipment', async () => {
  const other = dispatched('other', 2, { expectedAt: minute(30) });
  await inEveryOrder([dispatched(), other, received('in', 5, '1', { accepted: 8 })], async (tables) => {
    const row = await onItsWay(tables);
    expect(row?.quantity).toBe(12);
    expect(new Map(row?.parts.map(({ id, ...part }) => [id, part]))).toEqual(
      new Map([
        [SHIPMENT, { quantity: 2, from: 'lisboa', dispatchedAt: minute(1), expectedAt: null, unitCost: cost }],
        [
          testId('other'),
          { quantity: 10, from: 'lisboa', dispatchedAt: minute(2), expectedAt: minute(30), unitCost: cost },
        ],
      ]),
    );
    expect(await inTransit(tables, { store: 'porto' })).toEqual([row]);
    expect(await inTransit(tables, { item: 'feta' })).toEqual([row]);
    expect(await inTransit(tables, { store: 'porto', item: 'feta' })).toEqual([row]);
    expect(await inTransit(tables, { store: 'lisboa' })).toEqual([]);
    expect(await inTransit(tables, { store: 'porto', item: 'rice' })).toEqual([]);
  });
});

function requested(at = 0): Event {
  const lines = [
    { item: 'feta', quantity: 10 },
    { item: 'rice', quantity: 2 },
  ];
  const payload = { from: 'lisboa', lines, neededBy: minute(90), note: 'For Friday' };
  return makeEvent('request', 'TransferRequested', payload, { at: minute(at), store: 'porto' });
}
const REQUEST = testId('request');
function declined(name: string, at: number, store: string): Event {
  return makeEvent(name, 'TransferDeclined', { request: REQUEST, reason: 'None left' }, { at: minute(at), store });
}

it('TR10 a request is open, partly sent, sent; a decline ends it unless everything was sent', async () => {
  const state = async (tables: MemoryTables) => (await readTransferRequest(tables, REQUEST))?.state;
  const feta = dispatched('feta', 2, { request: REQUEST });
  const rice = dispatched('rice', 3, { request: REQUEST, lines: [{ item: 'rice', quantity: 3, unitCost: null }] });
  const no = declined('no', 5, 'lisboa');
  await inEveryOrder([requested()], async (tables) => {
    expect(await readTransferRequest(tables, REQUEST)).toMatchObject({
      store: 'porto',
      from: 'lisboa',
      state: 'open',
      neededBy: minute(90),
      note: 'For Friday',
      shipments: [],
    });
  });
  await inEveryOrder([requested(), feta], async (tables) => expect(await state(tables)).toBe('partly'));
  await inEveryOrder([requested(), feta, no], async (tables) => {
    expect(await state(tables)).toBe('declined');
    expect((await listTransferRequests(tables, { store: 'lisboa', state: 'declined' })).length).toBe(1);
  });
  await inEveryOrder([requested(), feta, rice, no], async (tables) => {
    expect(await readTransferRequest(tables, REQUEST)).toMatchObject({
      state: 'sent',
      lines: [
        { item: 'feta', asked: 10, sent: 10 },
        { item: 'rice', asked: 2, sent: 3 },
      ],
      shipments: [testId('feta'), testId('rice')],
    });
  });
  await inEveryOrder([requested(), feta, rice, reversed('undo', 9, 'rice')], async (tables) =>
    expect(await state(tables)).toBe('partly'),
  );
});

it('TR10 only dispatches from the asked store to the one that asks answer: of others one of the two does not hear', async () => {
  const elsewhere = dispatched('elsewhere', 2, { request: REQUEST, to: 'braga' });
  const stranger: Event = { ...dispatched('stranger', 3, { request: REQUEST }), store: 'braga' };
  await inEveryOrder([requested(), elsewhere, stranger], async (tables) => {
    expect(await readTransferRequest(tables, REQUEST)).toMatchObject({ state: 'open', shipments: [] });
  });
});

it('TR10 a decline counts from the two stores alone, and may come first; what is not known is not listed', async () => {
  await inEveryOrder([requested(), declined('no', 5, 'braga')], async (tables) => {
    expect((await readTransferRequest(tables, REQUEST))?.state).toBe('open');
  });
  await inEveryOrder([requested(), declined('back', 5, 'porto')], async (tables) => {
    expect((await readTransferRequest(tables, REQUEST))?.state).toBe('declined');
  });
  const early = await foldBatches([[declined('no', 5, 'lisboa')]]);
  expect(await readTransferRequest(early, REQUEST)).toBeUndefined();
  expect(await listTransferRequests(early)).toEqual([]);
});
