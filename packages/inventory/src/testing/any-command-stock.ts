// Any command about goods and about counting them, with anything in it. For tests; decides nothing.
import fc from 'fast-check';
import { closeCount, openCount, reviewCount } from '../count/count-deciders.ts';
import { readCountSession, type CountSession } from '../count/count-queries.ts';
import { countSessionsProjector } from '../count/count-sessions-projector.ts';
import { ADJUST_REASONS } from '../stock/adjust-reasons.ts';
import {
  adjust,
  count,
  receive,
  returnGoods,
  returnToSupplier,
  reverseEntry,
  sell,
  type ReverseCommand,
} from '../stock/stock-deciders.ts';
import {
  command,
  counts,
  flags,
  ids,
  items,
  linesOf,
  maybe,
  money,
  numbers,
  stores,
  texts,
  words,
  type AnyCommand,
} from './any-command-values.ts';
import { foldBatches } from './fold-events.ts';
import { makeEvent } from './make-event.ts';

const item = items;
const quantity = numbers;
const papers = { document: maybe(texts), reference: maybe(texts) };
const buckets = words('sellable', 'unsellable');
const changes = fc.tuple(numbers, flags).map(([number, negative]) => (negative ? -number : number));

export const goodsCommands: readonly AnyCommand[] = [
  command(
    sell,
    fc.record({
      ...papers,
      customer: maybe(texts),
      order: maybe(ids),
      reservation: maybe(ids),
      audience: maybe(fc.constantFrom('all', [], ['porto'])),
      from: maybe(words('sellable', 'picked')),
      lines: linesOf(fc.record({ item, quantity, unitPrice: fc.option(money), unit: maybe(words('gram')) })),
    }),
  ),
  command(
    receive,
    fc.record({
      ...papers,
      supplier: maybe(texts),
      restock: maybe(ids),
      lines: linesOf(fc.record({ item, quantity, unitCost: maybe(money) })),
    }),
  ),
  command(
    returnGoods,
    fc.record({
      ...papers,
      customer: maybe(texts),
      sale: maybe(ids),
      lines: linesOf(fc.record({ item, quantity, disposition: words('sellable', 'damaged'), unitPrice: maybe(money) })),
    }),
  ),
  command(
    returnToSupplier,
    fc.record({
      ...papers,
      supplier: maybe(texts),
      lines: linesOf(fc.record({ item, quantity, from: buckets, unitCost: maybe(money) })),
    }),
  ),
  command(
    adjust,
    fc.record({
      ...papers,
      reason: words(...Object.keys(ADJUST_REASONS)),
      note: maybe(texts),
      approvedBy: maybe(texts),
      lines: linesOf(fc.record({ item, change: changes, unitCost: maybe(money) })),
    }),
  ),
  command(
    count,
    fc.record({
      session: texts,
      area: maybe(texts),
      counter: maybe(texts),
      lines: linesOf(fc.record({ item, quantity: counts, bucket: maybe(buckets) })),
    }),
  ),
  command(
    (told: ReverseCommand, context) => reverseEntry(told, context),
    fc.record({
      target: fc.record(
        {
          id: ids,
          type: words('StockSold', 'OrderPicked', 'EntryReversed', 'ItemRegistered'),
          store: fc.option(stores),
          audience: fc.constantFrom('all', [], ['porto']),
        },
        { requiredKeys: ['id'] },
      ),
      line: maybe(counts),
      reason: maybe(texts),
    }),
    'reverseEntry',
  ),
];

/** Sessions of each kind: open, closed, counted without anybody having opened it, and one that nobody knows. */
async function knownSessions(): Promise<(CountSession | undefined)[]> {
  const opened = (session: string) =>
    makeEvent(`open-${session}`, 'CountOpened', { session, scope: { kind: 'store' }, areas: ['back'], blind: false });
  const seen = { session: 'seen', area: 'back', counter: 'ana', lines: [] };
  const lines = [{ item: 'feta', bucket: 'sellable' as const, quantity: 1 }];
  const events = [
    opened('feta'),
    opened('rice'),
    makeEvent('close', 'CountClosed', { session: 'rice' }),
    makeEvent('saw', 'StockCounted', { ...seen, lines }),
  ];
  const tables = await foldBatches([events], [countSessionsProjector]);
  return Promise.all(['feta', 'rice', 'seen', 'never'].map((session) => readCountSession(tables, 'lisboa', session)));
}

export async function countCommands(): Promise<readonly AnyCommand[]> {
  const session = maybe(fc.constantFrom(...(await knownSessions())));
  const scope = fc.oneof(
    fc.record({ kind: words('store') }),
    fc.record({ kind: words('category'), category: texts }),
    fc.record({ kind: words('items'), items: linesOf(item) }),
  );
  const areas = linesOf(words('store', 'back', 'front'));
  const state = fc.record({ session, areas: maybe(fc.constant(['back', 'front'])) });
  return [
    command(
      (
        { state: known, ...told }: Parameters<typeof openCount>[0] & { state: Parameters<typeof openCount>[2] },
        context,
      ) => openCount(told, context, known),
      fc.record({ session: maybe(texts), scope, areas: maybe(areas), blind: maybe(flags), note: maybe(texts), state }),
      'openCount',
    ),
    command(
      reviewCount,
      fc.record({
        session: texts,
        approvedBy: maybe(texts),
        lines: linesOf(
          fc.record({ item, bucket: maybe(buckets), verdict: words('accepted', 'recount'), note: maybe(texts) }),
        ),
      }),
    ),
    command(
      ({ known, ...told }: Parameters<typeof closeCount>[0] & { known: CountSession | undefined }, context) =>
        closeCount(told, context, known),
      fc.record({ session: texts, known: session }),
      'closeCount',
    ),
  ];
}
