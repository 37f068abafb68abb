// The view of the chain against the tables it stands for, and what a large one costs everybody else.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { StockMatrix, type LiveStockChange } from '@streamstock/api';
import { MemoryTables } from '@streamstock/event-log';
import {
  BARCODES_TABLE,
  ITEMS_TABLE,
  RESERVATION_LINES_TABLE,
  STOCK_LINES_TABLE,
  STORES_TABLE,
} from '@streamstock/inventory';
import type { RecordedWrite } from '../centre/recorded-writes.ts';
import { ChainView } from './chain-view.ts';
import { matrixText, type MatrixHead } from './stock-matrix.ts';

const store = (id: string, name = `Store ${id}`) => ({
  store: id,
  name,
  currency: 'EUR',
  timeZone: 'UTC',
  areas: [],
  silentAfterMs: 60_000,
  registers: {},
});
const item = (id: string, name = `Item ${id}`) => ({
  item: id,
  sku: `SKU-${id}`,
  name,
  category: 'Food',
  unit: 'piece',
  quantityScale: 0,
});
const line = (storeId: string, itemId: string, onHand: number, recount = false) => ({
  store: storeId,
  item: itemId,
  onHand,
  sellable: onHand,
  recount,
});

const put = (table: string, key: string, value: unknown): RecordedWrite => ({ table, key, value });
const putLine = (storeId: string, itemId: string, onHand: number, recount = false): RecordedWrite =>
  put(STOCK_LINES_TABLE, `${storeId}|${itemId}`, line(storeId, itemId, onHand, recount));

const putHold = (line: string, open: number, expiresAt: number | null): RecordedWrite =>
  put(RESERVATION_LINES_TABLE, line, { open, expiresAt, at: 0, order: null, owner: 'rita' });

const head = (view: ChainView): MatrixHead => ({
  asOfMs: 1,
  at: null,
  stores: view.stores().map(({ store: id, name, currency, timeZone, silentAfterMs }) => ({
    store: id,
    name,
    currency,
    timeZone,
    silentAfterMs,
    devices: 0,
    devicesConnected: 0,
    freshness: { asOfMs: null, unsent: 0, oldestUnsentAtMs: null, silent: false },
  })),
});

async function matrixOf(view: ChainView): Promise<StockMatrix> {
  let text = '';
  for await (const piece of matrixText(view.snapshot(), head(view))) text += piece;
  return StockMatrix.parse(JSON.parse(text));
}

async function tablesOf(writes: readonly RecordedWrite[]): Promise<MemoryTables> {
  const tables = new MemoryTables();
  for (const { table, key, value } of writes) await tables.putMany(table, [{ key, value }]);
  return tables;
}

