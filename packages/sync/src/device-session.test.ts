// The device session, driven by hand: connecting and coming back, sending, receiving, forks, clock, and what a broken
// centre gets.
import { describe, expect, it } from 'vitest';
import {
  CONNECTION_STABLE_AFTER_MS,
  HEARTBEAT_INTERVAL_MS,
  PONG_TIMEOUT_MS,
  PUSH_TIMEOUT_MS,
  RETRY_DELAY_MAX_MS,
  RETRY_REFUSED_DELAY_MS,
  UNSENT_FAULT_AFTER_MS,
} from './limits.ts';
import type { Recovery, RefusalKind } from './protocol.ts';
import { chainOf, cursorAt, DEVICE, DeviceDriver, eventLine, logOf, markAt, someHash } from './testing/drivers.ts';

const CHAIN = chainOf(Array.from({ length: 30 }, (_, index) => eventLine(index + 1)));
const point = (seq: number) => CHAIN.points[seq] ?? { seq: -1, hash: '' };
const logAt = (seq: number) => ({ head: point(seq), pending: { events: seq, oldestRecordedAtMs: 0 } });
const acceptedAt = (seq: number) => ({ type: 'accepted', mark: markAt(point(seq)), serverTimeMs: 1_000_000 }) as const;
const refused = (kind: RefusalKind, recovery: Recovery, retryAfterMs: number | null = null) =>
  ({ type: 'refused', kind, recovery, message: 'no', retryAfterMs }) as const;

function eventsFrame(from: number | null, to: number, positions: readonly number[], device = 'device-9') {
  return {
    type: 'events' as const,
    from: from === null ? null : cursorAt(from),
    to: cursorAt(to),
    headPosition: to,
    positions: [...positions],
    devices: [device],
    places: positions.map((position): [number, number, string] => [0, position, someHash(`${device} ${position}`)]),
  };
}
const eventsLines = (positions: readonly number[]) => positions.map((position) => eventLine(position));

function pushed(driver: DeviceDriver) {
  return driver.sent.flatMap(({ message, lines }) =>
    message.type === 'push' ? [{ firstSeq: message.firstSeq, count: lines.length }] : [],
  );
}

