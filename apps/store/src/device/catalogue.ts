// The catalogue in memory: what search and scanner ask. Reads it once, and again in the background after frames arrived; makes
// a new index only when something in it really changed. Owns that index; the device's tables are the truth.
import type { DeviceEngine } from '@streamstock/device-engine';
import type { BarcodeRow, ItemIndex, ItemRow } from '@streamstock/inventory';

/** Least rest between two readings, and how many times its own duration a reading rests: reading stays under 5 % of the time. */
export const CATALOGUE_REST_MS = 1_000;
const REST_PER_DURATION = 20;

export type CatalogueState = 'loading' | 'ready' | 'failed';

const EMPTY: ItemIndex = {
  size: 0,
  byName: [],
  search: () => [],
  item: () => undefined,
  codesOf: () => [],
  code: () => undefined,
};

export class Catalogue {
  readonly #engine: Pick<DeviceEngine, 'tables' | 'changes$'>;
  readonly #now: () => number;
  #index: ItemIndex = EMPTY;
  #items: readonly ItemRow[] = [];
  #barcodes: readonly BarcodeRow[] = [];
  #state: CatalogueState = 'loading';
  #version = 0;
  #reading = false;
  #stale = false;
  /** Asked to hurry while it was reading: it reads again without a rest. */
  #hurried = false;
  #restUntilMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #observers = new Set<() => void>();

  constructor(engine: Pick<DeviceEngine, 'tables' | 'changes$'>, now: () => number = () => performance.now()) {
    this.#engine = engine;
    this.#now = now;
    engine.changes$.subscribe(({ cause }) => {
      if (cause === 'frame') this.#readAgain();
      // Another base of the read models: everything may be new, and it happens once in weeks.
      if (cause === 'rebuild') this.hurry();
    });
    this.#readAgain();
  }

  get state(): CatalogueState {
    return this.#state;
  }
  get index(): ItemIndex {
    return this.#index;
  }
  /** By item id, archived ones too. */
  get items(): readonly ItemRow[] {
    return this.#items;
  }
  codesOf(item: string): readonly BarcodeRow[] {
    return this.#index.codesOf(item);
  }

  /** It holds what the tables held at the last commit that could change it. */
  get fresh(): boolean {
    return this.#state === 'ready' && !this.#stale && !this.#reading;
  }
  /** Reads again without the rest: much has come in, and no more is on its way. */
  hurry(): void {
    this.#restUntilMs = 0;
    this.#hurried = this.#reading && this.#timer === undefined;
    clearTimeout(this.#timer);
    if (this.#timer !== undefined) this.#timer = setTimeout(() => void this.#read());
    else this.#readAgain();
  }

  /** Resolves once it was read for the first time, or could not be. */
  async read(): Promise<void> {
    if (this.#state !== 'loading') return;
    await new Promise<void>((resolve) => {
      const stop = this.observe(() => {
        if (this.#state === 'loading') return;
        stop();
        resolve();
      });
    });
  }

  /** Rises with every change; for `useSyncExternalStore`. */
  readonly version = (): number => this.#version;
  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  /**
   * What a scanned code means. Scanners send some codes with a symbology prefix, and a 12-digit UPC is the 13-digit EAN
   * with a zero before it: the same goods whichever way the label was registered.
   */
  find(scanned: string): { readonly item: ItemRow; readonly packSize: number } | undefined {
    const code = scanned.trim().replace(/^\][A-Za-z][0-9A-Za-z]/, '');
    const other = /^\d{12}$/.test(code) ? `0${code}` : /^0\d{12}$/.test(code) ? code.slice(1) : null;
    return this.#index.code(code) ?? (other === null ? undefined : this.#index.code(other)) ?? this.#bySku(code);
  }

  #bySku(code: string): { readonly item: ItemRow; readonly packSize: number } | undefined {
    const [hit] = this.#index.search(code, 1);
    if (hit === undefined || hit.item.sku.toLowerCase() !== code.toLowerCase()) return undefined;
    return { item: hit.item, packSize: 1 };
  }

  #readAgain(): void {
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    this.#timer = setTimeout(() => void this.#read(), Math.max(0, this.#restUntilMs - this.#now()));
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    this.#stale = false;
    const startedAtMs = this.#now();
    try {
      const { readCatalogue, buildItemIndex } = await import('./read-catalogue.ts');
      const { items, barcodes } = await readCatalogue(this.#engine.tables);
      this.#take(items, barcodes, buildItemIndex);
    } catch {
      if (this.#state === 'loading') this.#changed('failed');
    }
    const endedAtMs = this.#now();
    const restMs = Math.max(CATALOGUE_REST_MS, (endedAtMs - startedAtMs) * REST_PER_DURATION);
    this.#restUntilMs = this.#hurried ? endedAtMs : endedAtMs + restMs;
    this.#hurried = false;
    this.#reading = false;
    if (this.#stale) this.#readAgain();
    else this.#tell();
  }

  #take(
    items: readonly ItemRow[],
    barcodes: readonly BarcodeRow[],
    build: (items: readonly ItemRow[], barcodes: readonly BarcodeRow[]) => ItemIndex,
  ): void {
    const same = sameRows(this.#items, items, sameItem) && sameRows(this.#barcodes, barcodes, sameBarcode);
    if (same && this.#state === 'ready') return;
    this.#items = items;
    this.#barcodes = barcodes;
    this.#index = build(items, barcodes);
    this.#changed('ready');
  }

  #changed(state: CatalogueState): void {
    this.#state = state;
    this.#version += 1;
    this.#tell();
  }

  #tell(): void {
    for (const observer of this.#observers) observer();
  }
}

function sameRows<Row>(a: readonly Row[], b: readonly Row[], same: (a: Row, b: Row) => boolean): boolean {
  return a.length === b.length && a.every((row, index) => same(row, b[index] ?? row));
}

function sameItem(a: ItemRow, b: ItemRow): boolean {
  return (
    a.item === b.item &&
    a.sku === b.sku &&
    a.name === b.name &&
    a.category === b.category &&
    a.lifecycle === b.lifecycle &&
    a.price?.minorUnits === b.price?.minorUnits &&
    a.price?.scale === b.price?.scale &&
    a.unit === b.unit &&
    a.quantityScale === b.quantityScale
  );
}

function sameBarcode(a: BarcodeRow, b: BarcodeRow): boolean {
  return a.code === b.code && a.item === b.item && a.packSize === b.packSize && a.contested === b.contested;
}
