// The registry of event types and the one door from an envelope to a typed payload. Unknown types and newer versions are
// parked, not refused: an upgrade that knows them will fold them.
import type * as z from 'zod/mini';
import { fitsAsIs, type Event, type Fits } from '@streamstock/event-log';
import { AlertAcknowledged, AlertRaised, AlertResolved, AlertSnoozed } from './alert/alert-events.ts';
import { BarcodeAssigned, ItemArchived, ItemRegistered, ItemRevised } from './catalogue/catalogue-events.ts';
import { CountClosed, CountOpened, CountReviewed } from './count/count-events.ts';
import { StockPolicySet } from './policy/policy-events.ts';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderFulfilled,
  OrderPicked,
  OrderPlaced,
  OrderRejected,
  ReservationRefused,
  ReservationReleased,
  ReservationRequested,
  StockReserved,
} from './promise/promise-events.ts';
import { RestockCancelled, RestockOrdered, RestockSuggested } from './restock/restock-events.ts';
import {
  EntryReversed,
  StockAdjusted,
  StockCounted,
  StockReceived,
  StockReturned,
  StockReturnedToSupplier,
  StockSold,
} from './stock/stock-events.ts';
import { StoreOpened, StoreRevised } from './stores/store-events.ts';
import {
  TransferClosed,
  TransferDeclined,
  TransferDispatched,
  TransferReceived,
  TransferRequested,
} from './transfer/transfer-events.ts';
import { storeOpenedV1, stockSoldV1, type Payload, type Upcaster } from './upcasters.ts';

interface EventSchema<Schema extends z.ZodMiniType> {
  /** The newest shape, which this version writes. */
  readonly version: number;
  readonly schema: Schema;
  /** From each older version to the next, oldest first: `version` − 1 of them. Bytes stay as they are. */
  readonly upcasters: readonly Upcaster[];
}

function since<Schema extends z.ZodMiniType>(schema: Schema, upcasters: readonly Upcaster[] = []): EventSchema<Schema> {
  return { version: upcasters.length + 1, schema, upcasters };
}

const unchanged: Upcaster = (payload) => payload;

/** Every type this version knows, with its newest schema. Names are permanent. */
export const EVENT_SCHEMAS = {
  ItemRegistered: since(ItemRegistered),
  ItemRevised: since(ItemRevised),
  ItemArchived: since(ItemArchived),
  BarcodeAssigned: since(BarcodeAssigned),
  StockPolicySet: since(StockPolicySet),
  StoreOpened: since(StoreOpened, [storeOpenedV1]),
  StoreRevised: since(StoreRevised),
  StockReceived: since(StockReceived, [unchanged]),
  StockSold: since(StockSold, [stockSoldV1]),
  StockReturned: since(StockReturned),
  StockReturnedToSupplier: since(StockReturnedToSupplier),
  StockAdjusted: since(StockAdjusted),
  CountOpened: since(CountOpened),
  StockCounted: since(StockCounted),
  CountReviewed: since(CountReviewed),
  CountClosed: since(CountClosed),
  EntryReversed: since(EntryReversed),
  ReservationRequested: since(ReservationRequested),
  StockReserved: since(StockReserved),
  ReservationRefused: since(ReservationRefused),
  ReservationReleased: since(ReservationReleased),
  OrderPlaced: since(OrderPlaced),
  OrderConfirmed: since(OrderConfirmed),
  OrderRejected: since(OrderRejected),
  OrderPicked: since(OrderPicked),
  OrderCancelled: since(OrderCancelled),
  OrderFulfilled: since(OrderFulfilled),
  TransferRequested: since(TransferRequested),
  TransferDeclined: since(TransferDeclined),
  TransferDispatched: since(TransferDispatched),
  TransferReceived: since(TransferReceived),
  TransferClosed: since(TransferClosed),
  AlertRaised: since(AlertRaised),
  AlertResolved: since(AlertResolved),
  AlertAcknowledged: since(AlertAcknowledged),
  AlertSnoozed: since(AlertSnoozed),
  RestockSuggested: since(RestockSuggested),
  RestockOrdered: since(RestockOrdered),
  RestockCancelled: since(RestockCancelled),
} as const;

export type InventoryEventType = keyof typeof EVENT_SCHEMAS;
export type PayloadOf<Type extends InventoryEventType> = z.infer<(typeof EVENT_SCHEMAS)[Type]['schema']>;

/** A payload with its type beside it, so that `switch (parsed.type)` narrows it. */
export type TypedPayload = {
  readonly [Type in InventoryEventType]: { readonly type: Type; readonly payload: PayloadOf<Type> };
}[InventoryEventType];

