// The projector of event statistics, at the centre: how many events of which type each store made by hour. Owns its table.
import type { Change, Projector, Row, Tables } from '@streamstock/event-log';
import { hourOf } from '../sales/sales-tables.ts';
import { writeRows } from '../stock/write-rows.ts';
import { EVENT_HOURS_TABLE, eventHoursKey, type EventHoursRow } from './analytics-tables.ts';

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
