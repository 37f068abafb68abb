// Noting what a projection step writes: only chosen tables, the last write of each row, and nothing of a step that failed.
import { expect, test } from 'vitest';
import { MemoryTables, type Projector } from '@streamstock/event-log';
import { recordWrites } from './recorded-writes.ts';

const projector = (work: Projector['project']): Projector => ({
  name: 'p',
  version: 1,
  tables: ['seen', 'other'],
  project: work,
});

test('puts and deletes of chosen tables are noted, written through, and handed out once', async () => {
  const recorder = recordWrites(
    [
      projector(async (tables) => {
        await tables.putMany('seen', [
          { key: 'a', value: 1 },
          { key: 'b', value: 1 },
        ]);
        await tables.putMany('seen', [{ key: 'a', value: 2 }]);
        await tables.deleteMany('seen', ['b']);
        await tables.putMany('other', [{ key: 'a', value: 3 }]);
        expect(await tables.getMany('seen', ['a', 'b'])).toEqual([2, undefined]);
        expect(await tables.range('seen', { rowsMax: 10 })).toEqual([{ key: 'a', value: 2 }]);
      }),
    ],
    new Set(['seen']),
  );
  const tables = new MemoryTables();
  await recorder.projectors[0]?.project(tables, []);
  expect(recorder.take()).toEqual([
    { table: 'seen', key: 'a', value: 2 },
    { table: 'seen', key: 'b', value: undefined },
  ]);
  expect(recorder.take()).toEqual([]);
  expect(await tables.getMany('other', ['a'])).toEqual([3]);
});

test('what a failed step was about to write is forgotten', async () => {
  const recorder = recordWrites(
    [
      projector(async (tables) => {
        await tables.putMany('seen', [{ key: 'a', value: 1 }]);
        throw new Error('disk');
      }),
    ],
    new Set(['seen']),
  );
  await expect(recorder.projectors[0]?.project(new MemoryTables(), [])).rejects.toThrow('disk');
  recorder.forget();
  expect(recorder.take()).toEqual([]);
});
