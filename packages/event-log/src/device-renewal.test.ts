import { describe, expect, it } from 'vitest';
import { deviceChainStart } from './chain.ts';
import type { DeviceLog } from './device-log.ts';
import { MemoryDeviceLog, MemoryDisk } from './memory-device-log.ts';
import type { AcceptedMark } from './place.ts';
import { sha256 } from './sha256.ts';
import {
  clockAt,
  markAt,
  readTally,
  sampleDraft,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './testing/sample-log.ts';
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

describe('a frame of an earlier epoch', () => {
  it('is not taken from a tab that was frozen in it: what it brings would be offered to nobody', async () => {
    const log = await enrolled('device-1');
    const [own] = await append(log, 1);
    const centre = new SampleCentre();
    centre.append(own!, ...new SampleWriter('device-2').write([sampleDraft(2)]));
    expect(await log.applyFrame(centre.frame(null, 1))).toBe('applied');
    await log.accept(startOf('device-1'));
    await log.accept(markAt(own!.place, 'epoch-2'), 'epoch-1');
    expect(await log.applyFrame(centre.frame(centre.cursorAt(1), 2))).toBe('stale');
    expect(await log.heldIds(null, 9)).toHaveLength(1);
    expect((await log.state())?.cursor).toEqual(centre.cursorAt(1));
  });
});

describe('a snapshot of an earlier epoch', () => {
  it('is not installed by a tab that was frozen in it: the mark of the new one stays', async () => {
    const log = await enrolled('device-1');
    const [own] = await append(log, 1, 2);
    const centre = new SampleCentre();
    centre.append(own!);
    await log.accept(markAt(own!.place));
    expect(await log.applyFrame(centre.frame(null, 1))).toBe('applied');
    const { header, pages } = await centre.snapshot({ id: 'old', position: 1, own: { accepted: markAt(own!.place) } });
    await log.beginSnapshot(header);
    await log.addSnapshotPages(header.id, pages);
    const start = markAt({ seq: 0, hash: deviceChainStart(sha256, 'device-1') }, 'epoch-2');
    await log.accept(start, 'epoch-1');
    expect(await log.installSnapshot(header.id)).toBe('stale');
    expect(await log.state()).toMatchObject({ accepted: start, base: null, pending: { events: 2 } });
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

describe('two versions of an event that the centre derived, one in each epoch', () => {
  const [earlier] = new SampleWriter('centre-1').write([sampleDraft(7)]);
  const [later] = new SampleWriter('centre-2').write([sampleDraft(7, { payload: { item: 'item-1', quantity: 100 } })]);
  const START = startOf('device-1');

  async function holdingTheEarlier(): Promise<{ readonly log: DeviceLog; readonly centre: SampleCentre }> {
    const log = await enrolled('device-1');
    const lost = new SampleCentre();
    lost.append(earlier!);
    await install(log, await lost.snapshot({ id: 'lost', position: 0, own: { accepted: START } }));
    await log.applyFrame(lost.frame(lost.cursorAt(0), 1));
    expect(await readTally(log.tables)).toEqual({ events: 1, quantity: 7 });
    return { log, centre: new SampleCentre([tallyProjector()], 'epoch-2') };
  }

  const start = markAt({ seq: 0, hash: START.hash }, 'epoch-2');
  const shown = async (log: DeviceLog) => {
    const { quantity } = await readTally(log.tables);
    await log.rebuild();
    return [quantity, (await readTally(log.tables)).quantity];
  };

  it('the one that has the position counts, in a base and behind it', async () => {
    for (const position of [0, 1]) {
      const { log, centre } = await holdingTheEarlier();
      centre.append(later!);
      await install(log, await centre.snapshot({ id: 'new', position, own: { accepted: start } }));
      expect(await shown(log)).toEqual(position === 0 ? [0, 0] : [100, 100]);
      if (position === 0) await log.applyFrame(centre.frame(centre.cursorAt(0), 1));
      expect(await shown(log)).toEqual([100, 100]);
    }
  });

  it('a ruling on it moves the one that counts', async () => {
    const { log, centre } = await holdingTheEarlier();
    const writer = new SampleWriter('centre-2b');
    centre.append(later!);
    await install(log, await centre.snapshot({ id: 'new', position: 1, own: { accepted: start } }));
    const payload = { target: later!.event.id, reason: 'a test' };
    centre.append(writer.rule(8, { type: 'EventVoided', payload }));
    await log.applyFrame(centre.frame(centre.cursorAt(1), 2));
    expect(await shown(log)).toEqual([0, 0]);
    expect(await log.heldLines([later!.event.id], LIMIT)).toEqual([later!.line]);
  });
});
