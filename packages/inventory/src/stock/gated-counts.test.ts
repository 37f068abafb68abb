// Counts of several areas: they take effect when they are closed.
import type { Event } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { counted, everyOrder, inEveryOrder, ITEM, received, reversed, sold, STORE } from '../testing/short-events.ts';
import { explainLine } from './explain-line.ts';
import { pendingSessions } from './stock-findings.ts';
import { readJournal, readStockLine, stockAsOf } from './stock-queries.ts';

function opened(name: string, at: number, areas: readonly string[], store = STORE): Event {
  const payload = { session: 's', scope: { kind: 'store' as const }, areas: [...areas], blind: false };
  return makeEvent(name, 'CountOpened', payload, { store, at: minute(at) });
}

function closed(name: string, at: number, store = STORE): Event {
  return makeEvent(name, 'CountClosed', { session: 's' }, { store, at: minute(at) });
}

const delivery = received('in', 1, 20);
const front = counted('front', 10, 7, { session: 's', area: 'front' });
const back = counted('back', 12, 10, { session: 's', area: 'back' });
const open = opened('open', 5, ['front', 'back']);

describe('a count of several areas', () => {
  it('LI3 LI4 changes nothing until it is closed', async () => {
    expect(await everyOrder([delivery, open, front, back])).toMatchObject({
      sellable: 20,
      lastCount: null,
      lastChangeAt: minute(1),
      recount: false,
    });
    expect(await everyOrder([delivery, open, front, back, closed('close', 20)])).toMatchObject({
      sellable: 17,
      lastCount: { session: 's', quantity: 17, parts: 2, at: minute(12) },
      lastChangeAt: minute(12),
    });
  });

  it('LI3 its moment is its last part, whenever it is closed: a sale after that part comes off', async () => {
    expect(await everyOrder([open, front, back, sold('sale', 15, 2), closed('close', 20)])).toMatchObject({
      sellable: 15,
    });
    expect(await everyOrder([open, front, back, sold('sale', 15, 2), closed('close', 3)])).toMatchObject({
      sellable: 15,
    });
  });

  it('LI3 one of a single area, or that nobody opened, takes effect at once', async () => {
    expect(await everyOrder([delivery, front])).toMatchObject({ sellable: 7 });
    expect(await everyOrder([delivery, opened('open', 5, ['front']), front])).toMatchObject({ sellable: 7 });
    expect(
      await everyOrder([delivery, opened('one', 5, ['front']), opened('two', 6, ['front', 'back']), front]),
    ).toMatchObject({ sellable: 20 });
  });

  it('LI3 another store can neither open nor close it', async () => {
    expect(await everyOrder([delivery, opened('open', 5, ['front', 'back'], 'porto'), front])).toMatchObject({
      sellable: 7,
    });
    expect(await everyOrder([delivery, open, front, closed('close', 20, 'porto')])).toMatchObject({ sellable: 20 });
  });

  it('LI3 X31 a closing that is voided opens it again, unless another stands; so does the opening', async () => {
    const close = closed('close', 20);
    const voided = makeRuling('void', 'EventVoided', close.id);
    expect(await everyOrder([delivery, open, front, close, voided])).toMatchObject({ sellable: 20, lastCount: null });
    expect(await everyOrder([delivery, open, front, close, closed('again', 21), voided])).toMatchObject({
      sellable: 7,
    });
    const unopened = makeRuling('unopened', 'EventVoided', open.id);
    expect(await everyOrder([delivery, open, front, unopened])).toMatchObject({ sellable: 7 });
  });

  it('LI3 while it waits its parts may be reversed and re-timed', async () => {
    const close = closed('close', 20);
    expect(await everyOrder([delivery, open, front, back, close, reversed('sorry', 30, 'back')])).toMatchObject({
      sellable: 7,
      lastCount: { at: minute(10), parts: 1 },
    });
    const clock = makeRuling('clock', 'EventRetimed', back.id, { effectiveAt: minute(40), uncertaintyMs: 0 });
    expect(await everyOrder([open, front, back, close, sold('sale', 15, 2), clock])).toMatchObject({
      sellable: 17,
      lastCount: { at: minute(40) },
      recount: true,
    });
  });

  it('LI3 closing one closes it for every line, also those of other batches', async () => {
    const items = Array.from({ length: 30 }, (_, index) => `item-${index}`);
    const seen = items.map((item, index) => counted(`seen-${item}`, 10 + index, 3, { session: 's', item }));
    const tables = await foldBatches([[open], ...seen.map((event) => [event]), [closed('close', 50)]]);
    for (const item of items) expect(await readStockLine(tables, STORE, item)).toMatchObject({ sellable: 3 });
  });

  it('LI4 what it saw makes no line, stays in the journal, and it is listed as pending', async () => {
    await inEveryOrder([open, front], async (tables) => {
      expect(await readStockLine(tables, STORE, ITEM)).toBeUndefined();
      expect(await readJournal(tables, STORE, ITEM, { rowsMax: 5 })).toMatchObject([
        { event: front.id, pending: true },
      ]);
      expect(await pendingSessions(tables)).toEqual([{ store: STORE, session: 's' }]);
      expect(await pendingSessions(tables, { store: 'porto' })).toEqual([]);
    });
    await inEveryOrder([open, front, closed('close', 20)], async (tables) => {
      expect(await readJournal(tables, STORE, ITEM, { rowsMax: 5 })).not.toMatchObject([{ pending: true }]);
      expect(await pendingSessions(tables)).toEqual([]);
    });
  });

  it('LI5 as of a time before its closing it had taken effect, once it is closed', async () => {
    await inEveryOrder([delivery, open, front, back, closed('close', 20)], async (tables) => {
      expect(await stockAsOf(tables, STORE, ITEM, minute(13))).toMatchObject({ sellable: 17, counted: true });
      expect(await stockAsOf(tables, STORE, ITEM, minute(9))).toMatchObject({ sellable: 20, counted: false });
    });
  });

  it('LI9 the roll tells what a waiting session saw, outside its sum', async () => {
    await inEveryOrder([delivery, open, front], async (tables) => {
      const roll = await explainLine(tables, STORE, ITEM);
      expect(roll).toMatchObject({ total: 20, baseline: null });
      expect(roll?.pending).toEqual([
        {
          session: 's',
          bucket: 'sellable',
          area: 'front',
          counter: 'ana',
          quantity: 7,
          at: minute(10),
          event: testId('front'),
        },
      ]);
    });
  });
});