describe('coming back', () => {
  it('R1 waits double up to a bound, half of each is random, and they never end', () => {
    const delays = (random: number) => {
      const driver = new DeviceDriver().input({ type: 'start' });
      driver.random = random;
      return Array.from({ length: 200 }, () => {
        const delay =
          driver
            .input({ type: 'connectFailed', connection: driver.connection, failure: { kind: 'unreachable' } })
            .timer('retry') ?? 0;
        expect(driver.input({ type: 'timer', timer: 'retry' }).effect('connect')).toBeDefined();
        return delay;
      });
    };
    expect(delays(0).slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
    expect(delays(0.999_999).slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(delays(0).at(-1)).toBe(RETRY_DELAY_MAX_MS / 2);
    expect(Math.max(...delays(0.999_999))).toBe(RETRY_DELAY_MAX_MS);
  });

  it('R1 only a connection that lasted makes the next wait short again', () => {
    const driver = new DeviceDriver().live();
    expect(driver.timer('stable')).toBe(CONNECTION_STABLE_AFTER_MS);
    for (let loop = 0; loop < 8; loop += 1)
      driver.input({ type: 'closed', connection: driver.connection }).input({ type: 'timer', timer: 'retry' }).live();
    const long = driver.input({ type: 'closed', connection: driver.connection }).timer('retry') ?? 0;
    expect(long).toBeGreaterThan(10_000);
    driver.input({ type: 'timer', timer: 'retry' }).live().input({ type: 'timer', timer: 'stable' });
    expect(driver.input({ type: 'closed', connection: driver.connection }).timer('retry')).toBeLessThanOrEqual(500);
  });

  it('R2 a person or a returning network connects at once; a lost network lets the connection go', () => {
    const driver = new DeviceDriver().live().input({ type: 'networkLost' });
    expect(driver.effect('close')).toBeDefined();
    expect(driver.view.connection).toBe('offline');
    expect(driver.input({ type: 'tryNow' }).effect('connect')).toBeDefined();
    expect(driver.input({ type: 'tryNow' }).effects).toEqual([]);
  });

  it('R3 a busy centre is left alone for as long as it asked, and shown as busy', () => {
    const driver = new DeviceDriver().live().frame(refused('busy', 'retry', 9_000));
    expect(driver.timer('retry')).toBe(9_000);
    expect(driver.view).toMatchObject({ connection: 'waiting', needs: null });
    const atDoor = new DeviceDriver().input({ type: 'start' });
    atDoor.input({ type: 'connectFailed', connection: 1, failure: { kind: 'busy', retryAfterMs: 7_000 } });
    expect(atDoor.timer('retry')).toBe(7_000);
  });

  it('R4 what only a person can lift is shown with its one remedy and asked again now and then', () => {
    for (const [kind, recovery] of [
      ['update', 'update'],
      ['revoked', 'enrol'],
      ['version', 'update'],
    ] as const) {
      const driver = new DeviceDriver().hello().frame(refused(kind, recovery));
      expect(driver.view).toMatchObject({ connection: 'needsYou', needs: { kind, recovery } });
      expect(driver.timer('retry')).toBe(RETRY_REFUSED_DELAY_MS * 0.75);
      driver.input({ type: 'timer', timer: 'retry' });
      expect(driver.effect('connect')).toBeDefined();
      expect(driver.view.connection).toBe('needsYou');
      expect(driver.live().view).toMatchObject({ connection: 'online', needs: null });
    }
  });

  it('R4 a used or expired ticket just means a new one', () => {
    const driver = new DeviceDriver().hello().frame(refused('unauthorised', 'new-ticket'));
    expect(driver.view).toMatchObject({ connection: 'offline', needs: null });
    expect(driver.timer('retry')).toBeLessThan(RETRY_REFUSED_DELAY_MS);
    const atDoor = new DeviceDriver().input({ type: 'start' });
    atDoor.input({ type: 'connectFailed', connection: 1, failure: { kind: 'refused', refusal: 'revoked' } });
    expect(atDoor.view).toMatchObject({ connection: 'needsYou', needs: { kind: 'revoked', recovery: 'enrol' } });
  });

  it('R5 what belongs to an earlier connection is ignored', () => {
    const driver = new DeviceDriver()
      .live()
      .input({ type: 'closed', connection: 1 })
      .input({ type: 'timer', timer: 'retry' })
      .live();
    expect(driver.connection).toBe(2);
    expect(driver.input({ type: 'closed', connection: 1 }).effects).toEqual([]);
    expect(driver.input({ type: 'frame', connection: 1, text: 'nonsense' }).effects).toEqual([]);
    expect(driver.input({ type: 'frameApplied', connection: 1, to: cursorAt(5), outcome: 'applied' }).effects).toEqual(
      [],
    );
    expect(driver.phase).toBe('live');
  });

  it('R6 a log that fails lets the connection go, and it is tried again', () => {
    const driver = new DeviceDriver().live().input({ type: 'logFailed', connection: 1, detail: 'backing store' });
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'log-failed', detail: 'backing store' } });
    expect(driver.timer('retry')).toBeGreaterThan(0);
  });

  it('R7 stop ends everything; start begins anew from the log', () => {
    const driver = new DeviceDriver().live().input({ type: 'stop' });
    expect(driver.effects.filter((effect) => effect.type === 'setTimer' || effect.type === 'connect')).toEqual([]);
    expect(driver.view.connection).toBe('stopped');
    expect(driver.input({ type: 'timer', timer: 'retry' }).effects).toEqual([]);
    expect(driver.input({ type: 'start' }).effect('connect')).toBeDefined();
  });

  it('R8 no step of a connection waits for ever', () => {
    const connecting = new DeviceDriver().input({ type: 'start' });
    expect(connecting.timer('answer')).toBeGreaterThan(0);
    expect(connecting.input({ type: 'timer', timer: 'answer' }).effect('close')).toBeDefined();
    const greeting = new DeviceDriver().hello();
    expect(greeting.timer('answer')).toBeGreaterThan(0);
    expect(greeting.input({ type: 'timer', timer: 'answer' }).timer('retry')).toBeGreaterThan(0);
    const forking = new DeviceDriver().hello(logAt(3)).frame({ type: 'forked', round: 1, seqs: [1, 2, 3] });
    expect(forking.timer('answer')).toBeGreaterThan(0);
    expect(forking.input({ type: 'timer', timer: 'answer' }).timer('retry')).toBeGreaterThan(0);
  });
});

describe('hello and welcome', () => {
  it("H4 hello carries the log's own state and nothing else is sent before welcome", () => {
    const log = { head: point(7), accepted: markAt(point(4)), cursor: cursorAt(12) };
    const driver = new DeviceDriver().hello(log);
    expect(driver.sent).toMatchObject([
      {
        message: {
          type: 'hello',
          ticket: 'ticket-1',
          device: DEVICE,
          head: point(7),
          accepted: log.accepted,
          cursor: log.cursor,
          deviceTimeMs: driver.nowMs,
        },
      },
    ]);
    expect(driver.input({ type: 'logChanged' }).effects).toEqual([]);
  });

  it('H6 a welcome of another epoch than the cursor is not believed', () => {
    const driver = new DeviceDriver().live({ cursor: cursorAt(12, 'epoch-0') });
    expect(driver.phase).toBe('waiting');
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'bad-frame' } });
  });

  it('H10 an installation without an identity says so and waits to be enrolled', () => {
    const driver = new DeviceDriver().input({ type: 'start' }).input({ type: 'opened', connection: 1, ticket: 't' });
    driver.input({ type: 'logRead', connection: 1, log: null });
    expect(driver.view).toMatchObject({ connection: 'needsYou', needs: { recovery: 'enrol' } });
  });
});

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

