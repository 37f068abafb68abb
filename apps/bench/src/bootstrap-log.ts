// Writes the history of a large chain into a data folder and folds it, once, for `bench bootstrap`: a catalogue, a delivery of all
// of it to the measured store, then a year of sales in every store. Runs by itself: FOLDER STORE ITEMS EVENTS STORES. The last
// line of its output is a JSON object.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  appendToDeviceChain,
  deviceChainStart,
  newEventId,
  pushPlanner,
  type CentralLog,
  type DeviceHead,
  type EventDraft,
  type Push,
  type Seal,
} from '@streamstock/event-log';
import { centralProjectors, judgeEvent } from '@streamstock/inventory';
import { loadOrCreateSealKey, nativeSha256, openSqliteCentralLog, sealWith } from '@streamstock/log-sql';

const DAY_MS = 24 * 60 * 60 * 1_000;
const HISTORY_DAYS = 365;
const DRAFTS_PER_PUSH = 500;
const DELIVERY_LINES = 500;
/** Pushes of one till in a row, as after days without a network: a step of folding then writes each page of the file once, not once
 * per sale. The read models are the same for any order. */
const PUSHES_IN_A_ROW = 20;
const PROJECTED_PER_STEP = PUSHES_IN_A_ROW * DRAFTS_PER_PUSH;
const CATEGORIES = ['Dairy', 'Bakery', 'Drinks', 'Household', 'Garden', 'Toys'] as const;
const WORDS = ['Oat', 'Feta', 'Rice', 'Olive', 'Lemon', 'Dark', 'Fresh', 'Large', 'Family', 'Organic'] as const;

interface Plan {
  readonly store: string;
  readonly items: number;
  readonly events: number;
  readonly stores: number;
}

function newId(atMs: number): string {
  return newEventId(atMs, (length) => new Uint8Array(randomBytes(length)));
}

/** One till, or head office: its log, growing. */
class Maker {
  readonly device: string;
  readonly store: string | null;
  #head: DeviceHead;

  constructor(device: string, store: string | null) {
    this.device = device;
    this.store = store;
    this.#head = { seq: 0, hash: deviceChainStart(nativeSha256, device), lastStamp: null };
  }

  push(drafts: readonly EventDraft[], atMs: number): Push {
    const before = this.#head;
    const clock = { nowMs: atMs, uncertaintyMs: 20 };
    const { head, appended } = appendToDeviceChain(nativeSha256, this.device, before, drafts, clock);
    this.#head = head;
    const arrival = { arrivalMs: atMs + 300, clockOffsetMs: 0, measureUncertaintyMs: 20, steadySinceMs: 0 };
    const lines = appended.map(({ line }) => line);
    const chain = { firstSeq: before.seq + 1, hashBefore: before.hash, hashAfter: head.hash };
    return { kind: 'push', device: this.device, ...chain, lines, arrival };
  }
}

function* catalogue(items: readonly string[], atMs: number): Generator<EventDraft> {
  const head = { schemaVersion: 1, store: null, audience: 'all', actor: 'head-office' } as const;
  for (const [index, item] of items.entries()) {
    const name = `${WORDS[index % 10] ?? ''} ${WORDS[Math.floor(index / 10) % 10] ?? ''} article ${index}`;
    const fixed = { unit: 'piece', quantityScale: 0, currency: 'EUR', lifecycle: 'active' };
    const category = CATEGORIES[index % CATEGORIES.length];
    const price = { minorUnits: 99 + (index % 5_000), scale: 2 };
    const payload = { item, sku: `SKU-${index.toString().padStart(6, '0')}`, name, category, price, ...fixed };
    yield { ...head, id: newId(atMs), type: 'ItemRegistered', payload };
    const code = (5_600_000_000_000 + index).toString();
    yield { ...head, id: newId(atMs), type: 'BarcodeAssigned', payload: { code, item, packSize: 1 } };
  }
}

function* deliveries(store: string, items: readonly string[], atMs: number): Generator<EventDraft> {
  for (let start = 0; start < items.length; start += DELIVERY_LINES) {
    const lines = items.slice(start, start + DELIVERY_LINES).map((item) => ({ item, quantity: 1_000 }));
    yield { ...fact(store, atMs), type: 'StockReceived', schemaVersion: 2, payload: { document: newId(atMs), lines } };
  }
}

