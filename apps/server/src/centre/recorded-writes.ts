// Learns what a projection step changed: wraps the projectors so that every row they write to chosen tables is noted, and
// hands the notes out once the step is committed. Changes nothing of what is written.
import type { Projector, Row, Tables } from '@streamstock/event-log';

/** A row as it is after the step; `value` undefined: deleted. */
export interface RecordedWrite {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

export interface WriteRecorder {
  readonly projectors: readonly Projector[];
  /** After a commit: what was written since the last `take` or `forget`, the last write of each row. */
  take(): readonly RecordedWrite[];
  /** After a step that failed: nothing of it happened. */
  forget(): void;
}

export function recordWrites(projectors: readonly Projector[], tables: ReadonlySet<string>): WriteRecorder {
  const noted = new Map<string, RecordedWrite>();
  const note = (table: string, key: string, value: unknown): void => {
    if (tables.has(table)) noted.set(`${table}\n${key}`, { table, key, value });
  };
  return {
    projectors: projectors.map((projector) => ({
      ...projector,
      project: async (inner, changes) => await projector.project(recording(inner, note), changes),
    })),
    take: () => {
      const writes = [...noted.values()];
      noted.clear();
      return writes;
    },
    forget: () => noted.clear(),
  };
}

function recording(tables: Tables, note: (table: string, key: string, value: unknown) => void): Tables {
  return {
    getMany: async <Value>(table: string, keys: readonly string[]) => await tables.getMany<Value>(table, keys),
    range: async <Value>(table: string, range: Parameters<Tables['range']>[1]) =>
      await tables.range<Value>(table, range),
    putMany: async (table: string, rows: readonly Row<unknown>[]) => {
      for (const { key, value } of rows) note(table, key, value);
      await tables.putMany(table, rows);
    },
    deleteMany: async (table: string, keys: readonly string[]) => {
      for (const key of keys) note(table, key, undefined);
      await tables.deleteMany(table, keys);
    },
  };
}
