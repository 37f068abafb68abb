// Where records stand: saved, sent, or awaiting a person. Live over every commit that can change it.
import type { EventState } from '@streamstock/device-engine';
import { STOCK_REVERSALS_TABLE, reversalKey, type ReversalRow } from '@streamstock/inventory';
import type { RecordStateKind } from '@streamstock/ui';
import { readRecent, type RecentRecord } from './recent-records.ts';
import { useLive, useStoreId } from './use-device.tsx';

const STATE_CAUSES = ['append', 'accepted', 'frame', 'rechain', 'rebuild'] as const;

/** A document of several events is as far as its last one; null: this device does not hold all of it. */
export function recordState(states: readonly EventState[]): RecordStateKind | null {
  if (states.includes('attention')) return 'attention';
  if (states.includes('unknown')) return null;
  return states.includes('saved') ? 'saved' : 'sent';
}

/** Of one document; null while it is being read. */
export function useRecordState(events: readonly string[]): RecordStateKind | null {
  const answer = useLive(`states ${events.join(' ')}`, (device) => device.engine.eventStates(events), {
    causes: STATE_CAUSES,
  });
  return answer.value === undefined ? null : recordState(answer.value);
}

export interface ShownRecord {
  readonly record: RecentRecord;
  readonly state: RecordStateKind | null;
  readonly reversed: boolean;
}

/** What was recorded on this device lately, newest first. */
export function useRecentRecords(limit: number): readonly ShownRecord[] | undefined {
  const store = useStoreId();
  return useLive(
    `recent ${store} ${limit}`,
    async ({ engine }) => {
      const records = (await readRecent(engine)).slice(0, limit);
      const events = records.flatMap((record) => record.events);
      const states = new Map((await engine.eventStates(events)).map((state, index) => [events[index] ?? '', state]));
      const firsts = records.map((record) => reversalKey(store, record.events[0] ?? ''));
      const reversals = await engine.tables.getMany<ReversalRow>(STOCK_REVERSALS_TABLE, firsts);
      return records.map((record, index): ShownRecord => ({
        record,
        state: recordState(record.events.map((event) => states.get(event) ?? 'unknown')),
        reversed: (reversals[index]?.whole.length ?? 0) > 0,
      }));
    },
    { causes: STATE_CAUSES },
  ).value;
}