/** What a payload is read with. */
export type PayloadInEnvelope = Pick<Event, 'type' | 'schemaVersion' | 'store' | 'payload'>;

export type ParsedPayload =
  | ({ readonly ok: true } & TypedPayload)
  | { readonly ok: false; readonly kind: 'unknown-type' | 'newer-version' | 'invalid'; readonly detail: string };

/** Types whose lines are entries of a journal: they move or observe goods of the store that their envelope names. */
export const STOCK_FACT_TYPES = [
  'StockReceived',
  'StockSold',
  'StockReturned',
  'StockReturnedToSupplier',
  'StockAdjusted',
  'StockCounted',
  'OrderPicked',
  'OrderCancelled',
  'OrderFulfilled',
  'TransferDispatched',
  'TransferReceived',
] as const satisfies readonly InventoryEventType[];
export type StockFactType = (typeof STOCK_FACT_TYPES)[number];

/** Types that only head office and its importers write, not installations. */
export const HEAD_OFFICE_TYPES = [
  'ItemRegistered',
  'ItemRevised',
  'ItemArchived',
  'BarcodeAssigned',
  'StockPolicySet',
  'StoreOpened',
  'StoreRevised',
] as const satisfies readonly InventoryEventType[];

/** Types that the centre's own processors write and nobody else. */
export const CENTRE_TYPES = [
  'StockReserved',
  'ReservationRefused',
  'OrderConfirmed',
  'OrderRejected',
  'RestockSuggested',
  'AlertRaised',
  'AlertResolved',
] as const satisfies readonly InventoryEventType[];

/** Types that may be about the whole chain: their envelope need not name a store. */
const CHAIN_TYPES: ReadonlySet<InventoryEventType> = new Set<InventoryEventType>([
  'ItemRegistered',
  'ItemRevised',
  'ItemArchived',
  'BarcodeAssigned',
  'StockPolicySet',
  'StoreRevised',
  'OrderPlaced',
  'OrderRejected',
  'OrderCancelled',
]);

export function isStockFactType(type: string): type is StockFactType {
  return (STOCK_FACT_TYPES as readonly string[]).includes(type);
}

export function isInventoryEventType(type: string): type is InventoryEventType {
  return Object.hasOwn(EVENT_SCHEMAS, type);
}

/** Whether this version knows what such an event means; what it does not know waits for an update. */
export function isUnderstood({ type, schemaVersion }: Pick<Event, 'type' | 'schemaVersion'>): boolean {
  return isInventoryEventType(type) && schemaVersion <= EVENT_SCHEMAS[type].version;
}

/** Compiled from the schemas above when first needed. */
const compiled = new Map<InventoryEventType, Fits>();

/** Whether `parsePayload` would succeed, as far as that is seen at a glance: false says only that it has to be asked. */
export function payloadFits({ type, schemaVersion, store, payload }: PayloadInEnvelope): boolean {
  if (!isInventoryEventType(type)) return false;
  const { version, schema, upcasters } = EVENT_SCHEMAS[type];
  if (schemaVersion > version) return false;
  let fits = compiled.get(type);
  if (fits === undefined) compiled.set(type, (fits = fitsAsIs(schema)));
  const upcast = upcastFrom(schemaVersion, upcasters, payload);
  return fits(upcast) && storeProblem(type, store, upcast) === undefined;
}

function upcastFrom(schemaVersion: number, upcasters: readonly Upcaster[], payload: Payload): Payload {
  let newest = payload;
  for (let index = schemaVersion - 1; index < upcasters.length; index += 1)
    newest = upcasters[index]?.(newest) ?? newest;
  return newest;
}

/** A typed payload, or why there is none. Never throws; `detail` is one sentence for a person. */
export function parsePayload(event: PayloadInEnvelope): ParsedPayload {
  const { type } = event;
  if (!isInventoryEventType(type)) {
    return { ok: false, kind: 'unknown-type', detail: `This version does not know ${type}. It waits for an update.` };
  }
  const { version, schema, upcasters } = EVENT_SCHEMAS[type];
  if (event.schemaVersion > version) {
    return {
      ok: false,
      kind: 'newer-version',
      detail: `${type} has version ${event.schemaVersion}, this app knows ${version}. It waits for an update.`,
    };
  }
  const parsed = schema.safeParse(upcastFrom(event.schemaVersion, upcasters, event.payload));
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
  if (store === null && !CHAIN_TYPES.has(type)) return `${type} does not name its store.`;
  const isAboutStore = type === 'StoreOpened' || (type === 'StoreRevised' && store !== null);
  if (isAboutStore && 'store' in payload && payload.store !== store) {
    return `${type} is about store ${String(payload.store)}, its envelope about ${store ?? 'the whole chain'}.`;
  }
  return undefined;
}
