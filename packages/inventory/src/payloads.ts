// The registry of event types and the one door from an envelope to a typed payload. Unknown types and newer versions are
// parked, not refused: an upgrade that knows them will fold them.
import type * as z from 'zod/mini';
import type { Event } from '@streamstock/event-log';
import { BarcodeAssigned, ItemRegistered, ItemRevised } from './catalogue/catalogue-events.ts';
import {
  EntryReversed,
  StockAdjusted,
  StockCounted,
  StockReceived,
  StockReturned,
  StockSold,
} from './stock/stock-events.ts';
import { StoreOpened } from './stores/store-events.ts';

/** Every type this version knows, with its newest schema. Names are permanent. */
export const EVENT_SCHEMAS = {
  ItemRegistered: { version: 1, schema: ItemRegistered },
  ItemRevised: { version: 1, schema: ItemRevised },
  BarcodeAssigned: { version: 1, schema: BarcodeAssigned },
  StoreOpened: { version: 1, schema: StoreOpened },
  StockReceived: { version: 1, schema: StockReceived },
  StockSold: { version: 1, schema: StockSold },
  StockReturned: { version: 1, schema: StockReturned },
  StockAdjusted: { version: 1, schema: StockAdjusted },
  StockCounted: { version: 1, schema: StockCounted },
  EntryReversed: { version: 1, schema: EntryReversed },
} as const;

export type InventoryEventType = keyof typeof EVENT_SCHEMAS;
export type PayloadOf<Type extends InventoryEventType> = z.infer<(typeof EVENT_SCHEMAS)[Type]['schema']>;

/** A payload with its type beside it, so that `switch (parsed.type)` narrows it. */
export type TypedPayload = {
  readonly [Type in InventoryEventType]: { readonly type: Type; readonly payload: PayloadOf<Type> };
}[InventoryEventType];

export type ParsedPayload =
  | ({ readonly ok: true } & TypedPayload)
  | { readonly ok: false; readonly kind: 'unknown-type' | 'newer-version' | 'invalid'; readonly detail: string };

/** Types that are about the goods of one store; their envelope names it. */
export const STOCK_FACT_TYPES = [
  'StockReceived',
  'StockSold',
  'StockReturned',
  'StockAdjusted',
  'StockCounted',
] as const satisfies readonly InventoryEventType[];
export type StockFactType = (typeof STOCK_FACT_TYPES)[number];

/** Types that only the centre and its importers write. */
export const HEAD_OFFICE_TYPES = [
  'ItemRegistered',
  'ItemRevised',
  'BarcodeAssigned',
  'StoreOpened',
] as const satisfies readonly InventoryEventType[];

export function isStockFactType(type: string): type is StockFactType {
  return (STOCK_FACT_TYPES as readonly string[]).includes(type);
}

function isInventoryEventType(type: string): type is InventoryEventType {
  return Object.hasOwn(EVENT_SCHEMAS, type);
}

/** A typed payload, or why there is none. Never throws; `detail` is one sentence for a person. */
export function parsePayload(event: Pick<Event, 'type' | 'schemaVersion' | 'store' | 'payload'>): ParsedPayload {
  const { type } = event;
  if (!isInventoryEventType(type)) {
    return { ok: false, kind: 'unknown-type', detail: `This version does not know ${type}. It waits for an update.` };
  }
  const { version, schema } = EVENT_SCHEMAS[type];
  if (event.schemaVersion > version) {
    return {
      ok: false,
      kind: 'newer-version',
      detail: `${type} has version ${event.schemaVersion}, this app knows ${version}. It waits for an update.`,
    };
  }
  const parsed = schema.safeParse(event.payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? 'The payload' : `"${issue.path.join('.')}"`;
    return { ok: false, kind: 'invalid', detail: `${where} of ${type} does not fit: ${issue?.message ?? 'unknown'}.` };
  }
  const problem = storeProblem(type, event.store, parsed.data);
  if (problem !== undefined) return { ok: false, kind: 'invalid', detail: problem };
  // The schema was looked up by this very type; TypeScript can not follow the correlation.
  return { ok: true, type, payload: parsed.data } as ParsedPayload;
}

function storeProblem(type: InventoryEventType, store: string | null, payload: object): string | undefined {
  if ((isStockFactType(type) || type === 'EntryReversed') && store === null) return `${type} does not name its store.`;
  if (type === 'StoreOpened' && 'store' in payload && payload.store !== store) {
    return `StoreOpened is about store ${String(payload.store)}, its envelope about ${store ?? 'the whole chain'}.`;
  }
  return undefined;
}