describe('the view', () => {
  const writes = [
    put(STORES_TABLE, 's1', store('s1', 'Porto')),
    put(STORES_TABLE, 's2', store('s2', 'Braga')),
    put(ITEMS_TABLE, 'a', item('a')),
    put(ITEMS_TABLE, 'b', item('b')),
    putLine('s1', 'a', 5),
    putLine('s2', 'b', -2, true),
  ];

  test('read again holds what the tables hold, and nothing of what was before', async () => {
    const [again, once] = [new ChainView(), new ChainView()];
    again.apply(
      [...writes, putLine('s2', 'a', 9), putHold('s1|a|r1', 3, null), put(ITEMS_TABLE, 'gone', item('gone'))],
      6,
    );
    const tables = await tablesOf(writes.slice(0, -1));
    await again.load(tables, 7);
    await once.load(tables, 7);
    expect(await matrixOf(again)).toEqual(await matrixOf(once));
  });

  test('loaded from tables and built from writes are the same', async () => {
    const [loaded, built] = [new ChainView(), new ChainView()];
    await loaded.load(await tablesOf(writes), 7);
    built.apply(writes, 7);
    const matrix = await matrixOf(built);
    expect(matrix).toMatchObject({
      position: 7,
      onHand: [
        [null, -2],
        [5, null],
      ],
      available: [
        [null, -2],
        [5, null],
      ],
      recount: [[1], []],
    });
    expect(matrix.stores.map(({ name }) => name)).toEqual(['Braga', 'Porto']);
    const other = await matrixOf(loaded);
    const byItem = ({ items, onHand }: StockMatrix) =>
      new Map(items.map(([id], index) => [id, onHand.map((row) => row[index])]));
    expect(byItem(other)).toEqual(byItem(matrix));
  });

  test('more rows than one page are loaded completely', async () => {
    const many = Array.from({ length: 2_345 }, (_, index) => put(ITEMS_TABLE, `i${index}`, item(`i${index}`)));
    const view = new ChainView();
    await view.load(await tablesOf(many), 1);
    expect(view.itemCount).toBe(2_345);
  });

  test('only figures that are others now are told', () => {
    const view = new ChainView();
    view.apply(writes, 1);
    const told = (...changes: RecordedWrite[]): readonly LiveStockChange[] => view.apply(changes, 2);
    expect(told(putLine('s1', 'a', 5))).toEqual([]);
    expect(told(putLine('s1', 'a', 4))).toEqual([{ store: 's1', item: 'a', onHand: 4, available: 4, recount: false }]);
    expect(told(putLine('s1', 'a', 4, true))).toEqual([
      { store: 's1', item: 'a', onHand: 4, available: 4, recount: true },
    ]);
    expect(told(put(STOCK_LINES_TABLE, 's1|a', undefined))).toEqual([
      { store: 's1', item: 'a', onHand: null, available: null, recount: false },
    ]);
  });

  test('what is held is not available, until it is released, used or its time is over', () => {
    const view = new ChainView();
    view.apply(writes, 1);
    const held = (...changes: RecordedWrite[]) => view.apply(changes, 2).map(({ available }) => available);
    expect(held(putHold('s1|a|r1', 2, 500), putHold('s1|a|r2', 1, null), putHold('s1|b|r1', 3, 900))).toEqual([
      3, 2, -3,
    ]);
    expect(held(putHold('s1|a|r2', 1, null))).toEqual([]);
    expect(held(put(RESERVATION_LINES_TABLE, 's1|a|r2', undefined))).toEqual([3]);
    expect(view.nextExpiryAt).toBe(500);
    expect(view.passTime(499)).toEqual([]);
    const { version } = view;
    expect(view.passTime(500)).toEqual([{ store: 's1', item: 'a', onHand: 5, available: 5, recount: false }]);
    expect(view.version).toBeGreaterThan(version);
    // A clock that is set back does not bring a hold back.
    expect([view.passTime(100), view.nextExpiryAt]).toEqual([[], 900]);
    expect(view.passTime(5_000)).toEqual([{ store: 's1', item: 'b', onHand: null, available: null, recount: false }]);
    expect(view.nextExpiryAt).toBeNull();
  });

  test('a barcode belongs to one item at a time', () => {
    const view = new ChainView();
    const code = (itemId: string | null) => put(BARCODES_TABLE, '560', { code: '560', item: itemId, packSize: 6 });
    view.apply([code('a')], 1);
    expect(view.barcodesOf('a').map(({ packSize }) => packSize)).toEqual([6]);
    view.apply([code('b')], 2);
    expect([view.barcodesOf('a'), view.barcodesOf('b').length]).toEqual([[], 1]);
    view.apply([code(null)], 3);
    expect(view.barcodesOf('b')).toEqual([]);
  });

  test('a snapshot does not change any more', async () => {
    const view = new ChainView();
    view.apply(writes, 1);
    const snapshot = view.snapshot();
    const pieces = matrixText(snapshot, head(view));
    const first = (await pieces.next()).value ?? '';
    view.apply(
      [putLine('s1', 'a', 99), put(ITEMS_TABLE, 'a', item('a', 'Renamed')), put(ITEMS_TABLE, 'c', item('c'))],
      2,
    );
    let text = first;
    for await (const piece of pieces) text += piece;
    const matrix = StockMatrix.parse(JSON.parse(text));
    expect(matrix).toMatchObject({
      position: 1,
      onHand: [
        [null, -2],
        [5, null],
      ],
    });
    expect(matrix.items.map(([, , name]) => name)).toEqual(['Item a', 'Item b']);
  });
});

/** Writes the whole text; `seen` hears each piece. */
async function writeAll(view: ChainView, seen: (piece: string) => void): Promise<void> {
  for await (const piece of matrixText(view.snapshot(), head(view))) seen(piece);
}

/** Hears of every turn of the event loop until it is told to stop. */
function watchTurns(turned: () => void): () => void {
  let running = true;
  const turn = (): void => {
    turned();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    running = false;
  };
}

test('50,000 items × 8 stores are written in small pieces, and whenever its time is up others have their turn', async ({
  annotate,
}) => {
  const view = new ChainView();
  const stores = Array.from({ length: 8 }, (_, index) => `s${index}`);
  view.apply(
    stores.map((id) => put(STORES_TABLE, id, store(id))),
    0,
  );
  const ids = Array.from({ length: 50_000 }, (_, index) => `item-${index}`);
  view.apply(
    ids.map((id) => put(ITEMS_TABLE, id, item(id, `A name of quite an ordinary length ${id}`))),
    0,
  );
  for (const id of stores)
    view.apply(
      ids.map((one, index) => putLine(id, one, index % 977, index % 50 === 0)),
      1,
    );
  // Once before, so that the compiler's own work is not in the figure that is told.
  await matrixOf(view);
  let longestTurnMs = 0;
  let turnStart = process.threadCpuUsage();
  const unwatch = watchTurns(() => {
    const used = process.threadCpuUsage(turnStart);
    longestTurnMs = Math.max(longestTurnMs, (used.user + used.system) / 1_000);
    turnStart = process.threadCpuUsage();
  });
  await writeAll(view, () => {});
  unwatch();
  await annotate(`The longest turn took ${longestTurnMs.toFixed(1)} ms of this thread; the promise is 20 ms.`);

  // A clock that always says that the time is up: the pieces that still come between two turns are those that must.
  let nowMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 100));
  onTestFinished(() => clock.mockRestore());
  const pieces: string[] = [];
  let inTurn = 0;
  let inTurnMost = 0;
  const stop = watchTurns(() => {
    inTurn = 0;
  });
  await writeAll(view, (piece) => {
    pieces.push(piece);
    inTurn += 1;
    inTurnMost = Math.max(inTurnMost, inTurn);
  });
  stop();
  const text = pieces.join('');
  expect(text.length).toBeGreaterThan(4_000_000);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(text.length / 40);
  // The end of a column, the beginning of the next, and its first thousand.
  expect(inTurnMost).toBeLessThanOrEqual(4);
});
