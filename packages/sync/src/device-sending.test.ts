// The device session, driven by hand: what it pushes, and what it makes of the answers.
import { describe, expect, it } from 'vitest';
import { PUSH_TIMEOUT_MS } from './limits.ts';
import { acceptedAt, CHAIN, logAt, point, pushed } from './testing/device-sample.ts';
import { chainOf, DeviceDriver, eventLine, markAt, someHash } from './testing/drivers.ts';

describe('sending', () => {
  it("P3 begins behind the centre's mark, keeps a bounded number unanswered, and goes on as answers come", () => {
    const driver = new DeviceDriver()
      .live(logAt(30), point(4), { pushEventsMax: 3, pushesInFlightMax: 2 })
      .outbox(CHAIN);
    expect(pushed(driver)).toEqual([{ firstSeq: 5, count: 3 }]);
    expect(driver.message('push')).toMatchObject({ hashBefore: point(4).hash, hashAfter: point(7).hash });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 8, count: 3 }]);
    expect(driver.effect('readOutbox')).toBeUndefined();
    expect(driver.view.sending).toBe(true);
    driver.frame(acceptedAt(7));
    expect(driver.effect('storeMark')?.mark.seq).toBe(7);
    expect(driver.effect('readOutbox')?.afterSeq).toBe(10);
  });

  it('P3 one answer may cover several pushes', () => {
    const driver = new DeviceDriver().live(logAt(30), point(0), { pushEventsMax: 5, pushesInFlightMax: 3 });
    driver.outbox(CHAIN).outbox(CHAIN).outbox(CHAIN).frame(acceptedAt(15));
    expect(driver.effect('readOutbox')?.afterSeq).toBe(15);
  });

  it('P4 a mark is stored only when this chain has its hash there; one that differs is not, and the push that follows shows the fork', () => {
    const good = new DeviceDriver().live(logAt(6), point(4)).outbox(CHAIN);
    expect(good.effect('storeMark')?.mark).toMatchObject({ seq: 4, hash: point(4).hash });
    const foreign = new DeviceDriver().live(logAt(6), { seq: 4, hash: someHash('theirs') }).outbox(CHAIN);
    expect(foreign.effect('storeMark')).toBeUndefined();
    expect(foreign.message('push')).toMatchObject({ firstSeq: 5, hashBefore: point(4).hash });
  });

  it('P4 a mark that no push explains is compared with the chain before anything goes on', () => {
    const driver = new DeviceDriver()
      .live(logAt(30), point(0), { pushEventsMax: 2, pushesInFlightMax: 1 })
      .outbox(CHAIN)
      .frame(acceptedAt(9));
    expect(driver.effect('storeMark')).toBeUndefined();
    expect(driver.effect('readOutbox')?.afterSeq).toBe(9);
    expect(driver.outbox(CHAIN).effect('storeMark')?.mark.seq).toBe(9);
    expect(pushed(driver)).toEqual([{ firstSeq: 10, count: 2 }]);
  });

  it('P4 a mark of another chain on a push of ours ends the connection', () => {
    const driver = new DeviceDriver().live(logAt(3)).outbox(CHAIN);
    driver.frame({ type: 'accepted', mark: markAt({ seq: 30, hash: someHash('theirs') }), serverTimeMs: 0 });
    expect(driver.phase).toBe('waiting');
  });

  it('P5 a resend goes back to its mark; the same word again changes nothing until something was accepted', () => {
    const driver = new DeviceDriver()
      .live(logAt(30), point(0), { pushEventsMax: 5, pushesInFlightMax: 2 })
      .outbox(CHAIN)
      .outbox(CHAIN);
    const resend = { type: 'resend', mark: markAt(point(0)) } as const;
    expect(driver.frame(resend).effect('readOutbox')?.afterSeq).toBe(0);
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 1, count: 5 }]);
    expect(driver.frame(resend).effects).toEqual([]);
    driver.frame(acceptedAt(5)).frame({ type: 'resend', mark: markAt(point(5)) });
    driver.input({
      type: 'outboxRead',
      connection: 1,
      afterSeq: 5,
      part: { before: point(5), hole: null, lines: CHAIN.placed.slice(5, 10) },
    });
    expect(pushed(driver)).toEqual([{ firstSeq: 6, count: 5 }]);
    expect(driver.frame(resend).effects).toEqual([]);
  });

  it('P7 a new commit is sent at once, also when it came while the outbox was being read', () => {
    const driver = new DeviceDriver().live(logAt(0)).outbox(chainOf([]));
    expect(driver.effect('readOutbox')).toBeUndefined();
    expect(driver.input({ type: 'logChanged' }).effect('readOutbox')?.afterSeq).toBe(0);
    driver.input({ type: 'logChanged' });
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 0, part: { before: point(0), hole: null, lines: [] } });
    expect(driver.effect('readOutbox')?.afterSeq).toBe(0);
  });

  it('P9 a push that stays unanswered ends the connection; the next one begins behind what the centre holds', () => {
    const driver = new DeviceDriver().live(logAt(5)).outbox(CHAIN);
    expect(driver.timer('push')).toBe(PUSH_TIMEOUT_MS);
    driver.input({ type: 'timer', timer: 'push' });
    expect(driver.effect('close')).toBeDefined();
    driver.input({ type: 'timer', timer: 'retry' }).live(logAt(5), point(3));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 4, count: 27 }]);
  });

  it('P12 lines of another id than the one that said hello are never pushed: another tab took a new id', () => {
    const other = chainOf([eventLine(1)], 'device-1b');
    const driver = new DeviceDriver().live(logAt(1)).outbox({ points: CHAIN.points, placed: other.placed });
    expect(pushed(driver)).toEqual([]);
    expect(driver.phase).toBe('waiting');
  });
});
