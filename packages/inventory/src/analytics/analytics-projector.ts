// The projectors of analytics, at the centre: what happened to each line by hour, and how many events of which type each
// store made by hour. Own their tables.
import type { Change, Projector, Row, Tables } from '@streamstock/event-log';
import type { StockFactType } from '../payloads.ts';
import { hourOf } from '../sales/sales-tables.ts';
import { foldReversible } from '../stock/reversed-facts.ts';
import { writeRows } from '../stock/write-rows.ts';
import {
  ANALYTICS_FACTS_TABLE,
  ANALYTICS_REVERSALS_TABLE,
  EVENT_HOURS_TABLE,
  eventHoursKey,
  ITEM_HOURS_TABLE,
  type EventHoursRow,
} from './analytics-tables.ts';
import { foldItemHours } from './item-hours-fold.ts';

const TOLD: ReadonlySet<StockFactType> = new Set<StockFactType>([
  'StockSold',
  'OrderFulfilled',
  'StockReturned',
  'StockReceived',
  'StockAdjusted',
]);

export const analyticsProjector: Projector = {
  name: 'analytics',
  version: 1,
  tables: [ITEM_HOURS_TABLE, ANALYTICS_FACTS_TABLE, ANALYTICS_REVERSALS_TABLE],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const names = { facts: ANALYTICS_FACTS_TABLE, reversals: ANALYTICS_REVERSALS_TABLE };
    await foldItemHours(tables, await foldReversible(tables, names, changes, (type) => TOLD.has(type)));
  },
};

export const eventStatisticsProjector: Projector = {
  name: 'event-statistics',
  version: 1,
  tables: [EVENT_HOURS_TABLE],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const sums = new Map<string, Map<string, number>>();
    const add = (key: string, type: string, change: 1 | -1): void => {
      const types = sums.get(key) ?? new Map<string, number>();
      types.set(type, (types.get(type) ?? 0) + change);
      sums.set(key, types);
    };
    for (const { event, before, after } of changes) {
      if (before !== null) add(eventHoursKey(event.store, hourOf(before.effectiveAt)), event.type, -1);
      if (after !== null) add(eventHoursKey(event.store, hourOf(after.effectiveAt)), event.type, 1);
    }
    const keys = [...sums.keys()];
    if (keys.length === 0) return;
    const stored = await tables.getMany<EventHoursRow>(EVENT_HOURS_TABLE, keys);
    const rows = keys.map((key, index): Row<EventHoursRow> => {
      const types: Record<string, number> = { ...stored[index]?.types };
      for (const [type, change] of sums.get(key) ?? []) {
        const now = (types[type] ?? 0) + change;
        if (now === 0) delete types[type];
        else types[type] = now;
      }
      return { key, value: { types } };
    });
    const isEmpty = ({ value }: Row<EventHoursRow>): boolean => Object.keys(value.types).length === 0;
    await writeRows(
      tables,
      EVENT_HOURS_TABLE,
      rows.filter((row) => !isEmpty(row)),
      rows.filter(isEmpty).map(({ key }) => key),
    );
  },
};
