import { MemoryDeviceLog, MemoryDisk, sha256 } from '@streamstock/event-log';
import {
  clockAt,
  cursorAt,
  delivered,
  markAt,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
} from '@streamstock/event-log/testing/sample-log';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEventStates } from './event-states.ts';

describe('the states of events', () => {
  let log: MemoryDeviceLog;
  const states = (...numbers: number[]) => readEventStates(log, numbers.map(sampleId));

  beforeEach(async () => {
    log = new MemoryDeviceLog(new MemoryDisk(), [], sha256);
    await log.enrol({ device: 'device-1', store: STORE });
  });

  it('are saved until the centre accepted them, and then sent', async () => {
    const drafts = [1, 2, 3].map((number) => sampleDraft(number));
    const appended = await log.append({ drafts, clock: clockAt(START_MS) });
    expect(await states(1, 2, 3, 9)).toEqual(['saved', 'saved', 'saved', 'unknown']);
    await log.accept(markAt(appended[1]!.place));
    expect(await states(1, 2, 3)).toEqual(['sent', 'sent', 'saved']);
  });

  it('of what came from the centre are sent', async () => {
    const [foreign] = new SampleWriter('device-2').write([sampleDraft(5)]);
    await log.applyFrame({ from: null, to: cursorAt(1), lines: [delivered(foreign!, 1)] });
    expect(await states(5)).toEqual(['sent']);
  });

  it('X1 after a fork: what lies before it is sent, what was re-appended is saved', async () => {
    await log.append({ drafts: [sampleDraft(1), sampleDraft(2)], clock: clockAt(START_MS) });
    await log.rechain({ commonSeq: 1, device: 'device-1b' });
    expect(await states(1, 2)).toEqual(['sent', 'saved']);
  });

  it('are what a restored centre says of them, not what the one before had', async () => {
    const drafts = [1, 2, 3].map((number) => sampleDraft(number));
    const appended = await log.append({ drafts, clock: clockAt(START_MS) });
    const [foreign] = new SampleWriter('device-2').write([sampleDraft(5)]);
    const lines = [...appended, foreign!].map((event, index) => delivered(event, index + 1));
    await log.applyFrame({ from: null, to: cursorAt(4), lines });
    await log.accept(markAt(appended[2]!.place));
    expect(await states(1, 2, 3, 5)).toEqual(['sent', 'sent', 'sent', 'sent']);
    await log.accept(markAt(appended[0]!.place, 'epoch-2'));
    expect(await states(1, 2, 3, 5)).toEqual(['sent', 'saved', 'saved', 'saved']);
  });

  it('are attention when the centre set them aside', async () => {
    await log.append({ drafts: [sampleDraft(1)], clock: clockAt(START_MS) });
    const payload = { target: sampleId(1), reason: 'r', detail: 'd' };
    const ruling = new SampleWriter('centre-1').rule(100, { type: 'EventSetAside', payload });
    await log.applyFrame({ from: null, to: cursorAt(2), lines: [delivered(ruling, 2)] });
    expect(await states(1)).toEqual(['attention']);
  });
});