describe('receiving', () => {
  const live = () => new DeviceDriver().live({ cursor: cursorAt(10) });

  it('E5 a frame goes to the log only when it begins where the one before it ended, in this epoch', () => {
    const driver = live().frame(eventsFrame(10, 14, [12, 14]), eventsLines([12, 14]));
    expect(driver.effect('applyFrame')?.frame).toMatchObject({
      from: cursorAt(10),
      to: cursorAt(14),
      lines: [{ position: 12, place: { device: 'device-9', seq: 12 } }, { position: 14 }],
    });
    expect(driver.frame(eventsFrame(10, 14, [12, 14]), eventsLines([12, 14])).effects).toEqual([]);
    expect(driver.frame(eventsFrame(14, 16, []), []).effect('applyFrame')).toBeDefined();
    expect(live().frame(eventsFrame(11, 14, [12]), eventsLines([12])).phase).toBe('waiting');
    expect(live().frame(eventsFrame(null, 14, [12]), eventsLines([12])).phase).toBe('waiting');
    const otherEpoch = { ...eventsFrame(10, 14, [12]), to: cursorAt(14, 'epoch-2') };
    const refusedFrame = live().frame(otherEpoch, eventsLines([12]));
    expect(refusedFrame.effect('applyFrame')).toBeUndefined();
    expect(refusedFrame.effect('report')).toMatchObject({ report: { kind: 'new-epoch', epoch: 'epoch-2' } });
    const across = { ...eventsFrame(10, 14, [12]), from: cursorAt(10, 'epoch-0') };
    expect(
      live()
        .frame(across, eventsLines([12]))
        .effect('report'),
    ).toMatchObject({ report: { kind: 'bad-frame' } });
  });

  it('E6 applied is said only after the log; a stale frame ends the connection', () => {
    const driver = live().frame(eventsFrame(10, 14, [12]), eventsLines([12]));
    expect(driver.sent).toEqual([]);
    expect(driver.view.catchUp).toEqual({ position: 10, headPosition: 14 });
    driver.input({ type: 'frameApplied', connection: 1, to: cursorAt(14), outcome: 'applied' });
    expect(driver.message('applied')?.cursor).toEqual(cursorAt(14));
    expect(driver.view.catchUp).toBeNull();
    const stale = live().frame(eventsFrame(10, 14, [12]), eventsLines([12]));
    stale.input({ type: 'frameApplied', connection: 1, to: cursorAt(14), outcome: 'stale' });
    expect(stale.sent).toEqual([]);
    expect(stale.timer('retry')).toBeGreaterThan(0);
  });

  it('E11 X15 companions, lines at or before from, come first in a frame and go to the log with it', () => {
    const frame = { ...eventsFrame(10, 14, [3, 7, 12]), places: [null, ...eventsFrame(10, 14, [7, 12]).places] };
    const driver = live().frame(frame, eventsLines([3, 7, 12]));
    expect(driver.effect('applyFrame')?.frame.lines).toMatchObject([
      { position: 3, place: null },
      { position: 7, place: { device: 'device-9', seq: 7 } },
      { position: 12 },
    ]);
    const disordered = live().frame(eventsFrame(10, 14, [12, 7]), eventsLines([12, 7]));
    expect(disordered.effect('applyFrame')).toBeUndefined();
  });

  it('E7 columns that disagree, positions out of order or too many frames at once are a broken centre: nothing is applied', () => {
    const frame = eventsFrame(10, 14, [12, 14]);
    const broken = [
      { ...frame, positions: [12] },
      { ...frame, places: frame.places.slice(1) },
      { ...frame, devices: [] },
      { ...frame, positions: [14, 12] },
      { ...frame, positions: [0, 12] },
      { ...frame, positions: [12, 12] },
      { ...frame, positions: [12, 15] },
    ];
    for (const message of broken) {
      const driver = live().frame(message, eventsLines([12, 14]));
      expect(driver.effect('applyFrame')).toBeUndefined();
      expect(driver.effect('report')).toMatchObject({ report: { kind: 'bad-frame' } });
    }
    const flooded = live();
    for (let index = 0; index < 4; index += 1)
      expect(flooded.frame(eventsFrame(10 + index, 11 + index, []), []).phase).toBe('live');
    expect(flooded.frame(eventsFrame(14, 15, []), []).phase).toBe('waiting');
  });

  it('E8 a pong tells up to where was sent: a device that stands before it has missed a frame', () => {
    const pongAt = (driver: DeviceDriver, sentPosition: number | null) =>
      driver.frame({ type: 'pong', pingSentAtMs: driver.nowMs, serverTimeMs: 0, sentPosition });
    expect(pongAt(live(), 10).phase).toBe('live');
    expect(pongAt(live(), 11).phase).toBe('waiting');
    expect(pongAt(new DeviceDriver().live(), 0).phase).toBe('live');
    expect(pongAt(new DeviceDriver().live(), 1).phase).toBe('waiting');
    const driver = live().frame(eventsFrame(10, 14, [12]), eventsLines([12]));
    driver.input({ type: 'frameApplied', connection: 1, to: cursorAt(14), outcome: 'applied' });
    expect(driver.input({ type: 'timer', timer: 'heartbeat' }).message('applied')?.cursor).toEqual(cursorAt(14));
  });

  it('E9 X5 a frame that brings more of this very id than its log has is applied, and then hello is said anew', () => {
    const driver = new DeviceDriver().live({ cursor: cursorAt(10), head: point(4) }, point(4));
    driver.frame(eventsFrame(10, 14, [12], DEVICE), eventsLines([12]));
    expect(driver.effect('applyFrame')).toBeDefined();
    driver.input({ type: 'frameApplied', connection: 1, to: cursorAt(14), outcome: 'applied' });
    expect(driver.phase).toBe('waiting');
  });
});

