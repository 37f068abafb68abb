// The write-ahead log is copied into the file by a thread, before a commit would have to do it; without the thread the log
// goes on.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { enrol, readAll, TestDevice, testPlanner } from '@streamstock/event-log/testing/central-fixtures';
import { describe, expect, it, vi } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { useLogFile } from './testing/log-file.ts';

const file = useLogFile();
const MEBIBYTE = 1_024 * 1_024;

describe('the write-ahead log', () => {
  it('is copied into the file while it is far shorter than what a commit copies by itself', async () => {
    const log = file.open();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(500, { payload: { note: 'x'.repeat(20_000) } });
    expect(statSync(file.path).size).toBeLessThan(MEBIBYTE);
    for (let from = 1; from <= 500; from += 100) await log.append([device.push(from, from + 99)], testPlanner);
    await vi.waitFor(() => expect(statSync(file.path).size).toBeGreaterThan(8 * MEBIBYTE), { timeout: 20_000 });
    expect(statSync(`${file.path}-wal`).size).toBeLessThan(32 * MEBIBYTE);
    await log.close();
    expect(existsSync(`${file.path}-wal`)).toBe(false);
    const again = file.open();
    expect(await readAll(again)).toHaveLength(500);
    expect(await again.verify()).toEqual([]);
  });

  it('is warned of, and the thread begun anew, when it can not be copied', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const checkpoints = new Checkpoints(join(file.folder, 'none', 'log.sqlite'));
    for (const times of [1, 2]) {
      checkpoints.committed(10_000);
      await vi.waitFor(() => expect(warned).toHaveBeenCalledTimes(times), { timeout: 20_000 });
      await vi.waitFor(() => expect(checkpoints.isRunning).toBe(false), { timeout: 20_000 });
    }
    expect(warned.mock.calls[0]?.[0]).toMatch(/write-ahead log ended/);
    await checkpoints.close();
    warned.mockRestore();
  });
});
