import { describe, expect, it } from 'vitest';
import { deviceChainStart } from './chain.ts';
import type { DeviceLog } from './device-log.ts';
import { MemoryDeviceLog, MemoryDisk } from './memory-device-log.ts';
import type { AcceptedMark } from './place.ts';
import { sha256 } from './sha256.ts';
import { clockAt, markAt, readTally, sampleDraft, START_MS, STORE, tallyProjector } from './testing/sample-log.ts';
import { SampleCentre, type SampleSnapshot } from './testing/sample-snapshot.ts';

const LIMIT = { eventsMax: 100, bytesMax: 1_000_000 };

const open = (disk: MemoryDisk): DeviceLog => new MemoryDeviceLog(disk, [tallyProjector()], sha256);

async function enrolled(device: string): Promise<DeviceLog> {
  const log = open(new MemoryDisk());
  await log.enrol({ device, store: STORE });
  return log;
}

const append = (log: DeviceLog, ...numbers: number[]) =>
  log.append({ drafts: numbers.map((number) => sampleDraft(number)), clock: clockAt(START_MS) });

const startOf = (device: string): AcceptedMark => markAt({ seq: 0, hash: deviceChainStart(sha256, device) });

async function install(log: DeviceLog, { header, pages }: SampleSnapshot) {
  await log.beginSnapshot(header);
  await log.addSnapshotPages(header.id, pages);
  return await log.installSnapshot(header.id);
}

describe('marks of two epochs', () => {
  it('does not take a mark of an earlier epoch from a tab that was frozen in it', async () => {
    const log = await enrolled('device-1');
    const [first, second] = await append(log, 1, 2);
    await log.accept(markAt(second!.place, 'epoch-1'), null);
    // A tab in the new epoch: its centre holds less.
    await log.accept(markAt(first!.place, 'epoch-2'), 'epoch-1');
    expect((await log.state())?.pending.events).toBe(1);
    // The frozen one thaws, with an answer in hand.
    await log.accept(markAt(second!.place, 'epoch-1'), 'epoch-1');
    await log.accept(markAt(second!.place, 'epoch-1'), null);
    expect((await log.state())?.accepted).toEqual(markAt(first!.place, 'epoch-2'));
    expect((await log.state())?.pending.events).toBe(1);
  });

  it('follows every change of epoch, also back to one that it has left', async () => {
    const log = await enrolled('device-1');
    const [first, second] = await append(log, 1, 2);
    await log.accept(markAt(second!.place, 'epoch-1'), null);
    await log.accept(markAt(first!.place, 'epoch-2'), 'epoch-1');
    await log.accept(markAt(second!.place, 'epoch-2'), 'epoch-1');
    expect((await log.state())?.accepted).toEqual(markAt(second!.place, 'epoch-2'));
    // A database of the first epoch was copied back by hand.
    await log.accept(markAt(first!.place, 'epoch-1'), 'epoch-2');
    expect((await log.state())?.accepted).toEqual(markAt(first!.place, 'epoch-1'));
  });
});

describe('a snapshot for a log that has just taken another id', () => {
  const others = ['a fork', 'pairing again'] as const;
  for (const other of others) {
    it(`is not installed before what was re-appended by ${other} was pushed: it may hold it already`, async () => {
      const log = await enrolled('device-1');
      const centre = new SampleCentre();
      const sent = await append(log, 1, 2, 4);
      centre.append(...sent);
      await log.accept(markAt(sent[2]!.place));
      if (other === 'a fork') await log.rechain({ from: 'device-1', device: 'device-2', commonSeq: 1 });
      else await log.enrol({ device: 'device-2', store: STORE });

      const own = { accepted: startOf('device-2'), notIn: [] };
      expect(await install(log, await centre.snapshot({ id: 'too-early', position: 3, own }))).toBe('stale');
      expect(await readTally(log.tables)).toEqual({ events: 3, quantity: 7 });

      const { lines } = await log.outbox(0, LIMIT);
      const accepted = markAt(lines.at(-1)!.place);
      // What is saved meanwhile is new, and belongs on top.
      await append(log, 8);
      const pushed = await centre.snapshot({ id: 'in-time', position: 3, own: { accepted, notIn: [] } });
      expect(await install(log, pushed)).toBe('installed');
      expect(await readTally(log.tables)).toEqual({ events: 4, quantity: 15 });
    });
  }

  it('is installed once a part of it is compacted', async () => {
    const log = await enrolled('device-1');
    const centre = new SampleCentre();
    const sent = await append(log, 1, 2);
    centre.append(...sent);
    await log.enrol({ device: 'device-2', store: STORE });
    const { lines } = await log.outbox(0, LIMIT);
    const accepted = markAt(lines.at(-1)!.place);
    expect(await install(log, await centre.snapshot({ id: 'first', position: 2, own: { accepted } }))).toBe(
      'installed',
    );
    expect((await log.compact({ olderThanMs: 0, nowMs: START_MS + 1_000 })).ownEntries).toBe(2);
    expect(await install(log, await centre.snapshot({ id: 'second', position: 2, own: { accepted } }))).toBe(
      'installed',
    );
    expect(await readTally(log.tables)).toEqual({ events: 2, quantity: 3 });
  });
});

describe('a log that is given another store', () => {
  it('hands over what it held, and folds none of it, with a base and without one', async () => {
    const log = await enrolled('device-1');
    const sent = await append(log, 1, 2);
    await log.accept(markAt(sent[1]!.place));
    await log.enrol({ device: 'device-2', store: 'store-b' });
    expect(await log.heldIds(null, 9)).toEqual(sent.map(({ event }) => event.id));
    expect(
      await log.heldLines(
        sent.map(({ event }) => event.id),
        LIMIT,
      ),
    ).toEqual(sent.map(({ line }) => line));
    const draft = sampleDraft(4, { store: 'store-b' });
    await log.append({ drafts: [draft], clock: clockAt(START_MS) });
    await log.rebuild();
    const tally = async () => [await readTally(log.tables), await readTally(log.tables, 'store-b')];
    expect(await tally()).toEqual([
      { events: 0, quantity: 0 },
      { events: 1, quantity: 4 },
    ]);

    const centre = new SampleCentre();
    centre.append(...sent);
    const { header, pages } = await centre.snapshot({
      id: 'of-b',
      position: 0,
      own: { accepted: startOf('device-2') },
    });
    expect(await install(log, { header: { ...header, store: 'store-b' }, pages })).toBe('installed');
    await log.rebuild();
    expect(await tally()).toEqual([
      { events: 0, quantity: 0 },
      { events: 1, quantity: 4 },
    ]);
    // What the centre sends of it after all counts once.
    expect(await log.applyFrame(centre.frame(centre.cursorAt(0), 2))).toBe('applied');
    expect(await tally()).toEqual([
      { events: 2, quantity: 3 },
      { events: 1, quantity: 4 },
    ]);
  });
});
