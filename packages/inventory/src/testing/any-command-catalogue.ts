// Any command of head office about items, codes, stores and policies, and any answer to an alert, with anything in it. For
// tests; decides nothing.
import fc from 'fast-check';
import { acknowledgeAlert, snoozeAlert } from '../alert/alert-deciders.ts';
import {
  archiveItem,
  assignBarcode,
  openStore,
  registerItem,
  reviseItem,
  reviseStore,
  setPolicy,
} from '../catalogue/catalogue-deciders.ts';
import { findBarcode, readItem } from '../catalogue/catalogue-queries.ts';
import type { CommandContext, Decision } from '../decider.ts';
import type { Seen } from '../edit-stamp.ts';
import { PolicyFields } from '../policy/policy-events.ts';
import { readPolicyRow } from '../policy/policy-queries.ts';
import { readStore } from '../stores/store-queries.ts';
import {
  command,
  counts,
  items,
  locations,
  maybe,
  money,
  numbers,
  stores,
  texts,
  times,
  words,
  type AnyCommand,
} from './any-command-values.ts';
import { foldBatches } from './fold-events.ts';
import { makeEvent, minute } from './make-event.ts';

const item = items;
const AREAS_MAX = 101;
const timeZone = words('Europe/Lisbon', 'America/Sao_Paulo');
const areas = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.record({ area: texts, name: texts }), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(fc.record({ area: texts, name: texts }), { maxLength: AREAS_MAX }) },
);
const silentAfterMs = numbers.map((minutes) => minutes * 60_000);
const lifecycle = words('active', 'ending', 'archived');

/** An edit by someone who saw the row, or did not look. */
function edit<Command, Row>(
  decide: (command: Command, context: CommandContext, seen?: Seen<Row>) => Decision,
  fields: fc.Arbitrary<object>,
  row: Row | undefined,
): AnyCommand {
  type Edit = { readonly told: Command; readonly seen: Seen<Row> | undefined };
  const seen = maybe(fc.record({ now: times, row: maybe(fc.constant(row)) }));
  return command(
    ({ told, seen: known, ...options }: Edit, context) => decide({ ...told, ...options }, context, known),
    fc.record({ told: fields, seen }),
    decide.name,
  );
}

const registered = {
  item: 'feta',
  sku: 'F-1',
  name: 'Feta',
  category: 'cheese',
  unit: 'piece',
  quantityScale: 0,
  price: null,
  currency: 'EUR',
  lifecycle: 'active',
} as const;
const opened = {
  store: 'lisboa',
  name: 'Lisboa',
  currency: 'EUR',
  timeZone: 'Europe/Lisbon',
  areas: [],
  silentAfterMs: 600_000,
  location: null,
};

export async function headOfficeCommands(): Promise<readonly AnyCommand[]> {
  const tables = await foldBatches([
    [
      makeEvent('feta', 'ItemRegistered', registered, { store: null, at: minute(5) }),
      makeEvent('code', 'BarcodeAssigned', { code: '123', item: 'feta', packSize: 1 }, { store: null, at: minute(5) }),
      makeEvent('lisboa', 'StoreOpened', opened, { at: minute(5) }),
      makeEvent('policy', 'StockPolicySet', { item: 'feta', reorderPoint: 3 }, { at: minute(5) }),
    ],
  ]);
  const policyFields = Object.keys(PolicyFields).filter((field) => field !== 'negativeStock');
  const levels = Object.fromEntries(policyFields.map((field) => [field, fc.option(numbers)]));
  return [
    command(
      registerItem,
      fc.record({
        item,
        sku: texts,
        name: texts,
        category: texts,
        unit: words('piece', 'gram'),
        quantityScale: counts,
        price: fc.option(money),
        currency: words('EUR', 'BRL'),
        lifecycle,
      }),
    ),
    edit(
      reviseItem,
      fc.record(
        { item, sku: texts, name: texts, category: texts, price: fc.option(money), lifecycle },
        { requiredKeys: ['item'] },
      ),
      await readItem(tables, 'feta'),
    ),
    edit(archiveItem, fc.record({ item }), await readItem(tables, 'feta')),
    edit(
      assignBarcode,
      fc.record({ code: texts, item: fc.option(item), packSize: numbers }),
      await findBarcode(tables, '123'),
    ),
    command(
      openStore,
      fc.record(
        {
          store: stores,
          name: texts,
          currency: words('EUR', 'BRL'),
          timeZone,
          silentAfterMs,
          areas,
          location: fc.option(locations),
        },
        { requiredKeys: ['store', 'name', 'currency', 'timeZone', 'silentAfterMs', 'areas'] },
      ),
    ),
    edit(
      reviseStore,
      fc.record(
        { store: stores, name: texts, timeZone, silentAfterMs, areas, location: fc.option(locations) },
        { requiredKeys: ['store'] },
      ),
      await readStore(tables, 'lisboa'),
    ),
    edit(
      setPolicy,
      fc.record({ item, ...levels, negativeStock: words('silent', 'warn', 'manager-pin') }, { requiredKeys: ['item'] }),
      await readPolicyRow(tables, 'lisboa', 'feta'),
    ),
  ];
}

const alert = fc.record({
  store: stores,
  kind: words('low', 'overdue-transfer', 'silent-store'),
  item: fc.option(item),
  subject: fc.option(texts),
  since: times,
});

export const alertCommands: readonly AnyCommand[] = [
  command(
    (told: Parameters<typeof acknowledgeAlert>[0], context) => acknowledgeAlert(told, context, minute(6)),
    fc.record({ alert, note: maybe(texts) }),
    'acknowledgeAlert',
  ),
  command(
    (told: Parameters<typeof snoozeAlert>[0], context) => snoozeAlert(told, context, minute(0)),
    fc.record({ alert, until: times }),
    'snoozeAlert',
  ),
];
