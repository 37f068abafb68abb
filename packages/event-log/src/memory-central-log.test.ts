import { describe, expect, it } from 'vitest';
import { MemoryCentralLog } from './memory-central-log.ts';
import {
  enrol,
  nextTurn,
  projectAll,
  sumProjector,
  TestDevice,
  testPlanner,
  testSeal,
} from './testing/central-fixtures.ts';
import { describeCentralLogContract } from './testing/central-log-contract.ts';

const options = { epoch: 'epoch-1', writer: 'centre-1', seal: testSeal };

describeCentralLogContract('memory', async () => {
  let log = new MemoryCentralLog(options);
  return {
    log,
    reopen: async () => (log = log.clone()),
    flipByte: async (position) => {
      const disk = log.disk();
      disk.flipByte(position);
      log = new MemoryCentralLog(options, disk);
    },
    dispose: async () => {
      await log.close();
    },
  };
});

describe('a central log in memory', () => {
  it('loses what still waits for the disk when it crashes, and nothing that resolved', async () => {
    let release: () => void = () => {};
    let blocked = false;
    const log = new MemoryCentralLog({
      ...options,
      sync: async () => {
        if (blocked) await new Promise<void>((resolve) => (release = resolve));
      },
    });
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(2);
    await log.append([device.push(1, 1)], testPlanner);
    blocked = true;
    const second = log.append([device.push(2, 2)], testPlanner);
    await nextTurn();
    expect((await log.head()).position).toBe(1);
    const crashed = log.clone({ sync: async () => {} });
    release();
    expect(await second).toMatchObject([{ kind: 'accepted' }]);
    expect((await log.head()).position).toBe(2);
    expect((await crashed.head()).position).toBe(1);
    expect(await crashed.append([device.push(2, 2)], testPlanner)).toMatchObject([
      { kind: 'accepted', mark: { seq: 2 } },
    ]);
  });

  it('writes nothing when the disk fails', async () => {
    let broken = false;
    const log = new MemoryCentralLog({
      ...options,
      sync: async () => {
        if (broken) throw new Error('Disk full.');
      },
    });
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(1);
    broken = true;
    await expect(log.append([device.push()], testPlanner)).rejects.toThrow('Disk full.');
    await expect(log.project([sumProjector()], 10)).rejects.toThrow('Disk full.');
    broken = false;
    expect(await log.append([device.push()], testPlanner)).toMatchObject([{ kind: 'accepted' }]);
  });

  it('is independent of its copies', async () => {
    const log = new MemoryCentralLog(options);
    const device = new TestDevice({ device: 'till-a', store: 'porto' });
    await enrol(log, device);
    device.writeMany(1);
    const backup = log.clone();
    await log.append([device.push()], testPlanner);
    await projectAll(log, [sumProjector()]);
    expect((await backup.head()).position).toBe(0);
    expect(await backup.tables.range('sum-by-store', { rowsMax: 1 })).toEqual([]);
  });
});
