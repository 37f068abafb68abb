// Imports a file of movements: surveys it (columns, kinds, names), brings missing stores and items into the catalogue, then
// appends its documents in batches. May be killed at any point and run again: no row is lost, none doubled.
import { deriveEventId, type EventDraft, type Sha256 } from '@streamstock/event-log';
import { EVENT_SCHEMAS, Name, Sku } from '@streamstock/inventory';
import { rowClassifier, type ImportedMovement } from './classify.ts';
import { fileBytes, readCsv } from './csv-file.ts';
import type { ImportBatch, ImportDoor, KnownCatalogue } from './door.ts';
import { DocumentGatherer, IMPORT_ACTOR, RowNames, type ImportedDocument } from './documents.ts';
import { itemIdOf } from './item-id.ts';
import { ImportProblem, requireColumns, type Mapping } from './mapping.ts';
import { ProgressBar } from './progress-bar.ts';
import { SetAsideFile } from './set-aside-file.ts';

/** Events, and rows in them, that one append carries over all stores: well under a megabyte. */
const BATCH_EVENTS_MAX = 1_000;
const BATCH_ROWS_MAX = 4_000;
/** Different names of one item that the survey compares; the most frequent one is taken. */
const NAMES_PER_ITEM_MAX = 20;
/** How long a store of an import may say nothing before it counts as silent: it has no device. */
const SILENT_AFTER_MS = 24 * 60 * 60 * 1_000;

export interface KindTotal {
  readonly rows: number;
  /** Sum of the quantity column as it stands in the file. */
  readonly quantity: number;
}

