// The page of all events, made from the schemas: docs/events.md. A type without words here does not compile; a schema that
// changes without the page fails its test (`vitest run -u` in packages/inventory writes the page anew).
import * as z from 'zod/mini';
import {
  CENTRE_TYPES,
  EVENT_SCHEMAS,
  HEAD_OFFICE_TYPES,
  STOCK_FACT_TYPES,
  type InventoryEventType,
} from '../payloads.ts';

interface EventWords {
  readonly group: 'Catalogue and stores' | 'Stock facts' | 'Counts' | 'Promises' | 'Transfers' | 'Alerts' | 'Restock';
  readonly says: string;
}

const catalogue = (says: string): EventWords => ({ group: 'Catalogue and stores', says });
const fact = (says: string): EventWords => ({ group: 'Stock facts', says });
const counting = (says: string): EventWords => ({ group: 'Counts', says });
const promise = (says: string): EventWords => ({ group: 'Promises', says });
const transfer = (says: string): EventWords => ({ group: 'Transfers', says });
const alert = (says: string): EventWords => ({ group: 'Alerts', says });
const restock = (says: string): EventWords => ({ group: 'Restock', says });

const WORDS: Readonly<Record<InventoryEventType, EventWords>> = {
  ItemRegistered: catalogue('An item enters the catalogue. Unit, shown digits and currency are fixed for ever.'),
  ItemRevised: catalogue('Some fields of an item change; each is a register of its own.'),
  ItemArchived: catalogue('An item is neither sold nor ordered any more.'),
  BarcodeAssigned: catalogue('A code stands for a pack of an item from now on; item null takes it back.'),
  StockPolicySet: catalogue('How an item is to be kept, in one store or (envelope without a store) in all.'),
  StoreOpened: catalogue('A store opens. Version 1 did not know its location.'),
  StoreRevised: catalogue('Some fields of a store change.'),
  StockReceived: fact('Goods came in: world → sellable. Version 1 did not name the order they came with.'),
  StockSold: fact(
    'Goods were sold: sellable → world; picked → world when an order is named and `from` is not. In version 1 a sale without `from` always left the shelf.',
  ),
  StockReturned: fact('A customer brought goods back: world → sellable or unsellable.'),
  StockReturnedToSupplier: fact('Goods went back to the supplier: sellable or unsellable → world.'),
  StockAdjusted: fact('Stock moved for a reason; the reason says from where to where.'),
  EntryReversed: fact('A stock fact, or one line of it, counts as never having happened, at its own time.'),
  CountOpened: counting('A count session begins. One of several areas takes effect when it is closed.'),
  StockCounted: counting('Someone saw this much. An observation, not a movement.'),
  CountReviewed: counting('A remark about counted lines; changes no figure.'),
  CountClosed: counting('Everything of a session was counted.'),
  ReservationRequested: promise('A device asks for goods to be held. Holds nothing yet.'),
  StockReserved: promise('Goods are held until released or expired.'),
  ReservationRefused: promise('A request can not be held.'),
  ReservationReleased: promise('A reservation ends. A flag, without a quantity.'),
  OrderPlaced: promise('A customer orders goods.'),
  OrderConfirmed: promise("A store's part of an order is promised. Self-contained."),
  OrderRejected: promise('An order can not be promised.'),
  OrderPicked: promise('Goods were set aside for an order: sellable → picked. Uses its reservation.'),
  OrderCancelled: promise(
    'An order ends without a hand-over; `putBack`: picked → sellable, in the store of the envelope.',
  ),
  OrderFulfilled: promise('Goods were handed over for an order: picked → world, counted as a sale.'),
  TransferRequested: transfer('A store asks another one for goods.'),
  TransferDeclined: transfer('The asked store will not send.'),
  TransferDispatched: transfer('Goods left for another store: sellable → transit. Its id is the shipment.'),
  TransferReceived: transfer('Goods of a shipment came in: accepted and surplus → sellable, damaged → unsellable.'),
  TransferClosed: transfer('What is missing of a shipment is lost. A flag.'),
  AlertRaised: alert('The centre recorded an alert. No fold reads it.'),
  AlertResolved: alert('The centre recorded that an alert resolved itself.'),
  AlertAcknowledged: alert('Someone has seen an alert.'),
  AlertSnoozed: alert('Someone wants to hear of an alert again later.'),
  RestockSuggested: restock('The centre proposes what to order, with the figures it was reckoned from.'),
  RestockOrdered: restock('Goods were ordered from a supplier. Its id is the order.'),
  RestockCancelled: restock('What has not come of an order will not come.'),
};

