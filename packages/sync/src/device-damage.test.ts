// What can not be sent, driven by hand: damaged events that are set aside, and stretches of the log that are gone. The rest
// always goes on.
import type { Hole } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { acceptedAt, CHAIN, logAt, point } from './testing/device-sample.ts';
import { chainOf, DeviceDriver, eventLine, logOf, markAt, someHash } from './testing/drivers.ts';

const damage = (mark: number, seq: number, alone: boolean) =>
  ({ type: 'damage', mark: markAt(point(mark)), seq, alone, problem: 'hash-differs', detail: 'bits' }) as const;
const holeAt = (fromSeq: number, toSeq: number, reason: Hole['reason']): Hole => ({
  fromSeq,
  toSeq,
  hashAfter: point(toSeq).hash,
  reason,
});

function pushed(driver: DeviceDriver) {
  return driver.sent.flatMap(({ message, lines }) =>
    message.type === 'push' ? [{ firstSeq: message.firstSeq, count: lines.length, alone: message.alone }] : [],
  );
}

/** Two pushes of five are on their way; the third event is damaged. The first answer has come. */
function careful(): DeviceDriver {
  return new DeviceDriver()
    .live(logAt(30), point(0), { pushEventsMax: 5, pushesInFlightMax: 2 })
    .outbox(CHAIN)
    .outbox(CHAIN)
    .frame(damage(0, 1, false));
}

/** As far as the third event, which stands alone. */
function atTheDamagedOne(): DeviceDriver {
  return careful().outbox(CHAIN).frame(acceptedAt(1)).outbox(CHAIN).frame(acceptedAt(2)).outbox(CHAIN);
}

