import { describe, expect, it } from 'vitest';
import { deviceChainStart } from './chain.ts';
import type { DeviceLog } from './device-log.ts';
import { StorageFull } from './device-storage.ts';
import { MemoryDeviceLog, MemoryDisk, type FaultPoint } from './memory-device-log.ts';
import { DeviceLogClosed } from './device-log-problems.ts';
import { sha256 } from './sha256.ts';
import { describeDeviceLogContract } from './testing/device-log-contract.ts';
import {
  clockAt,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './testing/sample-log.ts';
import { SampleCentre } from './testing/sample-snapshot.ts';

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

  it('S3 a crash at any I/O step of any call leaves all of it or nothing, and the next life goes on', async () => {
    const centre = new SampleCentre();
    centre.append(...new SampleWriter('device-2').write([sampleDraft(50), sampleDraft(51), sampleDraft(52)]));
    const accepted = markAt({ seq: 0, hash: deviceChainStart(sha256, 'device-1') });
    const { header, pages } = await centre.snapshot({ id: 's', position: 2, own: { accepted } });
    const calls: Readonly<Record<string, (log: DeviceLog) => Promise<unknown>>> = {
      append: (log) => log.append({ drafts: [sampleDraft(1), sampleDraft(2)], clock }),
      frame: async (log) => log.applyFrame(centre.frame((await log.state())?.cursor ?? null, 3)),
      rechain: (log) => log.rechain({ commonSeq: 0, device: 'device-1b' }),
      begin: (log) => log.beginSnapshot(header),
      add: (log) => log.addSnapshotPages('s', pages),
      install: (log) => log.installSnapshot('s'),
      rebuild: (log) => log.rebuild(),
      damaged: (log) => log.setDamagedAside(1, 'hash'),
    };
    for (const [name, call] of Object.entries(calls)) {
      let struck = true;
      for (let step = 1; struck; step += 1) {
        const { disk, log } = await enrolled();
        await log.append({ drafts: [sampleDraft(10)], clock });
        if (name !== 'frame' && name !== 'rechain') await log.beginSnapshot(header);
        if (name === 'install') await log.addSnapshotPages('s', pages);
        const before = JSON.stringify(disk.dump());
        const whole = disk.clone();
        await call(open(whole));
        const after = JSON.stringify(whole.dump());
        let steps = 0;
        struck = false;
        disk.faults = () => {
          if ((steps += 1) !== step) return null;
          struck = true;
          disk.crash();
          return new DeviceLogClosed();
        };
        const outcome = await call(log).then(
          () => 'done',
          () => 'failed',
        );
        disk.faults = null;
        const found = JSON.stringify(disk.dump());
        const allowed = outcome === 'done' ? [after] : [before, after];
        expect({ name, step, allowed }).toEqual({ name, step, allowed: expect.arrayContaining([found]) });
        const next = open(disk);
        await call(next).catch(() => undefined);
        const again = { name, step, state: await next.state() };
        expect(again).toEqual({ name, step, state: await open(whole).state() });
        expect(step).toBeLessThan(200);
      }
    }
  });

  it('holds the pages of the base and of one snapshot on its way, no others', async () => {
    const { disk, log } = await enrolled();
    const centre = new SampleCentre();
    centre.append(...new SampleWriter('device-2').write([sampleDraft(50), sampleDraft(51), sampleDraft(52)]));
    const accepted = markAt({ seq: 0, hash: deviceChainStart(sha256, 'device-1') });
    const stage = async (id: string, position: number) => {
      const { header, pages } = await centre.snapshot({ id, position, own: { accepted } });
      await log.beginSnapshot(header);
      await log.addSnapshotPages(id, pages);
    };
    const held = () => Object.keys(disk.dump().pages);
    await stage('one', 1);
    await stage('two', 2);
    expect(held()).toEqual(['two']);
    await log.installSnapshot('two');
    await stage('three', 3);
    expect(held()).toEqual(['three', 'two']);
    await log.installSnapshot('three');
    expect(held()).toEqual(['three']);
    // The same one again, for what it says of this device's log: its pages are here.
    const { header, pages } = await centre.snapshot({ id: 'three', position: 3, own: { accepted } });
    expect(await log.beginSnapshot(header)).toEqual({ pagesHeld: pages.length });
    await stage('four', 2);
    expect(held()).toEqual(['four', 'three']);
    expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 153 });
    await log.beginSnapshot(header);
    expect(await log.installSnapshot('three')).toBe('installed');
    expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 153 });
    expect(held()).toEqual(['three']);
  });

  it('with lazySync, a crash may keep some of the commits', async () => {
    const { disk, log } = await enrolled({ lazySync: true });
    for (const number of [1, 2, 3]) await log.append({ drafts: [sampleDraft(number)], clock });
    disk.crash(2);
    expect((await open(disk).state())?.head.seq).toBe(2);
    disk.crash();
    expect((await open(disk).state())?.head.seq).toBe(2);
  });

  it('flips one bit of a line, whichever', async () => {
    const { disk, log } = await enrolled();
    const [appended] = await log.append({ drafts: [sampleDraft(1)], clock });
    const { id } = appended!.event;
    const { length } = appended!.line;
    for (const bit of [0, 6, 700, 7 * length + 3]) {
      expect(disk.flipBit(id, bit)).toBe(true);
      const line = (await log.find([id]))[0]!.line;
      const changed = Array.from(line).flatMap((character, index) =>
        character === appended!.line[index] ? [] : [index],
      );
      expect(changed).toEqual([Math.floor(bit / 7) % length]);
      expect(await log.heldIds(null, 10)).toEqual([]);
      disk.flipBit(id, bit);
      expect((await log.find([id]))[0]!.line).toBe(appended!.line);
      expect(await log.heldIds(null, 10)).toEqual([id]);
    }
    expect(disk.flipBit(sampleId(9), 0)).toBe(false);
  });

  it('D10 a full disk takes nothing new, and lets things go', async () => {
    const { disk, log } = await enrolled();
    await log.append({ drafts: [sampleDraft(1)], clock });
    await log.putLocal([{ key: 'a', value: 1 }]);
    disk.capacity = disk.size;
    const before = disk.dump();
    await expect(log.append({ drafts: [sampleDraft(2)], clock })).rejects.toBeInstanceOf(StorageFull);
    expect(disk.dump()).toEqual(before);
    await log.putLocal([{ key: 'a', value: 2 }]);
    await log.putLocal([{ key: 'a', value: undefined }]);
    expect(disk.size).toBe(disk.capacity - 1);
    disk.capacity = disk.size + 5;
    expect(await log.append({ drafts: [sampleDraft(2)], clock })).toHaveLength(1);
  });
});
