// One writer at a time, of this process or another; readers beside it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  enrol,
  projectAll,
  sumProjector,
  TestDevice,
  testPlanner,
} from '@streamstock/event-log/testing/central-fixtures';
import { describe, expect, it, vi } from 'vitest';
import { CentralLogReadOnly } from './sqlite-central-log.ts';
import { useLogFile } from './testing/log-file.ts';
import { CentralLogLocked } from './writer-lock.ts';

// Processes are started and files synced; other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const file = useLogFile();

const script = (name: string) => fileURLToPath(new URL(`testing/${name}`, import.meta.url));

describe('one writer', () => {
  it('fails clearly for a second one, in this process or another, and leaves the first alone', async () => {
    const log = file.open();
    expect(() => file.open()).toThrow(CentralLogLocked);
    const other = execFileSync(process.execPath, [script('try-to-write.ts'), file.path], { encoding: 'utf8' });
    expect(other).toMatch(/^CentralLogLocked: Another process has .*open for writing/);
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    await log.close();
    expect(execFileSync(process.execPath, [script('try-to-write.ts'), file.path], { encoding: 'utf8' })).toBe('opened');
  });

  it('lets others read meanwhile; they see what is committed and can write nothing', async () => {
    const log = file.open();
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    const reader = file.open({ mode: 'read' });
    expect((await reader.head()).position).toBe(0);
    device.writeMany(3);
    await log.append([device.push()], testPlanner);
    await projectAll(log, [sumProjector()]);
    expect(await reader.head()).toEqual(await log.head());
    expect(await reader.tables.getMany('sum-by-store', ['porto'])).toEqual([3]);
    expect(await reader.verify()).toEqual([]);
    await expect(reader.append([device.push()], testPlanner)).rejects.toThrow(CentralLogReadOnly);
    await expect(reader.project([sumProjector()], 10)).rejects.toThrow(CentralLogReadOnly);
    await log.close();
    expect((await reader.head()).position).toBe(3);
    await reader.close();
    const again = file.open({ mode: 'read' });
    expect((await again.head()).position).toBe(3);
  });

  it('finds no log to read where none was begun', () => {
    expect(() => file.open({ mode: 'read' })).toThrow(/There is no log at/);
    expect(existsSync(file.path)).toBe(false);
  });
});