describe('damaged events', () => {
  it('P6 after damage one event a push, one at a time, as far as the damaged push went', () => {
    const driver = careful();
    expect(driver.effect('readOutbox')).toMatchObject({ afterSeq: 0, limit: { eventsMax: 1 } });
    for (let seq = 1; seq <= 5; seq += 1) {
      expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: seq, count: 1, alone: true }]);
      if (seq === 5) break;
      expect(driver.effect('readOutbox')).toBeUndefined();
      driver.frame(acceptedAt(seq));
    }
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 6, count: 5, alone: false }]);
  });

  it('P6 lines that were read before the damage was told are not sent as one push again', () => {
    const driver = new DeviceDriver()
      .live(logAt(30), point(0), { pushEventsMax: 5, pushesInFlightMax: 1 })
      .outbox(CHAIN);
    driver.frame({ type: 'resend', mark: markAt(point(0)) });
    expect(driver.effect('readOutbox')?.limit.eventsMax).toBe(5);
    driver.frame(damage(0, 1, false));
    const part = { before: point(0), hole: null, lines: CHAIN.placed.slice(0, 5) };
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 0, part });
    expect(pushed(driver)).toEqual([{ firstSeq: 1, count: 1, alone: true }]);
  });

  it('A1 X6 one that is damaged also when sent alone is set aside by the log, declared as a hole, reported, and the rest goes on', () => {
    const driver = atTheDamagedOne().frame(damage(2, 3, true));
    expect(driver.effect('setDamagedAside')).toEqual({
      type: 'setDamagedAside',
      connection: 1,
      seq: 3,
      problem: 'hash-differs: bits',
    });
    expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toBeUndefined();
    driver.input({ type: 'damagedSetAside', connection: 1, seq: 3 });
    expect(driver.effect('report')).toEqual({
      type: 'report',
      report: { kind: 'damaged', seq: 3, problem: 'hash-differs', detail: 'bits' },
    });
    const hole = holeAt(3, 3, 'damaged');
    driver.outbox(CHAIN, [hole]);
    expect(driver.message('hole')).toMatchObject({ ...hole, hashBefore: point(2).hash });
    driver.frame(acceptedAt(3));
    expect(driver.effect('storeMark')?.mark.seq).toBe(3);
    expect(driver.effect('report')).toMatchObject({
      report: { kind: 'hole', fromSeq: 3, toSeq: 3, reason: 'damaged' },
    });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 4, count: 1, alone: true }]);
  });

  it('A8 after that, and with every heartbeat, the log is looked at: one whose read models lost their base, or that has another id, says hello anew', () => {
    const live = () => new DeviceDriver().live(logAt(30), point(30));
    const looked = atTheDamagedOne()
      .frame(damage(2, 3, true))
      .input({ type: 'damagedSetAside', connection: 1, seq: 3 });
    expect(looked.effect('readLog')).toBeDefined();
    looked.input({ type: 'logRead', connection: 1, log: logOf({ ...logAt(30), damaged: 1 }) });
    expect(looked.view.damagedCount).toBe(1);
    expect(looked.phase).toBe('live');
    expect(live().input({ type: 'timer', timer: 'heartbeat' }).effect('readLog')).toBeDefined();
    for (const change of [{ needsSnapshot: true }, { identity: { device: 'device-1b', store: 'lisbon' } }]) {
      const driver = live().input({ type: 'logRead', connection: 1, log: logOf({ ...logAt(30), ...change }) });
      expect(driver.timer('retry')).toBeGreaterThan(0);
    }
    expect(live().input({ type: 'logRead', connection: 1, log: null }).timer('retry')).toBeGreaterThan(0);
  });

  it('A2 a single event is sent once more before anything is set aside, also when it was the only one of its push', () => {
    const one = chainOf([eventLine(1)]);
    const driver = new DeviceDriver().live(logAt(1)).outbox(one);
    expect(pushed(driver)).toEqual([{ firstSeq: 1, count: 1, alone: false }]);
    driver.outbox(one);
    driver.frame(damage(0, 1, false));
    expect(driver.effect('setDamagedAside')).toBeUndefined();
    expect(pushed(driver.outbox(one))).toEqual([{ firstSeq: 1, count: 1, alone: true }]);
    expect(driver.frame(damage(0, 1, true)).effect('setDamagedAside')).toBeDefined();
  });

  it('A2 repeated and late words set nothing aside that is sound', () => {
    // The first word once more, while the first event is on its way alone.
    const repeated = careful()
      .outbox(CHAIN)
      .frame(damage(0, 1, false));
    expect(repeated.effect('setDamagedAside')).toBeUndefined();
    // That of the third, after it was set aside and while the fourth is on its way.
    const late = atTheDamagedOne().frame(damage(2, 3, true));
    expect(late.frame(damage(2, 3, true)).effects).toEqual([]);
    late.input({ type: 'damagedSetAside', connection: 1, seq: 3 }).outbox(CHAIN, [holeAt(3, 3, 'damaged')]);
    expect(late.frame(damage(2, 3, true)).effect('setDamagedAside')).toBeUndefined();
    late
      .outbox(CHAIN, [holeAt(3, 3, 'damaged')])
      .frame(acceptedAt(3))
      .outbox(CHAIN);
    expect(late.frame(damage(2, 3, true)).effects).toEqual([]);
  });

  it('A2 the next connection sends alone what the last one found damaged, and need not find it again', () => {
    const driver = careful().input({ type: 'closed', connection: 1 }).input({ type: 'timer', timer: 'retry' });
    driver.live(logAt(30), point(2), { pushEventsMax: 5 }).outbox(CHAIN);
    expect(pushed(driver)).toEqual([{ firstSeq: 3, count: 1, alone: true }]);
    expect(driver.frame(damage(2, 3, true)).effect('setDamagedAside')?.seq).toBe(3);
  });

  it('A3 a line that no frame can carry is set aside unsent; what stands before it is sent and answered', () => {
    const broken = chainOf([eventLine(1), 'x'.repeat(131_073), eventLine(3)]);
    const at = (seq: number) => broken.points[seq] ?? point(0);
    const driver = new DeviceDriver().live({ head: at(3) }, at(0)).outbox(broken);
    expect(pushed(driver)).toEqual([{ firstSeq: 1, count: 1, alone: false }]);
    driver.outbox(broken);
    expect(driver.effect('setDamagedAside')).toMatchObject({ seq: 2 });
    driver.frame({ type: 'accepted', mark: markAt(at(1)), serverTimeMs: 0 });
    expect(driver.effect('storeMark')?.mark.seq).toBe(1);
    driver.input({ type: 'damagedSetAside', connection: 1, seq: 2 });
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'damaged', seq: 2, problem: 'too-long' } });
    driver.outbox(broken, [{ fromSeq: 2, toSeq: 2, hashAfter: at(2).hash, reason: 'damaged' }]);
    expect(driver.message('hole')).toMatchObject({ fromSeq: 2, hashBefore: at(1).hash, hashAfter: at(2).hash });
    expect(pushed(driver.outbox(broken))).toEqual([{ firstSeq: 3, count: 1, alone: false }]);
  });

  it('A7 a log that gives the same line again after it was set aside ends the connection instead of going round', () => {
    const driver = atTheDamagedOne().frame(damage(2, 3, true));
    driver
      .input({ type: 'damagedSetAside', connection: 1, seq: 3 })
      .outbox(CHAIN)
      .frame(damage(2, 3, true));
    expect(driver.effect('setDamagedAside')).toBeUndefined();
    expect(driver.timer('retry')).toBeGreaterThan(0);
  });
});