export interface ImportReport {
  readonly rows: number;
  readonly kinds: Readonly<Record<string, KindTotal>>;
  readonly rowsSetAside: number;
  readonly setAsideFile: string | null;
  readonly setAsideShown: readonly string[];
  readonly storesOpened: number;
  readonly itemsRegistered: number;
  readonly eventsAdded: number;
  readonly eventsKnown: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

export interface MovementImport {
  readonly file: string;
  readonly mapping: Mapping;
  readonly door: ImportDoor;
  readonly hash: Sha256;
  /** Where rows that can not be taken are written. */
  readonly setAsidePath: string;
}

type Classify = ReturnType<typeof rowClassifier>;

interface Survey {
  readonly stores: ReadonlySet<string>;
  readonly nameOfItem: ReadonlyMap<string, string>;
  readonly movements: number;
  readonly rows: number;
}

/** Runs the whole import. Throws `ImportProblem` for what must be corrected first; then nothing was imported. */
export async function importMovements(job: MovementImport): Promise<ImportReport> {
  const startedAtMs = performance.now();
  // One classifier for both passes: it remembers the times it has read.
  const classify = rowClassifier(job.mapping);
  const survey = await surveyFile(job, classify);
  const known = await job.door.catalogue();
  const added = await addCatalogue(job, survey, known);
  const result = await appendRows(job, added.catalogue, classify);
  await job.door.finish();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return {
    ...result,
    storesOpened: added.stores,
    itemsRegistered: added.items,
    eventsAdded: result.eventsAdded + added.appended,
    eventsKnown: result.eventsKnown + added.known,
    seconds: Number(seconds.toFixed(3)),
    rowsPerSecond: Math.round(result.rows / seconds),
  };
}

async function surveyFile({ file, mapping }: MovementImport, classify: Classify): Promise<Survey> {
  const progress = new ProgressBar('Reading  ', await fileBytes(file));
  const stores = new Set<string>();
  const names = new Map<string, Map<string, number>>();
  const counts = { rows: 0, movements: 0 };
  let checked = false;
  let bytesRead = 0;
  for await (const { header, records } of readCsv(file, mapping.delimiter, (bytes) => (bytesRead = bytes))) {
    if (!checked) requireColumns(mapping, header, file);
    checked = true;
    for (const record of records) {
      counts.rows += 1;
      const row = classify(record);
      if (row.kind !== 'movement') continue;
      counts.movements += 1;
      stores.add(row.storeName);
      countName(names, row);
    }
    progress.update(bytesRead, `${counts.rows.toLocaleString('en')} rows`);
  }
  progress.end();
  if (counts.movements === 0) {
    throw new ImportProblem(
      `None of the ${counts.rows} rows of ${file} is a movement by this mapping. Nothing was imported. ` +
        'Check the columns and the kinds of the mapping against the first rows of the file.',
    );
  }
  return { stores, nameOfItem: new Map([...names].map(([sku, of]) => [sku, mostFrequent(of, sku)])), ...counts };
}

function countName(names: Map<string, Map<string, number>>, { sku, itemName }: ImportedMovement): void {
  let of = names.get(sku);
  if (of === undefined) names.set(sku, (of = new Map()));
  const count = of.get(itemName);
  if (count !== undefined) of.set(itemName, count + 1);
  else if (of.size < NAMES_PER_ITEM_MAX && Name.safeParse(itemName).success) of.set(itemName, 1);
}

/** The name most rows use; of several the first in the file; the item's code when no row has a readable one. */
function mostFrequent(names: ReadonlyMap<string, number>, sku: string): string {
  let best = { name: sku, count: 0 };
  for (const [name, count] of names) if (count > best.count) best = { name, count };
  return best.name;
}

/** Ids by store name and by SKU. */
interface CatalogueIds {
  readonly stores: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, string>;
}

interface AddedCatalogue {
  readonly catalogue: CatalogueIds;
  readonly stores: number;
  readonly items: number;
  readonly appended: number;
  readonly known: number;
}

/** Opens the stores and registers the items that the log does not know. Ids follow from names, so a repeat finds them. */
async function addCatalogue(job: MovementImport, survey: Survey, known: KnownCatalogue): Promise<AddedCatalogue> {
  const stores = new Map(known.stores);
  const items = new Map([...known.items].map(([sku, { item }]) => [sku, item]));
  const drafts: EventDraft[] = [];
  for (const name of survey.stores) {
    if (stores.has(name)) continue;
    const id = deriveEventId(job.hash, 'import-store', name);
    stores.set(name, id);
    drafts.push(openedStore(job, id, name));
  }
  const storesOpened = drafts.length;
  for (const [sku, name] of survey.nameOfItem) {
    if (items.has(sku) || !Sku.safeParse(sku).success) continue;
    const id = itemIdOf(job.hash, sku);
    items.set(sku, id);
    drafts.push(registeredItem(job, id, sku, name));
  }
  const totals = { appended: 0, known: 0 };
  for (let start = 0; start < drafts.length; start += BATCH_EVENTS_MAX) {
    const batch = { store: null, drafts: drafts.slice(start, start + BATCH_EVENTS_MAX) };
    const outcome = await job.door.append(job.mapping.source, [batch]);
    totals.appended += outcome.appended;
    totals.known += outcome.known;
  }
  return { catalogue: { stores, items }, stores: storesOpened, items: drafts.length - storesOpened, ...totals };
}

function openedStore({ mapping }: MovementImport, id: string, name: string): EventDraft {
  const payload = {
    store: id,
    name,
    currency: mapping.currency.code,
    timeZone: mapping.timeZone,
    areas: [],
    silentAfterMs: SILENT_AFTER_MS,
    location: null,
  };
  return {
    id,
    type: 'StoreOpened',
    schemaVersion: EVENT_SCHEMAS.StoreOpened.version,
    store: id,
    audience: 'all',
    actor: IMPORT_ACTOR,
    payload,
  };
}

function registeredItem({ mapping }: MovementImport, id: string, sku: string, name: string): EventDraft {
  const payload = {
    item: id,
    sku,
    name,
    category: 'Imported',
    unit: mapping.unit,
    quantityScale: 0,
    price: null,
    currency: mapping.currency.code,
    lifecycle: 'active',
  };
  return { id, type: 'ItemRegistered', schemaVersion: 1, store: null, audience: 'all', actor: IMPORT_ACTOR, payload };
}

type RowTotals = Pick<
  ImportReport,
  'rows' | 'kinds' | 'rowsSetAside' | 'setAsideFile' | 'setAsideShown' | 'eventsAdded' | 'eventsKnown'
>;

async function appendRows(job: MovementImport, catalogue: CatalogueIds, classify: Classify): Promise<RowTotals> {
  const { file, mapping, hash } = job;
  const progress = new ProgressBar('Importing', await fileBytes(file));
  const names = new RowNames(hash, mapping.source);
  const gatherer = new DocumentGatherer(mapping, hash);
  const setAside = new SetAsideFile(job.setAsidePath);
  const batch = new DocumentBatch(job);
  const kinds = new Map<string, KindTotal>();
  let rows = 0;
  let bytesRead = 0;
  try {
    for await (const { header, records } of readCsv(file, mapping.delimiter, (bytes) => (bytesRead = bytes))) {
      for (const record of records) {
        rows += 1;
        const row = classify(record);
        const store = row.kind === 'movement' ? catalogue.stores.get(row.storeName) : undefined;
        const item = row.kind === 'movement' ? catalogue.items.get(row.sku) : undefined;
        if (row.kind === 'set-aside') setAside.add(header, record, row.reason);
        else if (row.kind === 'movement' && (store === undefined || item === undefined)) {
          setAside.add(
            header,
            record,
            'names an item or a store that can not be registered: its code or name is not readable text',
          );
        } else {
          addToKind(kinds, row.label, row.fileQuantity);
          if (row.kind !== 'movement' || store === undefined || item === undefined) continue;
          await batch.add(gatherer.add(row, names.nameOf(record.fields), store, item));
        }
      }
      progress.update(
        bytesRead,
        `${rows.toLocaleString('en')} rows, ${batch.totals.appended.toLocaleString('en')} events added`,
      );
    }
    await batch.add(gatherer.close());
    await batch.flush();
  } finally {
    setAside.close();
    progress.end();
  }
  return {
    rows,
    kinds: Object.fromEntries(kinds),
    rowsSetAside: setAside.count,
    setAsideFile: setAside.count === 0 ? null : setAside.path,
    setAsideShown: setAside.shown,
    eventsAdded: batch.totals.appended,
    eventsKnown: batch.totals.known,
  };
}

function addToKind(kinds: Map<string, KindTotal>, label: string, quantity: number): void {
  const total = kinds.get(label) ?? { rows: 0, quantity: 0 };
  kinds.set(label, { rows: total.rows + 1, quantity: total.quantity + quantity });
}

/** Gathers documents by store and appends them when there are enough. */
class DocumentBatch {
  readonly totals = { appended: 0, known: 0 };
  readonly #job: MovementImport;
  #byStore = new Map<string, EventDraft[]>();
  #events = 0;
  #rows = 0;

  constructor(job: MovementImport) {
    this.#job = job;
  }

  async add(document: ImportedDocument | undefined): Promise<void> {
    if (document === undefined) return;
    const drafts = this.#byStore.get(document.store) ?? [];
    drafts.push(document.draft);
    this.#byStore.set(document.store, drafts);
    this.#events += 1;
    this.#rows += document.rows;
    if (this.#events >= BATCH_EVENTS_MAX || this.#rows >= BATCH_ROWS_MAX) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#events === 0) return;
    const batches = [...this.#byStore].map(([store, drafts]): ImportBatch => ({ store, drafts }));
    this.#byStore = new Map();
    this.#events = 0;
    this.#rows = 0;
    const outcome = await this.#job.door.append(this.#job.mapping.source, batches);
    this.totals.appended += outcome.appended;
    this.totals.known += outcome.known;
  }
}
