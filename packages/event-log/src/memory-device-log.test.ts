import { describe, expect, it } from 'vitest';
import { StorageFull } from './device-storage.ts';
import { MemoryDeviceLog, MemoryDisk, type FaultPoint } from './memory-device-log.ts';
import { sha256 } from './sha256.ts';
import { describeDeviceLogContract } from './testing/device-log-contract.ts';
import { clockAt, readTally, sampleDraft, START_MS, STORE, tallyProjector } from './testing/sample-log.ts';

describeDeviceLogContract('MemoryDeviceLog', async () => {
  const disk = new MemoryDisk();
  return {
    open: async (projectors, understands) => new MemoryDeviceLog(disk, projectors, sha256, understands),
    failNextCommit: (reason) => {
      disk.faults = (point) => {
        if (point !== 'commit') return null;
        disk.faults = null;
        return reason === 'full' ? new StorageFull() : new Error('The commit failed.');
      };
    },
    changeLine: async (id, line) => disk.changeLine(id, line),
    changePage: async (snapshot, index, text) => disk.changePage(snapshot, index, text),
    dispose: async () => disk.crash(),
  };
});

describe('MemoryDisk', () => {
  const clock = clockAt(START_MS);
  const open = (disk: MemoryDisk) => new MemoryDeviceLog(disk, [tallyProjector()], sha256);
  const enrolled = async (options?: { readonly lazySync?: boolean }) => {
    const disk = new MemoryDisk(options);
    const log = open(disk);
    await log.enrol({ device: 'device-1', store: STORE });
    disk.sync();
    return { disk, log };
  };

  it('keeps what was saved through a crash; old handles are dead', async () => {
    const { disk, log } = await enrolled();
    await log.append({ drafts: [sampleDraft(1)], clock });
    disk.crash();
    await expect(log.state()).rejects.toThrow(/closed/);
    await expect(log.tables.getMany('tally', [STORE])).rejects.toThrow(/closed/);
    const next = open(disk);
    expect((await next.state())?.head.seq).toBe(1);
    expect((await readTally(next.tables)).events).toBe(1);
  });

  it('loses what a crash finds uncommitted, whole, and tells the caller', async () => {
    const { disk } = await enrolled();
    const outcomes = new Set<string>();
    for (let steps = 0; steps < 80; steps += 1) {
      const before = JSON.stringify(disk.dump());
      const outcome = open(disk)
        .append({ drafts: [sampleDraft(1_000 + steps)], clock })
        .then(
          () => 'saved',
          () => 'failed',
        );
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      disk.crash();
      const atCrash = JSON.stringify(disk.dump());
      outcomes.add(await outcome);
      expect(JSON.stringify(disk.dump()), 'a dead handle writes nothing').toBe(atCrash);
      expect(JSON.stringify(disk.dump()) === before).toBe((await outcome) === 'failed');
      const { events } = await readTally(open(disk).tables);
      expect(disk.dump().records['own']?.length ?? 0).toBe(events);
      expect(disk.dump().records['events']?.length ?? 0).toBe(events);
    }
    expect(outcomes).toEqual(new Set(['failed', 'saved']));
  });

  it('with lazySync, forgets what it called saved: the mutant that a durability test must notice', async () => {
    const { disk, log } = await enrolled({ lazySync: true });
    await log.append({ drafts: [sampleDraft(1)], clock });
    disk.sync();
    await log.append({ drafts: [sampleDraft(2)], clock });
    disk.crash();
    expect((await open(disk).state())?.head.seq).toBe(1);
  });

  it('D2 clones into an independent device', async () => {
    const { disk, log } = await enrolled();
    await log.append({ drafts: [sampleDraft(1)], clock });
    const clone = disk.clone();
    const twin = open(clone);
    await twin.append({ drafts: [sampleDraft(2)], clock });
    await log.append({ drafts: [sampleDraft(3), sampleDraft(4)], clock });
    expect((await twin.state())?.head.seq).toBe(2);
    expect((await log.state())?.head.seq).toBe(3);
    expect((await readTally(twin.tables)).quantity).toBe(3);
  });

  it.each<FaultPoint>(['open', 'commit'])('a fault at %s leaves the disk as it was', async (point) => {
    const { disk, log } = await enrolled();
    const before = disk.dump();
    disk.faults = (at) => (at === point ? new Error('struck') : null);
    await expect(log.append({ drafts: [sampleDraft(1)], clock })).rejects.toThrow('struck');
    expect(disk.dump()).toEqual(before);
  });

  it('S2 a fault after the commit: the caller may repeat, nothing is saved twice', async () => {
    const { disk, log } = await enrolled();
    disk.faults = (at) => (at === 'after-commit' ? new Error('struck') : null);
    await expect(log.append({ drafts: [sampleDraft(1)], clock })).rejects.toThrow('struck');
    disk.faults = null;
    const [again] = await log.append({ drafts: [sampleDraft(1)], clock });
    expect(again?.place.seq).toBe(1);
    expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 1 });
  });
});
