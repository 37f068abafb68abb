// Imports a catalogue: registers unknown items, revises what differs, assigns barcodes. Running it again over the same file
// adds nothing. Rows that can not be taken are set aside; the others go on.
import { deriveEventId, type EventDraft, type EventId, type Sha256 } from '@streamstock/event-log';
import { assignBarcode, registerItem, reviseItem, type CommandContext, type Decision } from '@streamstock/inventory';
import { fileBytes, readCsv, type CsvRecord } from './csv-file.ts';
import { parseDecimal } from './decimal.ts';
import { IMPORT_ACTOR } from './documents.ts';
import type { ImportDoor, KnownCatalogue, KnownItem } from './door.ts';
import { itemIdOf } from './item-id.ts';
import { ImportProblem } from './mapping.ts';
import { ProgressBar } from './progress-bar.ts';
import { SetAsideFile } from './set-aside-file.ts';

const BATCH_EVENTS_MAX = 1_000;
const PRICE_SCALE = 3;
const SOURCE = 'items';

export interface ItemImport {
  readonly file: string;
  readonly door: ImportDoor;
  readonly hash: Sha256;
  readonly setAsidePath: string;
  /** Currency of items whose row names none. */
  readonly currency: string;
  readonly newId: () => EventId;
}

export interface ItemImportReport {
  readonly rows: number;
  readonly itemsRegistered: number;
  readonly itemsRevised: number;
  readonly barcodesAssigned: number;
  readonly rowsUnchanged: number;
  readonly rowsSetAside: number;
  readonly setAsideFile: string | null;
  readonly setAsideShown: readonly string[];
  readonly eventsAdded: number;
  readonly seconds: number;
}

interface ItemRow {
  readonly sku: string;
  readonly name: string;
  readonly category: string | null;
  readonly price: KnownItem['price'] | undefined;
  readonly currency: string;
  readonly barcode: string | null;
  readonly packSize: number;
}

/** Runs the whole import. Throws `ImportProblem` when the file has no usable columns; then nothing was imported. */
export async function importItems(job: ItemImport): Promise<ItemImportReport> {
  const startedAtMs = performance.now();
  const progress = new ProgressBar('Importing', await fileBytes(job.file));
  const setAside = new SetAsideFile(job.setAsidePath);
  const catalogue = new CatalogueChanges(job, await job.door.catalogue());
  let rows = 0;
  let bytesRead = 0;
  try {
    for await (const { header, records } of readCsv(job.file, ',', (bytes) => (bytesRead = bytes))) {
      requireItemColumns(header, job.file);
      for (const record of records) {
        rows += 1;
        const problem = await catalogue.take(record);
        if (problem !== null) setAside.add(header, record, problem);
      }
      progress.update(bytesRead, `${rows.toLocaleString('en')} rows`);
    }
    await catalogue.flush();
  } finally {
    setAside.close();
    progress.end();
  }
  await job.door.finish();
  return {
    rows,
    ...catalogue.counts,
    rowsSetAside: setAside.count,
    setAsideFile: setAside.count === 0 ? null : setAside.path,
    setAsideShown: setAside.shown,
    seconds: Number(((performance.now() - startedAtMs) / 1_000).toFixed(3)),
  };
}

function requireItemColumns(header: readonly string[], file: string): void {
  if (header.includes('name') && (header.includes('sku') || header.includes('barcode'))) return;
  throw new ImportProblem(
    `${file} needs the columns "name" and "sku" (or "barcode", which then is the SKU too); it has: ${header.join(', ')}. ` +
      'Nothing was imported. Rename the columns of its first line.',
  );
}

function readRow({ values, problem }: CsvRecord, defaultCurrency: string): ItemRow | string {
  if (problem !== null) return problem;
  const text = (column: string) => (values[column] ?? '').trim();
  const packSize = text('packSize') === '' ? 1 : parseDecimal(text('packSize'), 0);
  if (packSize === null || packSize < 1) return `packSize "${text('packSize')}" is not a whole number of at least 1`;
  const price = text('price') === '' ? undefined : parseDecimal(text('price'), PRICE_SCALE);
  if (price === null || (price !== undefined && price < 0))
    return `price "${text('price')}" is not a price of at most ${PRICE_SCALE} decimals`;
  return {
    sku: text('sku') || text('barcode'),
    name: text('name'),
    category: text('category') || null,
    price: price === undefined ? undefined : { minorUnits: price, scale: PRICE_SCALE },
    currency: text('currency') || defaultCurrency,
    barcode: text('barcode') || null,
    packSize,
  };
}

