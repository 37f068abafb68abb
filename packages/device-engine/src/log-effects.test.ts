import { MemoryDeviceLog, MemoryDisk, sha256 } from '@streamstock/event-log';
import { clockAt, cursorAt, sampleDraft, START_MS, STORE } from '@streamstock/event-log/testing/sample-log';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogEffects, type LogEffect } from './log-effects.ts';
import type { SessionInput } from './session-input.ts';
import { SessionTimers } from './session-timers.ts';

describe('effects on the log', () => {
  let disk: MemoryDisk;
  let log: MemoryDeviceLog;
  let effects: LogEffects;
  let answers: SessionInput[];
  let failures: unknown[];

  beforeEach(async () => {
    disk = new MemoryDisk();
    log = new MemoryDeviceLog(disk, [], sha256);
    await log.enrol({ device: 'device-1', store: STORE });
    await log.append({ drafts: [sampleDraft(1), sampleDraft(2)], clock: clockAt(START_MS) });
    answers = [];
    failures = [];
    effects = new LogEffects({
      log,
      readStatus: async () => ({
        unsent: 0,
        oldestUnsentAgeMs: null,
        lastWriteAtMs: null,
        needsAttention: 0,
        storage: null,
      }),
      answer: (input) => answers.push(input),
      failed: (error) => failures.push(error),
    });
  });

  const run = async (...list: LogEffect[]) => {
    const before = answers.length;
    for (const effect of list) effects.run(effect);
    while (answers.length < before + list.length) await Promise.resolve();
    return answers.slice(before);
  };

  it('are answered in the order they were begun', async () => {
    const given = await run(
      { type: 'readLog', connection: 1 },
      { type: 'applyFrame', connection: 1, frame: { from: null, to: cursorAt(3), lines: [] } },
      { type: 'readHashes', connection: 1, seqs: [0] },
      { type: 'readOutbox', connection: 1, afterSeq: 1, limit: { eventsMax: 9, bytesMax: 9_999 } },
      { type: 'readStatus', connection: 1 },
    );
    expect(given.map(({ type }) => type)).toEqual([
      'logRead',
      'frameApplied',
      'hashesRead',
      'outboxRead',
      'statusRead',
    ]);
    expect(given[3]).toMatchObject({ afterSeq: 1, part: { before: { seq: 1 }, lines: [{ place: { seq: 2 } }] } });
  });

  it('that fail are answered as failed, and the next one runs', async () => {
    disk.faults = (point) => (point === 'commit' ? new Error('struck') : null);
    const frame = { from: null, to: cursorAt(3), lines: [] };
    const given = await run({ type: 'applyFrame', connection: 4, frame }, { type: 'readLog', connection: 4 });
    expect(given[0]).toEqual({ type: 'logFailed', connection: 4, detail: 'Error: struck' });
    expect(given[1]?.type).toBe('logRead');
    expect(failures).toEqual([new Error('struck')]);
  });

  it('D7 a frozen tab’s repair of a fork that was repaired meanwhile changes nothing', async () => {
    await log.rechain({ commonSeq: 0, device: 'device-1b' });
    const before = await log.state();
    const given = await run({
      type: 'rechain',
      connection: 1,
      from: 'device-1',
      commonSeq: 2,
      device: 'device-1c',
    });
    expect(given[0]?.type).toBe('rechained');
    expect(await log.state()).toEqual(before);
  });
});

describe('the session’s timers', () => {
  it('set again or cleared never fire for the earlier setting', () => {
    const pending = new Map<number, () => void>();
    let handles = 0;
    const fired: string[] = [];
    const timers = new SessionTimers(
      {
        setTimer: (callback) => {
          handles += 1;
          pending.set(handles, callback);
          return handles as unknown as ReturnType<typeof setTimeout>;
        },
        clearTimer: (handle) => void pending.delete(handle as unknown as number),
      },
      (timer) => fired.push(timer),
    );
    timers.set('retry', 10);
    timers.set('retry', 20);
    timers.set('pong', 5);
    timers.clear('pong');
    timers.set('push', 1);
    expect([...pending.keys()]).toEqual([2, 4]);
    for (const callback of pending.values()) callback();
    expect(fired).toEqual(['retry', 'push']);
    timers.set('answer', 1);
    timers.clearAll();
    expect(pending.has(5)).toBe(false);
  });
});