interface JsonSchema {
  readonly type?: string;
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

const ENTITY_PATTERN = '^[0-9A-Za-z_-]{1,64}$';
const GROUPED = new Intl.NumberFormat('en', { useGrouping: 'always' });

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return '';
  if (most === undefined || most >= Number.MAX_SAFE_INTEGER)
    return least === undefined ? '' : ` ≥ ${GROUPED.format(least)}`;
  return ` ${GROUPED.format(least ?? 0)} to ${GROUPED.format(most)}`;
}

function textWords({ pattern, maxLength }: JsonSchema): string {
  if (pattern === ENTITY_PATTERN) return 'id';
  if (pattern?.startsWith('^[0-9a-f]{8}-') === true) return 'event id';
  return maxLength === undefined ? 'text' : `text ≤ ${maxLength}`;
}

function words(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(' · ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(words).join(' or ');
  switch (schema.type) {
    case 'string':
      return textWords(schema);
    case 'integer':
    case 'number':
      return `integer${range(schema.minimum, schema.maximum)}`;
    case 'array':
      return `${range(schema.minItems ?? 0, schema.maxItems).trim()} × ${words(schema.items ?? {})}`;
    case 'object':
      return `{ ${fieldsOf(schema).join('; ')} }`;
    default:
      return schema.type ?? 'anything';
  }
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): string[] {
  return Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${words(field)}`,
  );
}

function writers(type: InventoryEventType): string {
  if ((CENTRE_TYPES as readonly string[]).includes(type)) return 'the centre alone';
  return (HEAD_OFFICE_TYPES as readonly string[]).includes(type)
    ? 'head office and importers'
    : 'whoever may (authority)';
}

function section(type: InventoryEventType): string {
  const { version, schema } = EVENT_SCHEMAS[type];
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
  const rows = Object.entries(json.properties ?? {}).map(([name, field]) => {
    const optional = json.required?.includes(name) === true ? '' : ' (optional)';
    return `| \`${name}\`${optional} | ${words(field).replaceAll('|', '\\|')} |`;
  });
  const reversible = (STOCK_FACT_TYPES as readonly string[]).includes(type) ? ' Can be reversed.' : '';
  return [
    `### ${type}`,
    '',
    `${WORDS[type].says}${reversible} Version ${version}. Written by ${writers(type)}.`,
    '',
    '| field | holds |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The whole page as Markdown. */
export function eventsPage(): string {
  const types = Object.keys(EVENT_SCHEMAS) as InventoryEventType[];
  const groups = [...new Set(Object.values(WORDS).map(({ group }) => group))];
  return [
    '# Events',
    '',
    'Every event of the domain, made from its schemas (`packages/inventory/src/testing/events-page.ts`); a test keeps this page true.',
    'The envelope, ids and times are in [the glossary](glossary.md). A quantity is an integer in the item’s smallest unit, money is',
    '`minorUnits` / 10^`scale`, a time is a hybrid stamp (Unix milliseconds × 2,048 + counter). Lists are bounded: "1 to 1,000 × …".',
    'A change of shape is a new version with an upcaster that is applied on reading; bytes stay as they were written. Unknown types and',
    'newer versions are parked, what does not fit its schema is set aside.',
    '',
    ...groups.flatMap((group) => [
      `## ${group}`,
      '',
      ...types.filter((type) => WORDS[type].group === group).map(section),
    ]),
    '## Rulings',
    '',
    'EventSetAside, EventAdmitted, EventVoided and EventRetimed are about other events and belong to the event log',
    '(`packages/event-log/src/ruling.ts`). Only the centre writes them.',
    '',
  ].join('\n');
}