/** The catalogue as it will be, and the events that make it so. */
class CatalogueChanges {
  readonly counts = { itemsRegistered: 0, itemsRevised: 0, barcodesAssigned: 0, rowsUnchanged: 0, eventsAdded: 0 };
  readonly #job: ItemImport;
  readonly #items: Map<string, KnownItem>;
  readonly #barcodes: Map<string, { readonly item: string; readonly packSize: number }>;
  readonly #context: CommandContext;
  #drafts: EventDraft[] = [];

  constructor(job: ItemImport, known: KnownCatalogue) {
    this.#job = job;
    this.#items = new Map(known.items);
    this.#barcodes = new Map(known.barcodes);
    this.#context = { store: null, actor: IMPORT_ACTOR, newId: job.newId };
  }

  /** Takes a row in whole or not at all; the reason when it can not be taken. */
  async take(record: CsvRecord): Promise<string | null> {
    const row = readRow(record, this.#job.currency);
    if (typeof row === 'string') return row;
    const known = this.#items.get(row.sku);
    const item = known?.item ?? itemIdOf(this.#job.hash, row.sku);
    const next = merged(row, item, known);
    const drafts: EventDraft[] = [];
    const decisions = [this.#itemDecision(row, known, next), this.#barcodeDecision(row, item)];
    for (const decision of decisions) {
      if (decision === null) continue;
      if (!decision.ok) return decision.refusal.message;
      drafts.push(...decision.drafts);
    }
    this.#count(known, decisions);
    this.#items.set(row.sku, next);
    if (row.barcode !== null) this.#barcodes.set(row.barcode, { item, packSize: row.packSize });
    this.#drafts.push(...drafts);
    if (this.#drafts.length >= BATCH_EVENTS_MAX) await this.flush();
    return null;
  }

  async flush(): Promise<void> {
    if (this.#drafts.length === 0) return;
    const drafts = this.#drafts;
    this.#drafts = [];
    const { appended } = await this.#job.door.append(SOURCE, [{ store: null, drafts }]);
    this.counts.eventsAdded += appended;
  }

  #itemDecision(row: ItemRow, known: KnownItem | undefined, next: KnownItem): Decision | null {
    const { item, name, category, price, currency } = next;
    if (known === undefined) {
      const id = deriveEventId(this.#job.hash, 'import-item-registered', row.sku);
      return registerItem(
        { item, sku: row.sku, name, category, unit: 'piece', quantityScale: 0, price, currency, lifecycle: 'active' },
        { ...this.#context, newId: () => id },
      );
    }
    const changed = {
      ...(name === known.name ? {} : { name }),
      ...(category === known.category ? {} : { category }),
      ...(samePrice(price, known.price) ? {} : { price }),
    };
    return Object.keys(changed).length === 0 ? null : reviseItem({ item, ...changed }, this.#context);
  }

  #barcodeDecision({ barcode, packSize }: ItemRow, item: string): Decision | null {
    if (barcode === null) return null;
    const known = this.#barcodes.get(barcode);
    if (known?.item === item && known.packSize === packSize) return null;
    return assignBarcode({ code: barcode, item, packSize }, this.#context);
  }

  #count(known: KnownItem | undefined, [itemDecision, barcodeDecision]: readonly (Decision | null)[]): void {
    if (itemDecision && known === undefined) this.counts.itemsRegistered += 1;
    else if (itemDecision) this.counts.itemsRevised += 1;
    if (barcodeDecision) this.counts.barcodesAssigned += 1;
    if (!itemDecision && !barcodeDecision) this.counts.rowsUnchanged += 1;
  }
}

/** The item as the row wants it; what the row does not say stays as it was. The currency of an item never changes. */
function merged(row: ItemRow, item: string, known: KnownItem | undefined): KnownItem {
  return {
    item,
    name: row.name,
    category: row.category ?? known?.category ?? 'Imported',
    currency: known?.currency ?? row.currency,
    price: row.price === undefined ? (known?.price ?? null) : row.price,
  };
}

function samePrice(a: KnownItem['price'], b: KnownItem['price']): boolean {
  if (a === null || b === null) return a === b;
  // Compared as decimals: 1.50 at scale 2 is 1.500 at scale 3.
  return BigInt(a.minorUnits) * 10n ** BigInt(b.scale) === BigInt(b.minorUnits) * 10n ** BigInt(a.scale);
}
