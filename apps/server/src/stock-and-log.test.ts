// Figures and log as head office reads them: matrix, past moments, stories, pages of events, imports, verification.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveEventId, hybridTimeFromMs, type EventDraft } from '@streamstock/event-log';
import {
  adjust,
  assignBarcode,
  count,
  receive,
  registerItem,
  reverseEntry,
  sell,
  type CommandContext,
  type Decision,
} from '@streamstock/inventory';
import { nativeSha256 } from '@streamstock/log-sql';
import { program, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOON = Date.UTC(2026, 9, 1, 12);
const at = (day: number, hours = 0) => hybridTimeFromMs(NOON + day * DAY_MS + hours * 3_600_000);

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
let porto: string;
let braga: string;
let ids = 0;

/** Ids are a function of their number: the same drafts can be sent twice. */
function contextOf(store: string | null): CommandContext {
  return { store, actor: 'import', newId: () => deriveEventId(nativeSha256, 'test', String((ids += 1))) };
}
function drafts(decision: Decision): readonly EventDraft[] {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.drafts;
}

beforeAll(async () => {
  server = await startTestServer();
  admin = await setUp(server);
  porto = admin.store.id;
  braga = (await admin.client.openStore({ body: { name: 'Braga', currency: 'EUR', timeZone: 'Europe/Lisbon' } })).store;
  const item = (id: string) =>
    registerItem(
      {
        item: id,
        sku: `SKU-${id}`,
        name: `Item ${id}`,
        category: 'Food',
        unit: 'piece',
        quantityScale: 0,
        price: null,
        currency: 'EUR',
        lifecycle: 'active',
      },
      contextOf(null),
    );
  const p = contextOf(porto);
  await admin.client.importBatches({
    body: {
      source: 'test',
      batches: [
        {
          store: null,
          drafts: [
            ...drafts(item('oat')),
            ...drafts(item('oil')),
            ...drafts(assignBarcode({ code: '5601234567890', item: 'oat', packSize: 6 }, contextOf(null))),
          ],
        },
        {
          store: porto,
          drafts: [
            ...drafts(receive({ occurredAt: at(0), reference: 'D-118', lines: [{ item: 'oat', quantity: 40 }] }, p)),
            ...drafts(sell({ occurredAt: at(1), lines: [{ item: 'oat', quantity: 3, unitPrice: null }] }, p)),
            ...drafts(count({ occurredAt: at(2), session: 'c1', lines: [{ item: 'oat', quantity: 30 }] }, p)),
            ...drafts(sell({ occurredAt: at(3), lines: [{ item: 'oat', quantity: 8, unitPrice: null }] }, p)),
            ...drafts(adjust({ occurredAt: at(4), reason: 'damaged', lines: [{ item: 'oat', change: -2 }] }, p)),
          ],
        },
        {
          store: braga,
          drafts: drafts(
            sell({ occurredAt: at(3), lines: [{ item: 'oil', quantity: 2, unitPrice: null }] }, contextOf(braga)),
          ),
        },
      ],
    },
  });
});
afterAll(async () => {
  await server.stop();
});

const figure = (matrix: Awaited<ReturnType<typeof admin.client.stock>>, store: string, item: string) =>
  matrix.onHand[matrix.stores.findIndex((one) => one.store === store)]?.[matrix.items.findIndex(([id]) => id === item)];

describe('the matrix', () => {
  test('every store and item; zero, negative and unknown are three things', async () => {
    const matrix = await admin.client.stock();
    expect(matrix.stores.map(({ name }) => name)).toEqual(['Braga', 'Porto Aliados']);
    expect(matrix.items).toContainEqual(['oat', 'SKU-oat', 'Item oat', 'Food', 'piece', 0]);
    expect([figure(matrix, porto, 'oat'), figure(matrix, braga, 'oil'), figure(matrix, braga, 'oat')]).toEqual([
      22,
      -2,
      null,
    ]);
    const row = matrix.stores.findIndex((one) => one.store === porto);
    expect(matrix.available[row]?.[matrix.items.findIndex(([id]) => id === 'oat')]).toBe(20);
    expect(matrix).toMatchObject({ at: null, position: (await admin.client.health()).position });
  });

  test('as of a past moment, by when things happened', async () => {
    const past = async (day: number, hours: number) => {
      const matrix = await admin.client.stock({
        query: { at: new Date(NOON + day * DAY_MS + hours * 3_600_000).toISOString() },
      });
      return [figure(matrix, porto, 'oat'), figure(matrix, braga, 'oil')];
    };
    expect(await past(-1, 0)).toEqual([null, null]);
    expect(await past(0, 1)).toEqual([40, null]);
    expect(await past(1, 1)).toEqual([37, null]);
    expect(await past(2, 1)).toEqual([30, null]);
    expect(await past(3, 1)).toEqual([22, -2]);
    expect(await past(4, 1)).toEqual([22, -2]);
  });

  test('nothing new is answered without a body, until something changes', async () => {
    const ask = async (tag?: string) => {
      const answer = await fetch(`${server.url}/api/v1/stock`, {
        headers: { authorization: `Bearer ${admin.apiKey}`, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
      });
      return {
        status: answer.status,
        tag: answer.headers.get('etag') ?? '',
        text: await answer.text(),
        cache: answer.headers.get('cache-control'),
      };
    };
    const first = await ask();
    expect(first).toMatchObject({ status: 200, cache: 'private, no-cache' });
    expect(await ask(first.tag)).toMatchObject({ status: 304, text: '' });
    await admin.client.importBatches({
      body: {
        source: 't',
        batches: [
          {
            store: braga,
            drafts: drafts(receive({ occurredAt: at(5), lines: [{ item: 'oil', quantity: 1 }] }, contextOf(braga))),
          },
        ],
      },
    });
    const second = await ask(first.tag);
    expect(second.status).toBe(200);
    expect(second.tag).not.toBe(first.tag);
  });
});

describe('stories', () => {
  test('why 22: count, movements since, total; the whole journal with a figure after every step', async () => {
    const story = await admin.client.itemStory({ params: { store: porto, item: 'oat' } });
    expect(story.item).toMatchObject({ sku: 'SKU-oat', barcodes: [{ code: '5601234567890', packSize: 6 }] });
    expect(story.line).toMatchObject({ onHand: 22, sellable: 20, unsellable: 2, available: 20 });
    expect(story.baseline).toMatchObject({ quantity: 30, atMs: NOON + 2 * DAY_MS, actor: 'import' });
    const changes = story.movements.reduce((sum, { change }) => sum + change, 0);
    expect(
      (story.baseline?.quantity ?? 0) +
        story.carried.picked +
        story.carried.unsellable +
        story.movementsOmitted.change +
        changes,
    ).toBe(story.total);
    expect(story.total).toBe(22);
    expect(
      story.history.map(({ type, change, onHand, counted, late }) => [type, change, onHand, counted, late]),
    ).toEqual([
      ['StockReceived', 40, 40, null, false],
      ['StockSold', -3, 37, null, false],
      ['StockCounted', -7, 30, 30, false],
      ['StockSold', -8, 22, null, false],
      ['StockAdjusted', 0, 22, null, false],
    ]);
    expect(story.history[0]).toMatchObject({ reference: 'D-118', actor: 'import' });
    expect(story.history[4]).toMatchObject({ reason: 'damaged' });
    expect(story.history.every(({ position, arrivedAtMs }) => position !== null && arrivedAtMs !== null)).toBe(true);
  });

  test('a reversed entry stays in the journal and moves nothing', async () => {
    const context = contextOf(braga);
    const [sale] = drafts(sell({ occurredAt: at(6), lines: [{ item: 'tea', quantity: 5, unitPrice: null }] }, context));
    const target = { id: sale?.id ?? '', type: 'StockSold', store: braga };
    const batch = [
      ...(sale === undefined ? [] : [sale]),
      ...drafts(receive({ occurredAt: at(7), lines: [{ item: 'tea', quantity: 9 }] }, context)),
      ...drafts(reverseEntry({ target }, context)),
    ];
    await admin.client.importBatches({ body: { source: 't', batches: [{ store: braga, drafts: batch }] } });
    const story = await admin.client.itemStory({ params: { store: braga, item: 'tea' } });
    expect(story.history.map(({ type, change, onHand, reversed }) => [type, change, onHand, reversed])).toEqual([
      ['StockSold', 0, 0, true],
      ['StockReceived', 9, 9, false],
    ]);
    expect(story.total).toBe(9);
    // Not in the catalogue (yet): shown under its id, not hidden.
    expect(story.item).toMatchObject({ item: 'tea', name: 'tea' });
    expect((await admin.client.stock()).items.map(([id]) => id)).toContain('tea');
  });

  test('an item that never was in a store has an empty story there', async () => {
    const story = await admin.client.itemStory({ params: { store: braga, item: 'oat' } });
    expect(story).toMatchObject({ line: null, baseline: null, total: 0, history: [] });
  });
});

describe('the catalogue', () => {
  test('comes in pages', async () => {
    const first = await admin.client.items({ query: { limit: 1 } });
    expect(first.items.map(({ item }) => item)).toEqual(['oat']);
    expect(first.next).toBe('oat');
    const second = await admin.client.items({ query: { limit: 1, after: 'oat' } });
    expect(second.items.map(({ item }) => item)).toEqual(['oil']);
    expect((await admin.client.items({ query: { after: 'oil' } })).next).toBeNull();
  });
});

describe('registering by API', () => {
  const newItem = {
    sku: 'TEA-1',
    name: 'Green tea',
    category: 'Food',
    unit: 'gram',
    quantityScale: 3,
    price: { minorUnits: 1, scale: 3 },
    currency: 'EUR',
    barcodes: [{ code: '4006381333931', packSize: 250 }],
  } as const;
  test('an item with its barcodes is there at once, and only once', async () => {
    const item = await admin.client.registerItem({ body: newItem });
    expect(item).toMatchObject({ ...newItem, lifecycle: 'active' });
    expect((await admin.client.items()).items).toContainEqual(item);
    await expect(admin.client.registerItem({ body: newItem })).rejects.toMatchObject({
      kind: 'conflict',
      problem: { fields: [{ path: 'sku' }] },
    });
    await expect(admin.client.registerItem({ body: { ...newItem, sku: 'TEA-2' } })).rejects.toMatchObject({
      kind: 'conflict',
      problem: { fields: [{ path: 'barcodes.0.code' }] },
    });
  });
  test('what the domain does not take is refused at its field, and nothing is written', async () => {
    const before = (await admin.client.health()).position;
    await expect(
      admin.client.registerItem({ body: { ...newItem, sku: 'TEA-3', name: '<b>Tea</b>', barcodes: [] } }),
    ).rejects.toMatchObject({ kind: 'refused', problem: { fields: [{ path: 'name' }] } });
    await expect(
      admin.client.registerItem({ body: { ...newItem, sku: 'TEA-3', barcodes: [{ code: 'é', packSize: 1 }] } }),
    ).rejects.toMatchObject({ kind: 'refused', problem: { fields: [{ path: 'barcodes.0.code' }] } });
    expect((await admin.client.health()).position).toBe(before);
  });
});

describe('the log', () => {
  test('newest first, in pages without gap or overlap, down to the first event', async () => {
    const positions: number[] = [];
    for (let before: number | null | undefined; before !== null;) {
      const page = await admin.client.events({ query: { limit: 3, before } });
      positions.push(...page.events.map(({ position }) => position));
      before = page.next;
    }
    const { position } = await admin.client.health();
    expect(positions).toEqual(Array.from({ length: position }, (_, index) => position - index));
  });

  test('by store, type, item, and all of them together', async () => {
    const types = async (query: Parameters<typeof admin.client.events>[0]) =>
      (await admin.client.events(query)).events.map(({ line }) => (JSON.parse(line) as { type: string }).type);
    expect(await types({ query: { store: porto, type: 'StockSold' } })).toEqual(['StockSold', 'StockSold']);
    expect(await types({ query: { item: 'oat' } })).toEqual([
      'StockAdjusted',
      'StockSold',
      'StockCounted',
      'StockSold',
      'StockReceived',
      'BarcodeAssigned',
      'ItemRegistered',
    ]);
    expect(await types({ query: { item: 'oat', type: 'StockSold', limit: 1 } })).toEqual(['StockSold']);
    expect(await types({ query: { item: 'oat', store: braga } })).toEqual([]);
    const { events } = await admin.client.events({ query: { type: 'StoreOpened' } });
    const writer = events[0]?.place?.device ?? '';
    expect(await types({ query: { device: writer, type: 'StoreOpened' } })).toEqual(['StoreOpened', 'StoreOpened']);
    expect(await types({ query: { device: writer, store: porto } })).toEqual(['StoreOpened']);
  });
});

describe('imports', () => {
  test('a repeat adds nothing, also when the server was asked twice at the same moment', async () => {
    const body = {
      source: 'twice',
      batches: [
        {
          store: porto,
          drafts: drafts(receive({ occurredAt: at(8), lines: [{ item: 'oil', quantity: 5 }] }, contextOf(porto))),
        },
      ],
    };
    const client = program(server.url, admin.apiKey);
    const results = await Promise.all([client.importBatches({ body }), client.importBatches({ body })]);
    expect(results.reduce((sum, { appended }) => sum + appended, 0)).toBe(1);
    expect(await client.importBatches({ body })).toMatchObject({ appended: 0, known: 1 });
    expect(figure(await client.stock(), porto, 'oil')).toBe(5);
    const importers = (await client.devices()).devices.filter(({ kind }) => kind === 'importer');
    expect(importers).toHaveLength(3);
    expect(new Set(importers.map(({ store }) => store))).toEqual(new Set([braga, porto, null]));
  });

  test.each([
    ['a ruling', { type: 'EventVoided', payload: { target: '019a0000-0000-7000-8000-000000000001', reason: 'x' } }],
    ['another store', { store: 'elsewhere' }],
    ['a broken payload', { payload: { document: 'd', lines: [] } }],
    ['a newer version', { schemaVersion: 1_000 }],
    ['a type nobody knows', { type: 'StockTeleported' }],
  ])('%s is refused with its place, and nothing of the request is written', async (_, change) => {
    const before = (await admin.client.health()).position;
    const [good] = drafts(receive({ occurredAt: at(9), lines: [{ item: 'oil', quantity: 1 }] }, contextOf(porto)));
    if (good === undefined) throw new Error('There is a draft.');
    const bad = { ...good, id: deriveEventId(nativeSha256, 'bad', JSON.stringify(change)), ...change };
    const body = { source: 'bad', batches: [{ store: porto, drafts: [good, bad] }] };
    await expect(admin.client.importBatches({ body })).rejects.toMatchObject({
      kind: 'refused',
      problem: { status: 422, fields: [{ path: 'batches.0.drafts.1' }] },
    });
    expect((await admin.client.health()).position).toBe(before);
  });
});

describe('verification', () => {
  test('intact: chains hold, and stored = rebuilt', async () => {
    const outcome = await admin.client.verify();
    expect(outcome).toMatchObject({ intact: true, chains: { faults: 0 }, readModels: { differences: 0 } });
    expect(outcome.readModels.rows).toBeGreaterThan(20);
    expect(outcome.position).toBe((await admin.client.health()).position);
  });

  test('a changed read model and a changed event are found and named', async () => {
    const own = await startTestServer();
    const owner = await setUp(own);
    const context = contextOf(owner.store.id);
    const sale = drafts(sell({ occurredAt: at(1), lines: [{ item: 'oat', quantity: 3, unitPrice: null }] }, context));
    await owner.client.importBatches({ body: { source: 't', batches: [{ store: owner.store.id, drafts: sale }] } });
    // Behind the server's back, as a bad disk or a meddler would.
    const file = new DatabaseSync(join(own.dataFolder, 'log.sqlite'));
    file.exec(
      `UPDATE read_rows SET value = replace(value, '"onHand":-3', '"onHand":-4') WHERE value LIKE '%"onHand":-3%'`,
    );
    const bent = await owner.client.verify();
    expect(bent).toMatchObject({
      intact: false,
      chains: { faults: 0 },
      readModels: { differences: 1, first: [{ table: 'stock-lines', key: `${owner.store.id}|oat` }] },
    });
    file.exec(
      `UPDATE events SET line = replace(line, '"quantity":3', '"quantity":2') WHERE line LIKE '%"quantity":3%'`,
    );
    file.close();
    expect((await owner.client.verify()).chains.faults).toBeGreaterThan(0);
    await own.stop();
  });
});

test('the API description names every route and needs a key', async () => {
  const answer = await fetch(`${server.url}/api/v1/openapi.json`, {
    headers: { authorization: `Bearer ${admin.apiKey}` },
  });
  const document = (await answer.json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths['/api/v1/stock/{store}/{item}']?.['get']).toMatchObject({
    operationId: 'itemStory',
    security: [{ session: [] }, { apiKey: [] }],
  });
  expect(document.paths['/api/v1/imports/batches']?.['post']).toHaveProperty(
    'requestBody.content.application/json.schema',
  );
  expect(JSON.stringify(document)).not.toContain('"success"');
});
