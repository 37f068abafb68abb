// The catalogue, the stock matrix and an item's story.
import { createHash } from 'node:crypto';
import { ITEMS_PAGE_MAX, type Item, type StoreHead } from '@streamstock/api';
import { hybridTimeFromMs, UNIX_MS_MAX } from '@streamstock/event-log';
import { ITEMS_TABLE, readItem, type ItemRow } from '@streamstock/inventory';
import { actorOf, type AppContext } from '../http/environment.ts';
import type { Handlers } from '../http/mount.ts';
import { HttpProblem, notFound } from '../http/problems.ts';
import type { ChainSnapshot, ChainView } from '../read/chain-view.ts';
import { unknownItem } from '../read/chain-view.ts';
import { storeHead, type KnownDevice } from '../read/freshness.ts';
import { readLineStory } from '../read/item-story.ts';
import { createStockAsOf } from '../read/stock-as-of.ts';
import { matrixText, type MatrixHead } from '../read/stock-matrix.ts';
import type { Services } from '../services.ts';
import { registerNewItem } from './register-item.ts';

/** Text gathered into one chunk of the answer: fewer and larger writes compress and send better. */
const CHUNK_CHARACTERS = 64 * 1024;
const MINUTE_MS = 60_000;

type StockHandlers = Pick<Handlers, 'items' | 'registerItem' | 'stock' | 'itemStory'>;

export function stockRoutes({ centre, clock }: Services): StockHandlers {
  const { view, log } = centre;
  const asOf = createStockAsOf(view, log.tables);
  const headsOf = (snapshot: Pick<ChainSnapshot, 'stores'>, devices: readonly KnownDevice[]): StoreHead[] =>
    snapshot.stores.map((store) => storeHead(store, devices, clock()));
  return {
    items: async ({ query }) => {
      const rowsMax = query.limit ?? ITEMS_PAGE_MAX;
      const rows = await log.tables.range<ItemRow>(ITEMS_TABLE, {
        ...(query.after === undefined ? {} : { from: `${query.after} ` }),
        rowsMax,
      });
      return {
        position: view.position,
        items: rows.map(({ value }) => itemView(view, value)),
        next: rows.length < rowsMax ? null : (rows.at(-1)?.key ?? null),
      };
    },
    registerItem: async ({ body, caller }) => {
      const item = await registerNewItem(centre, body, actorOf(caller), clock());
      const row = await readItem(log.tables, item);
      if (row === undefined) throw new Error(`Item ${item} was registered but its read model does not hold it.`);
      return itemView(view, row);
    },
    stock: async ({ query, context }) => {
      const at = query.at === undefined ? null : pastMoment(query.at, clock());
      const heads = headsOf({ stores: view.stores() }, await centre.knownDevices());
      centre.passTime();
      const tag = etag(view.version, at, heads);
      if (matchesTag(context, tag)) return context.body(null, 304, { etag: tag, 'cache-control': 'private, no-cache' });
      const snapshot = at === null ? view.snapshot() : await asOf(at, context.req.raw.signal);
      return matrixAnswer(context, snapshot, { asOfMs: at ?? clock(), at, stores: headsFor(snapshot, heads) }, tag);
    },
    itemStory: async ({ params: { store, item } }) => {
      const storeRow = view.store(store);
      if (storeRow === undefined) throw notFound('such store', 'Open the list of stores and choose one.');
      const itemRow = await readItem(log.tables, item);
      if (itemRow === undefined && view.indexOf(item) === undefined)
        throw notFound('such item', 'Search for it in the stock list.');
      const story = await readLineStory(log, store, item, hybridTimeFromMs(clock()));
      return {
        position: view.position,
        item: itemRow === undefined ? itemNotRegistered(item) : itemView(view, itemRow),
        store: storeHead(storeRow, await centre.knownDevices(), clock()),
        ...story,
      };
    },
  };
}

/** The heads in the order of the snapshot, which may be older than they are. */
function headsFor({ stores }: ChainSnapshot, heads: readonly StoreHead[]): StoreHead[] {
  return stores.flatMap(({ store }) => heads.find((head) => head.store === store) ?? []);
}

function itemView(view: ChainView, row: ItemRow): Item {
  const { item, sku, name, category, unit, quantityScale, price, currency, lifecycle } = row;
  const barcodes = view.barcodesOf(item).map(({ code, packSize }) => ({ code, packSize }));
  return {
    item,
    sku,
    name,
    category,
    unit,
    quantityScale,
    price,
    currency,
    lifecycle,
    barcodes: barcodes.slice(0, 100),
  };
}

function itemNotRegistered(id: string): Item {
  const [item, sku, name, category, unit, quantityScale] = unknownItem(id);
  return {
    item,
    sku,
    name,
    category,
    unit,
    quantityScale,
    price: null,
    currency: '',
    lifecycle: 'active',
    barcodes: [],
  };
}

function pastMoment(text: string, nowMs: number): number {
  const atMs = Date.parse(text);
  if (Number.isInteger(atMs) && atMs >= 0 && atMs <= Math.min(nowMs, UNIX_MS_MAX)) return atMs;
  throw new HttpProblem(
    'bad-request',
    'That moment can not be shown: it must lie between 1970 and now.',
    'Choose a moment of the past.',
    {
      fields: [{ path: 'at', message: 'must lie between 1970 and now' }],
    },
  );
}

/** Says "the same" as long as neither figures nor, to the minute, the stores' freshness changed. */
function etag(version: number, at: number | null, heads: readonly StoreHead[]): string {
  const toTheMinute = (key: string, value: unknown): unknown =>
    key === 'asOfMs' && typeof value === 'number' ? Math.floor(value / MINUTE_MS) : value;
  const state = `${process.pid} ${version} ${at} ${JSON.stringify(heads, toTheMinute)}`;
  return `W/"${createHash('sha256').update(state).digest('base64url').slice(0, 24)}"`;
}

function matchesTag(context: AppContext, tag: string): boolean {
  return (context.req.header('if-none-match') ?? '').split(',').some((one) => one.trim() === tag);
}

function matrixAnswer(context: AppContext, snapshot: ChainSnapshot, head: MatrixHead, tag: string): Response {
  const pieces = matrixText(snapshot, head);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      let text = '';
      while (text.length < CHUNK_CHARACTERS) {
        const { done, value } = await pieces.next();
        if (done === true) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += value;
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel: async () => {
      await pieces.return(undefined);
    },
  });
  return context.body(body, 200, {
    'content-type': 'application/json',
    etag: tag,
    'cache-control': 'private, no-cache',
  });
}
