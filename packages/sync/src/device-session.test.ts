// The device session, driven by hand: clock, heartbeat, what the app itself reports, and what a broken centre gets.
import { describe, expect, it } from 'vitest';
import { HEARTBEAT_INTERVAL_MS, PONG_TIMEOUT_MS, UNSENT_FAULT_AFTER_MS } from './limits.ts';
import { acceptedAt, CHAIN, eventsFrame, eventsLines, logAt, point } from './testing/device-sample.ts';
import { chainOf, cursorAt, DeviceDriver, logOf, markAt } from './testing/drivers.ts';

describe('clock, heartbeat and faults on the device', () => {
  it('C1 measures its clock by a round trip on the monotonic clock; a clock set meanwhile does not spoil it', () => {
    const driver = new DeviceDriver().live();
    expect(driver.message('ping')?.clock.sentAtMs).toBe(driver.nowMs);
    const pingSentAtMs = driver.nowMs;
    driver.pass(40);
    driver.nowMs += 86_400_000;
    driver.frame({ type: 'pong', pingSentAtMs, serverTimeMs: 5_000_000, sentPosition: null });
    expect(driver.view.clock).toEqual({
      offsetMs: 5_000_020 - driver.nowMs,
      uncertaintyMs: 20,
      measuredAtMs: driver.nowMs,
    });
  });

  it('C1 what a push says of the clock is the raw time and the distance to what was last heard', () => {
    const driver = new DeviceDriver().live(logAt(0)).outbox(chainOf([]));
    driver.pass(1_500).input({ type: 'logChanged' }).outbox(CHAIN);
    expect(driver.message('push')?.clock).toEqual({
      sentAtMs: 1_001_500,
      steadySinceMs: 1_000_000,
      heard: { serverTimeMs: 1_000_000, agoMs: 1_500 },
    });
  });

  it('C5 at the start the log tells the last stamp of before: nothing up to there is vouched for, what came since is', () => {
    const steadySince = (before: number | null, later: number | null) => {
      const driver = new DeviceDriver().input({ type: 'start' });
      expect(driver.effect('readLog')?.connection).toBe(1);
      driver.input({ type: 'logRead', connection: 1, log: logOf({ lastAppendAtMs: before }) });
      driver.pass(5_000).live({ lastAppendAtMs: later });
      return driver.message('ping')?.clock.steadySinceMs;
    };
    expect(steadySince(null, 1_004_000)).toBe(1_000_000);
    expect(steadySince(900_000, 1_004_000)).toBe(1_000_000);
    expect(steadySince(7_000_000, 1_004_000)).toBe(7_000_001);
  });

  it('C2 a ping without its pong ends the connection', () => {
    const driver = new DeviceDriver().live();
    expect(driver.timer('pong')).toBe(PONG_TIMEOUT_MS);
    expect(driver.input({ type: 'timer', timer: 'pong' }).effect('close')).toBeDefined();
  });

  it('C3 a status goes out on welcome and with every heartbeat', () => {
    const driver = new DeviceDriver().live();
    expect(driver.timer('heartbeat')).toBe(HEARTBEAT_INTERVAL_MS);
    expect(driver.effect('readStatus')).toBeDefined();
    const report = {
      unsent: 3,
      oldestUnsentAgeMs: 70_000,
      lastWriteAtMs: 5,
      needsAttention: 1,
      storage: { usedBytes: 1, quotaBytes: 2, persisted: true },
    };
    driver.input({ type: 'statusRead', connection: 1, report });
    expect(driver.message('status')).toEqual({
      type: 'status',
      lines: 0,
      ...report,
      clockOffsetMs: null,
      unsentFault: false,
      appVersion: '1.0.0',
    });
    expect(driver.input({ type: 'timer', timer: 'heartbeat' }).effect('readStatus')).toBeDefined();
  });

  it('C4 unsent events, connections, and nothing accepted for a minute: the app reports it, until something is', () => {
    const driver = new DeviceDriver().live(logAt(5)).outbox(CHAIN);
    expect(driver.timer('unsent')).toBe(UNSENT_FAULT_AFTER_MS);
    // A loop of connecting and being cut off does not restart the watch.
    for (let loop = 0; loop < 3; loop += 1) {
      driver
        .input({ type: 'timer', timer: 'push' })
        .input({ type: 'timer', timer: 'retry' })
        .live(logAt(5))
        .outbox(CHAIN);
      expect(driver.timer('unsent')).toBeUndefined();
    }
    driver.input({ type: 'timer', timer: 'unsent' });
    expect(driver.effect('report')).toEqual({ type: 'report', report: { kind: 'unsent-fault', active: true } });
    expect(driver.view.unsentFault).toBe(true);
    driver.frame(acceptedAt(5));
    expect(driver.effects).toContainEqual({ type: 'report', report: { kind: 'unsent-fault', active: false } });
    expect(driver.view.unsentFault).toBe(false);
  });

  it('C4 without a network nothing can be accepted: that is no fault of sending', () => {
    const driver = new DeviceDriver()
      .live(logAt(5))
      .outbox(CHAIN)
      .input({ type: 'timer', timer: 'push' })
      .input({ type: 'timer', timer: 'retry' });
    driver.input({ type: 'connectFailed', connection: driver.connection, failure: { kind: 'unreachable' } });
    expect(driver.effects).toContainEqual({ type: 'clearTimer', timer: 'unsent' });
  });
});

describe('a broken centre', () => {
  it('B1 frames that no centre sends end the connection, and nothing of them is used', () => {
    const frames = [
      '',
      '{"type":"welcome"}',
      '{"type":"hello","lines":0}',
      '\ud800',
      'x'.repeat(500_000),
      '{"type":"events","lines":3}',
    ];
    for (const text of frames) {
      const driver = new DeviceDriver().live({ cursor: cursorAt(10) });
      driver.input({ type: 'frame', connection: 1, text });
      expect(driver.phase).toBe('waiting');
      expect(driver.effect('report')).toMatchObject({ report: { kind: 'bad-frame' } });
      expect(driver.effect('applyFrame')).toBeUndefined();
    }
  });

  it('B1 messages out of turn end the connection', () => {
    expect(new DeviceDriver().hello().frame(acceptedAt(1)).phase).toBe('waiting');
    expect(new DeviceDriver().hello().frame(eventsFrame(null, 2, [1]), eventsLines([1])).phase).toBe('waiting');
    expect(
      new DeviceDriver().live().frame({ type: 'accepted', mark: markAt(point(1), 'epoch-2'), serverTimeMs: 0 }).phase,
    ).toBe('waiting');
  });
});
