// Movements to event drafts: gathers consecutive rows of one document into one event and derives its id from the rows, so
// that a repeated import names the same events. Pure.
import { deriveEventId, hybridTimeFromMs, type EventDraft, type EventId, type Sha256 } from '@streamstock/event-log';
import { EVENT_SCHEMAS, Reference, type PayloadOf, type StockFactType } from '@streamstock/inventory';
import type { ImportedMovement } from './classify.ts';
import type { Mapping } from './mapping.ts';

/** Rows one event holds; far inside the bounds of an event's lines and bytes. */
const DOCUMENT_ROWS_MAX = 500;
/** Rows one import may tell apart by content. A larger file is split. */
export const IMPORT_ROWS_MAX = 5_000_000;

export const IMPORT_ACTOR = 'import';

interface IdentifiedMovement {
  readonly movement: ImportedMovement;
  readonly rowId: string;
  readonly store: string;
  readonly item: string;
}

/**
 * Names rows by their content and how often that content came before: exact duplicates are genuine rows, and the n-th of
 * them is the n-th in every repetition.
 */
export class RowNames {
  readonly #seen = new Map<string, number>();
  readonly #hash: Sha256;
  readonly #source: string;

  constructor(hash: Sha256, source: string) {
    this.#hash = hash;
    this.#source = source;
  }

  /** Throws RangeError past `IMPORT_ROWS_MAX` different rows. */
  nameOf(fields: readonly string[]): string {
    const content = this.#hash(JSON.stringify([this.#source, ...fields])).slice(0, 32);
    const before = this.#seen.get(content) ?? 0;
    if (before === 0 && this.#seen.size >= IMPORT_ROWS_MAX) {
      throw new RangeError(`One import tells at most ${IMPORT_ROWS_MAX} rows apart. Split the file.`);
    }
    this.#seen.set(content, before + 1);
    return `${content}:${before + 1}`;
  }
}

/** A draft with what it stands for, for the report. */
export interface ImportedDocument {
  readonly draft: EventDraft;
  readonly store: string;
  readonly rows: number;
}

/** Gathers rows in file order and gives out finished documents. */
export class DocumentGatherer {
  readonly #mapping: Mapping;
  readonly #hash: Sha256;
  #open: IdentifiedMovement[] = [];

  constructor(mapping: Mapping, hash: Sha256) {
    this.#mapping = mapping;
    this.#hash = hash;
  }

  /** The document that this row closes, if any. */
  add(movement: ImportedMovement, rowId: string, store: string, item: string): ImportedDocument | undefined {
    const next = { movement, rowId, store, item };
    const closed = this.#open.length > 0 && !this.#belongsTo(next) ? this.close() : undefined;
    this.#open.push(next);
    return closed;
  }

  /** The document still open at the end of the file. */
  close(): ImportedDocument | undefined {
    const [first] = this.#open;
    if (first === undefined) return undefined;
    const rows = this.#open;
    this.#open = [];
    const rowIds = rows.map(({ rowId }) => rowId).join('\n');
    const id = deriveEventId(this.#hash, 'import-movement', `${this.#mapping.source}\n${rowIds}`);
    return { draft: this.#draft(id, first, rows), store: first.store, rows: rows.length };
  }

  #belongsTo(next: IdentifiedMovement): boolean {
    const [first] = this.#open;
    if (first === undefined || this.#mapping.eventPer === 'row' || this.#open.length >= DOCUMENT_ROWS_MAX) return false;
    const a = first.movement;
    const b = next.movement;
    return (
      first.store === next.store &&
      a.document === b.document &&
      a.movement === b.movement &&
      a.occurredAtMs === b.occurredAtMs
    );
  }

  #draft(id: EventId, first: IdentifiedMovement, rows: readonly IdentifiedMovement[]): EventDraft {
    const { type, payload } = this.#fact(id, first.movement, rows);
    return {
      id,
      type,
      schemaVersion: EVENT_SCHEMAS[type].version,
      store: first.store,
      audience: [],
      occurredAt: hybridTimeFromMs(first.movement.occurredAtMs),
      actor: IMPORT_ACTOR,
      payload,
    };
  }

  #fact(id: EventId, first: ImportedMovement, rows: readonly IdentifiedMovement[]): Fact {
    const reference = Reference.safeParse(first.document);
    const head = { document: id, ...(reference.success ? { reference: reference.data } : {}) };
    const unitOf = this.#mapping.unit === 'piece' ? {} : { unit: this.#mapping.unit };
    const priced = (minorUnits: number) => ({ minorUnits, scale: this.#mapping.currency.scale });
    const plain = rows.map(({ item, movement: { quantity } }) => ({ item, quantity }));
    switch (first.movement) {
      case 'sale': {
        const lines = rows.map(({ item, movement }) => ({
          item,
          quantity: movement.quantity,
          unitPrice: movement.priceMinorUnits === null ? null : priced(movement.priceMinorUnits),
          ...unitOf,
        }));
        return { type: 'StockSold', payload: { ...head, lines } };
      }
      case 'return': {
        const lines = rows.map(({ item, movement }) => ({
          item,
          quantity: movement.quantity,
          disposition: 'sellable' as const,
          ...(movement.priceMinorUnits === null ? {} : { unitPrice: priced(movement.priceMinorUnits) }),
          ...unitOf,
        }));
        return { type: 'StockReturned', payload: { ...head, lines } };
      }
      case 'receipt': {
        const lines = rows.map(({ item, movement }) => ({
          item,
          quantity: movement.quantity,
          ...(movement.priceMinorUnits === null ? {} : { unitCost: priced(movement.priceMinorUnits) }),
        }));
        return { type: 'StockReceived', payload: { ...head, lines } };
      }
      case 'adjust-in':
        return { type: 'StockAdjusted', payload: { ...head, reason: 'corrected-up', lines: plain } };
      case 'adjust-out':
        return { type: 'StockAdjusted', payload: { ...head, reason: 'corrected-down', lines: plain } };
    }
  }
}

type Fact = {
  readonly [Type in Exclude<StockFactType, 'StockCounted'>]: { readonly type: Type; readonly payload: PayloadOf<Type> };
}[Exclude<StockFactType, 'StockCounted'>];