describe('forks on the device', () => {
  it('K2 answers exactly the seqs asked for, and neither pushes nor takes frames meanwhile', () => {
    const driver = new DeviceDriver()
      .live(logAt(5), point(2))
      .outbox(CHAIN)
      .frame({ type: 'forked', round: 1, seqs: [1, 2, 7] });
    expect(driver.effect('readHashes')?.seqs).toEqual([1, 2, 7]);
    driver.input({ type: 'hashesRead', connection: 1, points: [point(1), point(2), null] });
    expect(driver.message('hashes')).toEqual({
      type: 'hashes',
      lines: 0,
      round: 1,
      points: [point(1), point(2), null],
    });
    expect(driver.input({ type: 'logChanged' }).effects).toEqual([]);
    expect(driver.frame(eventsFrame(null, 14, [12]), eventsLines([12])).effects).toEqual([]);
    expect(driver.frame(acceptedAt(5)).effects).toEqual([]);
    expect(driver.frame({ type: 'forked', round: 1, seqs: [1, 2, 7] }).effects).toEqual([]);
    expect(driver.frame({ type: 'forked', round: 2, seqs: [3] }).effect('readHashes')).toBeDefined();
  });

  it('K3 takes the new id in one step of its log, and says hello with it at once on a new connection', () => {
    const driver = new DeviceDriver().live(logAt(5)).frame({ type: 'forked', round: 1, seqs: [1] });
    driver
      .input({ type: 'hashesRead', connection: 1, points: [point(1)] })
      .frame({ type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 1 });
    expect(driver.effect('rechain')).toEqual({
      type: 'rechain',
      connection: 1,
      from: DEVICE,
      commonSeq: 1,
      device: 'device-1b',
    });
    driver.input({ type: 'rechained', connection: 1 });
    expect(driver.effect('connect')?.connection).toBe(2);
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'forked', from: DEVICE, to: 'device-1b' } });
    driver.hello({ identity: { device: 'device-1b', store: 'lisbon' } });
    expect(driver.message('hello')?.device).toBe('device-1b');
  });

  it('K4 the new id may come without a question, instead of welcome or later', () => {
    const newDevice = { type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 0 } as const;
    expect(new DeviceDriver().hello(logAt(5)).frame(newDevice).effect('rechain')).toMatchObject({ commonSeq: 0 });
    expect(new DeviceDriver().live(logAt(5)).frame(newDevice).effect('rechain')).toMatchObject({ commonSeq: 0 });
    expect(new DeviceDriver().hello(logAt(5)).frame({ ...newDevice, parent: 'device-2' }).phase).toBe('waiting');
  });

  it('K8 a connection lost at any step of a repair just begins again', () => {
    const told = () => new DeviceDriver().hello(logAt(5)).frame({ type: 'forked', round: 1, seqs: [1] });
    const rechaining = () => told().frame({ type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 1 });
    for (const driver of [told(), rechaining()]) {
      driver.input({ type: 'closed', connection: 1 });
      expect(driver.timer('retry')).toBeGreaterThan(0);
      expect(driver.input({ type: 'rechained', connection: 1 }).effects).toEqual([]);
      expect(driver.input({ type: 'timer', timer: 'retry' }).effect('connect')).toBeDefined();
    }
  });
});

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