function sale(store: string, items: readonly string[], number: number, atMs: number): EventDraft {
  const lines = Array.from({ length: 1 + (number % 3) }, (_, line) => ({
    item: items[(number * 7_919 + line * 104_729) % items.length] ?? '',
    quantity: 1 + (number % 2),
    unitPrice: { minorUnits: 250, scale: 2 },
  }));
  return { ...fact(store, atMs), type: 'StockSold', schemaVersion: 2, payload: { document: newId(atMs), lines } };
}

function fact(store: string, atMs: number): Pick<EventDraft, 'id' | 'store' | 'audience' | 'actor'> {
  return { id: newId(atMs), store, audience: [], actor: 'clerk-1' };
}

async function write(
  log: CentralLog,
  seal: Seal,
  { store, items, events, stores }: Plan,
  endMs: number,
): Promise<void> {
  const startMs = endMs - HISTORY_DAYS * DAY_MS;
  const ids = Array.from({ length: items }, () => newId(startMs));
  const tills = [store, ...Array.from({ length: stores - 1 }, (_, index) => `store-${index + 2}`)].map(
    (name, index) => new Maker(`till-${index + 1}`, name),
  );
  const office = new Maker('head-office', null);
  for (const { device, store: own } of [...tills, office]) {
    const kind = own === null ? 'importer' : 'installation';
    await log.registerDevice({ device, store: own, kind, label: device, parent: null, enrolledAtMs: startMs });
  }
  const planner = pushPlanner(nativeSha256, (device) => deviceChainStart(nativeSha256, device), judgeEvent, seal);
  let written = 0;
  const pushAll = async (maker: Maker, drafts: Iterable<EventDraft>, atMs: number): Promise<void> => {
    let batch: EventDraft[] = [];
    const send = async (): Promise<void> => {
      const [outcome] = await log.append([maker.push(batch, atMs)], planner);
      if (outcome?.kind !== 'accepted') throw new Error('The log did not accept the history.');
      written += batch.length;
      batch = [];
    };
    for (const draft of drafts) {
      batch.push(draft);
      if (batch.length === DRAFTS_PER_PUSH) await send();
    }
    if (batch.length > 0) await send();
  };
  await pushAll(office, catalogue(ids, startMs), startMs);
  const [measured] = tills;
  if (measured !== undefined) {
    for (const delivery of deliveries(store, ids, startMs + DAY_MS))
      await pushAll(measured, [delivery], startMs + DAY_MS);
  }
  const from = written;
  const sold = tills.map(() => 0);
  for (let round = 0; written < events; round += 1) {
    const index = Math.floor(round / PUSHES_IN_A_ROW) % tills.length;
    const till = tills[index];
    if (till?.store === undefined || till.store === null) throw new Error('There is no till.');
    const atMs = startMs + 2 * DAY_MS + Math.floor(((written - from) / (events - from)) * (HISTORY_DAYS - 3) * DAY_MS);
    const many = Math.min(DRAFTS_PER_PUSH, events - written);
    const own = till.store;
    // Every till goes through the whole catalogue.
    const first = sold[index] ?? 0;
    sold[index] = first + many;
    await pushAll(
      till,
      Array.from({ length: many }, (_, number) => sale(own, ids, first + number, atMs)),
      atMs,
    );
  }
}

async function fold(log: CentralLog): Promise<void> {
  for (let done = false; !done;) {
    const { checkpoint, head } = await log.project(centralProjectors, PROJECTED_PER_STEP);
    done = checkpoint === head;
  }
}

const [folder = '', store = '', items = '', events = '', stores = ''] = process.argv.slice(2);
const seal = sealWith(loadOrCreateSealKey(join(folder, 'seal.key')));
const endMs = Date.now();
const log = openSqliteCentralLog({ path: join(folder, 'log.sqlite'), mode: 'write', seal, nowMs: endMs });
try {
  const beganMs = performance.now();
  await write(log, seal, { store, items: Number(items), events: Number(events), stores: Number(stores) }, endMs);
  const writtenMs = performance.now();
  await fold(log);
  const foldedMs = performance.now();
  const { position } = await log.head();
  console.log(
    JSON.stringify({ position, writeMs: Math.round(writtenMs - beganMs), foldMs: Math.round(foldedMs - writtenMs) }),
  );
} finally {
  await log.close();
}
