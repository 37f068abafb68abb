// What awaits a person on this device: the rows that the log keeps of it, with the bytes they are about. Resolves nothing at the
// centre; a person may put aside what only this device knows of.
import { NEEDS_ATTENTION_TABLE, type DeviceLog, type NeedsAttentionRow } from '@streamstock/event-log';
import { ATTENTION_ROWS_MAX, type AttentionEntry } from './device-engine.ts';

export async function readAttention(log: Pick<DeviceLog, 'tables' | 'find'>): Promise<AttentionEntry[]> {
  const rows = await log.tables.range<NeedsAttentionRow>(NEEDS_ATTENTION_TABLE, { rowsMax: ATTENTION_ROWS_MAX });
  const ids = rows.flatMap(({ value }) => ('event' in value ? [value.event] : []));
  const lines = new Map((await log.find(ids)).map(({ id, line }) => [id, line]));
  return rows.map(({ key, value }) => ({
    key,
    row: value,
    line: 'event' in value ? (lines.get(value.event) ?? null) : null,
  }));
}

/** Does nothing to what the centre has set aside: the centre alone admits or voids it. */
export async function dismissAttention(log: Pick<DeviceLog, 'repair'>, key: string): Promise<void> {
  await log.repair(async (tables) => {
    const [row] = await tables.getMany<NeedsAttentionRow>(NEEDS_ATTENTION_TABLE, [key]);
    if (row !== undefined && row.kind !== 'set-aside') await tables.deleteMany(NEEDS_ATTENTION_TABLE, [key]);
  });
}
