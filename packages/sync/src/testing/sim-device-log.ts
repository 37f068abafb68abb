// What a simulated device's log answers to its session, as the device engine has it. Tells the world what is about to be
// called stored, so that it can look. Owns nothing.
import type { DeviceId, DeviceLog, MemoryDisk, OutboxPart, PlacedLine, Seq } from '@streamstock/event-log';
import type { DeviceEffect, DeviceInput, DeviceMoment } from '../device-session-types.ts';
import type { SimEnvironment } from './sim-environment.ts';

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

type Unmomented<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

export type LogEffect = Extract<
  DeviceEffect,
  {
    type:
      | 'readLog'
      | 'readOutbox'
      | 'setDamagedAside'
      | 'applyFrame'
      | 'storeMark'
      | 'readHashes'
      | 'rechain'
      | 'readHeld'
      | 'readLines'
      | 'readStatus';
  }
>;

/** The device whose log answers. */
interface LogOwner {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly log: DeviceLog;
  readonly world: SimEnvironment;
  nowMs(): number;
  /** What the centre said both chains have in common, when it gave this new id. */
  commonSeqTold(device: DeviceId): Seq | undefined;
}

export async function answerLogEffect(effect: LogEffect, owner: LogOwner): Promise<Unmomented<DeviceInput>> {
  const { log, world, name, disk } = owner;
  const { connection } = effect;
  switch (effect.type) {
    case 'readLog':
      return { type: 'logRead', connection, log: await log.state() };
    case 'readOutbox': {
      const { afterSeq } = effect;
      return { type: 'outboxRead', connection, afterSeq, part: await log.outbox(afterSeq, effect.limit) };
    }
    case 'setDamagedAside':
      await log.setDamagedAside(effect.seq, effect.problem);
      return { type: 'damagedSetAside', connection, seq: effect.seq };
    case 'applyFrame': {
      // Alone on a disk, the session itself knows where it stands.
      const stood = world.isShared(disk) ? ((await log.state())?.cursor ?? null) : effect.frame.from;
      const outcome = await log.applyFrame(effect.frame);
      if (outcome === 'applied') await world.watch.frameApplied(name, log, effect.frame, stood);
      return { type: 'frameApplied', connection, to: effect.frame.to, outcome };
    }
    case 'storeMark':
      await log.accept(effect.mark, effect.over);
      await world.watch.markStored(name, log, effect.mark);
      return { type: 'markStored', connection, mark: effect.mark };
    case 'readHashes':
      return { type: 'hashesRead', connection, points: await log.hashesAt(effect.seqs) };
    case 'rechain': {
      const { from, commonSeq, device } = effect;
      // By what the centre said, whatever the session made of it.
      const follows = await ownAfter(log, owner.commonSeqTold(device) ?? commonSeq);
      const before = (await log.state())?.identity.device;
      await log.rechain({ from, commonSeq, device });
      if (before === from) world.watch.rechained(name, follows, await log.outbox(0, EVERYTHING));
      return { type: 'rechained', connection };
    }
    case 'readHeld':
      return { type: 'heldRead', connection, ids: await log.heldIds(effect.afterId, effect.idsMax) };
    case 'readLines':
      return { type: 'linesRead', connection, lines: await log.heldLines(effect.ids, effect.limit) };
    case 'readStatus': {
      const state = await log.state();
      const oldest = state?.pending.oldestRecordedAtMs ?? null;
      const oldestUnsentAgeMs = oldest === null ? null : Math.max(0, owner.nowMs() - oldest);
      const { events: unsent = 0 } = state?.pending ?? {};
      const report = { unsent, oldestUnsentAgeMs, lastWriteAtMs: null, needsAttention: 0, storage: null };
      return { type: 'statusRead', connection, report };
    }
  }
}

/** All of the own log behind a seq but what is set aside as damaged; with a hole where its beginning was compacted. */
async function ownAfter(log: DeviceLog, afterSeq: Seq): Promise<OutboxPart> {
  const lines: PlacedLine[] = [];
  for (let after = afterSeq; ;) {
    const part = await log.outbox(after, EVERYTHING);
    const { before, hole } = part;
    lines.push(...part.lines);
    const last = part.lines.at(-1)?.place.seq;
    if (hole?.reason === 'compacted') return { before, hole, lines };
    if (hole === null && last === undefined) return { before, hole: null, lines };
    after = hole?.toSeq ?? last ?? after;
  }
}