describe('holes', () => {
  const compacted = holeAt(1, 12, 'compacted');

  it('A4 X11 a compacted stretch that the centre asks for is declared with the hash behind it, and pushing goes on there', () => {
    const driver = new DeviceDriver().live({ ...logAt(30), compactedTo: point(12) }).outbox(CHAIN, [compacted]);
    expect(driver.message('hole')).toMatchObject({ ...compacted, hashBefore: point(0).hash });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 13, count: 18, alone: false }]);
    driver.frame(acceptedAt(12));
    expect(driver.effect('storeMark')?.mark.seq).toBe(12);
    expect(driver.effects).toContainEqual({
      type: 'report',
      report: { kind: 'hole', fromSeq: 1, toSeq: 12, reason: 'compacted' },
    });
  });

  it('A4 where the hash before is gone too the hole says so, and the mark is not stored unchecked', () => {
    const driver = new DeviceDriver().live(logAt(30), point(5));
    const part = { before: null, hole: holeAt(6, 12, 'compacted'), lines: [] };
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 5, part });
    expect(driver.message('hole')).toMatchObject({ fromSeq: 6, toSeq: 12, hashBefore: null });
    expect(driver.effect('storeMark')).toBeUndefined();
  });

  it('A4 a hole that was lost is answered by resend, and declared again', () => {
    const driver = new DeviceDriver().live(logAt(12)).outbox(CHAIN, [compacted]);
    const part = { before: point(12), hole: null, lines: [] };
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 12, part });
    driver.frame({ type: 'resend', mark: markAt(point(0)) }).outbox(CHAIN, [compacted]);
    expect(driver.message('hole')).toMatchObject(compacted);
  });

  it('A4 without an answer the connection ends, as with a push', () => {
    const driver = new DeviceDriver().live(logAt(30)).outbox(CHAIN, [compacted]);
    expect(driver.timer('push')).toBeGreaterThan(0);
    expect(driver.input({ type: 'timer', timer: 'push' }).timer('retry')).toBeGreaterThan(0);
  });

  it('P12 a hole of another chain than the one that is being sent is not declared: another tab took a new id', () => {
    const driver = new DeviceDriver().live(logAt(10), point(0), { pushEventsMax: 5 }).outbox(CHAIN);
    const other = { seq: 5, hash: someHash('of another chain') };
    const part = { before: other, hole: holeAt(6, 6, 'damaged'), lines: [] };
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 5, part });
    expect(driver.message('hole')).toBeUndefined();
    expect(driver.phase).toBe('waiting');
  });

  it('A4 a hole that does not begin where the last push ended, or nothing with no hash, ends the connection', () => {
    for (const part of [
      { before: point(0), hole: holeAt(2, 3, 'damaged'), lines: [] },
      { before: point(0), hole: { ...holeAt(1, 3, 'damaged'), toSeq: 0 }, lines: [] },
      { before: null, hole: null, lines: [] },
    ]) {
      const driver = new DeviceDriver().live(logAt(10));
      driver.input({ type: 'outboxRead', connection: 1, afterSeq: 0, part });
      expect(driver.sent).toEqual([]);
      expect(driver.phase).toBe('waiting');
    }
  });
});
