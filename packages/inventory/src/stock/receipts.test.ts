// One parcel, several receipts: which one counts, and who is told of the others.
import { describe, expect, it } from 'vitest';
import type { Event } from '@streamstock/event-log';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { inEveryOrder, ITEM, reversed, STORE } from '../testing/short-events.ts';
import { explainLine } from './explain-line.ts';
import { listDisputedReceipts } from './stock-findings.ts';
import { readStockLine } from './stock-queries.ts';

const SHIPMENT = testId('shipment');
const NAMES = ['earliest', 'first', 'second', 'back', 'rest'];

function receipt(name: string, at: number, accepted: number, told: { store?: string; number?: string } = {}): Event {
  const { store = STORE, number = 'r-1' } = told;
  return makeEvent(
    name,
    'TransferReceived',
    {
      document: name,
      shipment: SHIPMENT,
      receipt: number,
      from: 'porto',
      to: STORE,
      lines: [{ item: ITEM, accepted, damaged: 1, surplus: 0 }],
    },
    { store, at: minute(at) },
  );
}

/** Sellable at the receiver and at the sender and the events that are disputed: the same in every order of arrival. */
async function stockOf(events: readonly Event[]) {
  const seen = new Map<string, { lisboa?: number; porto?: number; disputed: readonly string[] }>();
  await inEveryOrder(events, async (tables) => {
    const lisboa = (await readStockLine(tables, STORE, ITEM))?.sellable;
    const porto = (await readStockLine(tables, 'porto', ITEM))?.sellable;
    const names = new Map(NAMES.map((name) => [testId(name), name]));
    const disputed = (await listDisputedReceipts(tables)).map(({ event }) => names.get(event) ?? event).sort();
    const stock = { ...(lisboa === undefined ? {} : { lisboa }), ...(porto === undefined ? {} : { porto }), disputed };
    seen.set(JSON.stringify(stock), stock);
  });
  return seen.size === 1 ? [...seen.values()][0] : [...seen.values()];
}

describe('two receipts of one parcel', () => {
  const first = receipt('first', 10, 20);
  const second = receipt('second', 12, 19);

  it('LI2 X37 one parcel received on two devices counts once, the second goes to a person', async () => {
    expect(await stockOf([first, second])).toEqual({ lisboa: 20, disputed: ['second'] });
  });

  it('LI2 X37 it does not matter which store wrote them: goods that came back were not received too', async () => {
    const back = receipt('back', 11, 20, { store: 'porto' });
    expect(await stockOf([back, second])).toEqual({ porto: 20, disputed: ['second'] });
    expect(await stockOf([first, back])).toEqual({ lisboa: 20, disputed: ['back'] });
    await inEveryOrder([first, back], async (tables) => {
      expect(await listDisputedReceipts(tables, { store: STORE })).toEqual([]);
      expect(await listDisputedReceipts(tables, { store: 'porto' })).toEqual([
        {
          store: 'porto',
          event: testId('back'),
          shipment: SHIPMENT,
          receipt: 'r-1',
          at: minute(11),
          counts: testId('first'),
          countsIn: STORE,
        },
      ]);
    });
  });

  it('LI2 another number is another receipt', async () => {
    expect(await stockOf([first, receipt('rest', 12, 5, { number: 'r-2' })])).toEqual({ lisboa: 25, disputed: [] });
  });

  it('LI2 an earlier one that comes late takes the place of the one that counted', async () => {
    expect(await stockOf([receipt('earliest', 9, 18), first, second])).toEqual({
      lisboa: 18,
      disputed: ['first', 'second'],
    });
  });

  it('LI2 when the first is voided or reversed the next one counts', async () => {
    expect(await stockOf([first, second, makeRuling('void', 'EventVoided', first.id)])).toEqual({
      lisboa: 19,
      disputed: [],
    });
    expect(await stockOf([first, second, reversed('sorry', 13, 'first')])).toEqual({ lisboa: 19, disputed: [] });
    // A reversal of the line is one of everything here: the receipt has no other.
    expect(await stockOf([first, second, reversed('line', 13, 'first', 0)])).toEqual({ lisboa: 19, disputed: [] });
    expect(
      await stockOf([
        first,
        second,
        reversed('sorry', 13, 'first'),
        makeRuling('undo', 'EventVoided', testId('sorry')),
      ]),
    ).toEqual({ lisboa: 20, disputed: ['second'] });
  });

  it('LI2 when the first is re-timed behind the second the second counts', async () => {
    const retimed = makeRuling('clock', 'EventRetimed', first.id, { effectiveAt: minute(15), uncertaintyMs: 0 });
    expect(await stockOf([first, second, retimed])).toEqual({ lisboa: 19, disputed: ['first'] });
  });

  it('LI9 the roll tells of a receipt that lost, outside its sum', async () => {
    await inEveryOrder([first, second], async (tables) => {
      const roll = await explainLine(tables, STORE, ITEM);
      expect(roll?.movements.map(({ event }) => event)).toEqual([first.id]);
      expect(roll?.disputed).toMatchObject([{ event: second.id, kind: 'transferred-in', change: 20 }]);
      expect(roll?.total).toBe(21);
    });
  });
});
