import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  enrol,
  nextTurn,
  projectAll,
  readAll,
  sumProjector,
  TestDevice,
  testPlanner,
} from '@streamstock/event-log/testing/central-fixtures';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SqliteCentralLog } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';

const file = useLogFile();
let copy: string;
let log: SqliteCentralLog;
beforeEach(() => {
  copy = join(file.folder, 'copy.sqlite');
  log = file.open();
});

describe('a backup', () => {
  it('is one whole state, taken while the log is written, and can be opened and gone on with', async () => {
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(500, { payload: { note: 'x'.repeat(10_000) } });
    await log.append([device.push()], testPlanner);
    let done = false;
    const writing = (async () => {
      while (!done) {
        device.write({ payload: { bad: true } });
        await log.append([device.push(device.log.length)], testPlanner);
        await projectAll(log, [sumProjector()]);
        await nextTurn();
      }
    })();
    const head = await log.backupTo(copy);
    const behind = await log.head();
    done = true;
    await writing;
    expect(head.position).toBeGreaterThanOrEqual(500);
    expect(behind.position).toBeGreaterThan(head.position);

    const restored = file.open({ path: copy });
    try {
      expect(await restored.head()).toEqual(head);
      expect(await readAll(restored)).toEqual((await readAll(log)).slice(0, head.position));
      expect(await restored.verify()).toEqual([]);
      const { seq } = (await restored.device('till-a'))?.accepted ?? { seq: 0 };
      await restored.append([device.push(seq + 1)], testPlanner);
      expect((await restored.device('till-a'))?.accepted.seq).toBe(device.log.length);
    } finally {
      await restored.close();
    }
  });

  it('is complete in its one file', async () => {
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(3);
    await log.append([device.push()], testPlanner);
    await log.backupTo(copy);
    expect(existsSync(`${copy}-wal`)).toBe(false);
    const reader = file.open({ path: copy, mode: 'read' });
    expect(await reader.head()).toEqual(await log.head());
    await reader.close();
  });

  it('overwrites nothing, and leaves nothing when it fails', async () => {
    writeFileSync(copy, 'mine');
    await expect(log.backupTo(copy)).rejects.toThrow(/is there already/);
    const nowhere = join(file.folder, 'no', 'such', 'folder.db');
    await expect(log.backupTo(nowhere)).rejects.toThrow(/unable to open/);
    expect(existsSync(nowhere)).toBe(false);
    await log.backupTo(join(file.folder, 'another.db'));
  });
});

describe('a view', () => {
  it('keeps no writer waiting, and lets the log be closed', async () => {
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    const view = await log.view();
    device.writeMany(200);
    await log.append([device.push()], testPlanner);
    expect(view.head.position).toBe(0);
    expect((await log.head()).position).toBe(200);
    await log.close();
    await expect(view.tables.range('sum-by-store', { rowsMax: 1 })).rejects.toThrow(/not open|finalized/);
    await view.close();
  });

  it('is also there for who only reads', async () => {
    const reader = file.open({ mode: 'read' });
    const view = await reader.view();
    expect(view.head).toEqual(await log.head());
    await view.close();
    await reader.close();
  });
});
