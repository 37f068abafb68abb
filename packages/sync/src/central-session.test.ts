// The central session, driven by hand: greeting, pushes, delivery, forks, and what a broken or hostile device gets.
import { isSealedCursor, isSealedMark, type PushOutcome } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from './frame.ts';
import { APPENDS_PENDING_MAX, HELLO_TIMEOUT_MS, IDLE_ADVANCE_AFTER_MS, SILENCE_CHECK_MS } from './limits.ts';
import type { CentreMessage } from './protocol.ts';
import {
  CentralDriver,
  chainOf,
  cursorAt,
  DEVICE,
  EPOCH,
  eventLine,
  factsOf,
  helloOf,
  markAt,
  readOf,
  seal,
  someHash,
  STORE,
} from './testing/drivers.ts';

const CHAIN = chainOf(Array.from({ length: 40 }, (_, index) => eventLine(index + 1)));
const CLOCK = { sentAtMs: 1_000_000, steadySinceMs: null, heard: { serverTimeMs: 1_000_000, agoMs: 0 } };

function pushOf(firstSeq: number, count: number) {
  const message = {
    type: 'push' as const,
    firstSeq,
    hashBefore: CHAIN.points[firstSeq - 1]?.hash ?? '',
    hashAfter: CHAIN.points[firstSeq + count - 1]?.hash ?? '',
    alone: false,
    clock: CLOCK,
  };
  return { message, lines: CHAIN.placed.slice(firstSeq - 1, firstSeq - 1 + count).map(({ line }) => line) };
}

function refusalOf(driver: CentralDriver): Extract<CentreMessage, { type: 'refused' }> {
  const refusals = driver.sent.filter((message) => message.type === 'refused');
  expect(refusals).toHaveLength(1);
  expect(driver.effect('close')).toBeDefined();
  expect(driver.phase).toBe('closed');
  return refusals[0] as Extract<CentreMessage, { type: 'refused' }>;
}

function restrictionOf(driver: CentralDriver) {
  const [welcome] = driver.sent;
  expect(welcome).toMatchObject({ type: 'welcome' });
  expect(driver.effect('readForStore')).toBeUndefined();
  return welcome?.type === 'welcome' ? welcome.restriction : null;
}

/** Points the centre holds, for a `hello` whose head and mark stand at these seqs. */
function heldAt(headSeq: number, markSeq = 0) {
  return [CHAIN.points[headSeq] ?? null, CHAIN.points[markSeq] ?? null];
}

function recordAt(seq: number) {
  const { record } = factsOf();
  return record === null ? null : { ...record, accepted: CHAIN.points[seq] ?? record.accepted };
}

describe('greeting', () => {
  it('H1 the first message is hello, and it comes in time', () => {
    const driver = new CentralDriver().input({ type: 'opened' });
    expect(driver.effects).toEqual([{ type: 'setTimer', timer: 'hello', afterMs: HELLO_TIMEOUT_MS }]);
    expect(refusalOf(driver.frame({ type: 'ping', clock: CLOCK })).kind).toBe('out-of-turn');
    expect(refusalOf(new CentralDriver().input({ type: 'opened' }).input({ type: 'timer', timer: 'hello' })).kind).toBe(
      'out-of-turn',
    );
  });

  it('H1 before the answer to hello nothing else is taken, and nothing is sent', () => {
    const asked = new CentralDriver().input({ type: 'opened' }).frame(helloOf());
    expect(asked.sent).toEqual([]);
    expect(asked.effect('redeemTicket')?.hello.ticket).toBe('ticket-1');
    const { message, lines } = pushOf(1, 1);
    expect(refusalOf(asked.frame(message, lines)).kind).toBe('out-of-turn');
    expect(asked.effect('append')).toBeUndefined();
  });

  it('H2 the ticket is used up before anything of the log is read; a refused one says why and what helps', () => {
    const ask = () =>
      new CentralDriver()
        .input({ type: 'opened' })
        .frame(helloOf({ cursor: cursorAt(7), head: { seq: 5, hash: someHash('5') } }));
    expect(ask().effect('readGreeting')).toBeUndefined();
    const granted = ask().input({ type: 'ticketRedeemed', result: { kind: 'granted', device: DEVICE } });
    expect(granted.effect('readGreeting')).toMatchObject({
      device: DEVICE,
      ticketDevice: DEVICE,
      cursorPosition: 7,
      seqs: [5, 0],
    });
    const expected = { unauthorised: 'new-ticket', revoked: 'enrol', update: 'update', busy: 'retry' } as const;
    for (const [refusal, recovery] of Object.entries(expected)) {
      const result = {
        kind: 'refused',
        refusal: refusal as keyof typeof expected,
        message: 'no',
        retryAfterMs: 5_000,
      } as const;
      expect(refusalOf(ask().input({ type: 'ticketRedeemed', result }))).toMatchObject({
        kind: refusal,
        recovery,
        retryAfterMs: 5_000,
      });
    }
  });

  it('H3 a device that is unknown, of another store, or no installation does not come in', () => {
    const { record } = factsOf();
    expect(record).not.toBeNull();
    if (record === null) return;
    expect(refusalOf(new CentralDriver().greet({}, { record: null })).kind).toBe('unauthorised');
    expect(refusalOf(new CentralDriver().greet({ store: 'porto' })).kind).toBe('unauthorised');
    expect(refusalOf(new CentralDriver().greet({}, { record: { ...record, kind: 'centre' } })).kind).toBe(
      'unauthorised',
    );
  });

  it('H4 welcome says how far the log is held, sealed, and within which bounds', () => {
    const driver = new CentralDriver({ pushEventsMax: 7 }).greet(
      { head: CHAIN.points[9] ?? { seq: 0, hash: '' } },
      { record: recordAt(4), points: heldAt(9) },
    );
    const [welcome] = driver.sent;
    expect(welcome).toMatchObject({
      type: 'welcome',
      protocol: 1,
      epoch: EPOCH,
      serverTimeMs: driver.nowMs,
      accepted: { seq: 4, epoch: EPOCH },
      limits: { pushEventsMax: 7 },
    });
    expect(welcome?.type === 'welcome' && isSealedMark(seal, DEVICE, welcome.accepted)).toBe(true);
    expect(driver.effect('greeted')).toBeDefined();
  });

  it('H5 a cursor or mark without a valid seal proves nothing: that device comes in restricted, to a snapshot', () => {
    const forged = { ...cursorAt(3), mac: 'x' };
    expect(restrictionOf(new CentralDriver().greet({ cursor: forged }))).toMatchObject({
      kind: 'cursor',
      recovery: 'snapshot',
    });
    const otherDevice = markAt(CHAIN.points[2] ?? { seq: 0, hash: '' }, EPOCH, 'device-2');
    const driver = new CentralDriver().greet(
      { accepted: otherDevice, head: CHAIN.points[2] ?? { seq: 0, hash: '' } },
      { record: recordAt(2), points: heldAt(2, 2) },
    );
    expect(restrictionOf(driver)).toMatchObject({ kind: 'cursor', recovery: 'snapshot' });
    expect(
      driver.effects.filter((effect) => effect.type === 'report' && effect.report.kind === 'centre-behind'),
    ).toEqual([]);
  });

  it('H6 a sealed cursor or mark of another epoch brings a device in restricted; that weighs more than an unproven one', () => {
    const expected = { kind: 'epoch', recovery: 'snapshot' };
    expect(restrictionOf(new CentralDriver().greet({ cursor: cursorAt(3, 'epoch-0') }))).toMatchObject(expected);
    const mark = markAt({ seq: 0, hash: CHAIN.points[0]?.hash ?? '' }, 'epoch-0');
    expect(restrictionOf(new CentralDriver().greet({ accepted: mark }))).toMatchObject(expected);
    const both = { accepted: mark, cursor: { ...cursorAt(3), mac: 'x' } };
    expect(restrictionOf(new CentralDriver().greet(both))).toMatchObject(expected);
  });

  it('H7 X12 a sealed cursor or mark that is not held proves that the centre lost history, and the operator hears of it', () => {
    const head = { ...factsOf().head, position: 9 };
    const behind = new CentralDriver().greet({ cursor: cursorAt(12) }, { head, hashAtCursor: null });
    const differs = new CentralDriver().greet(
      { cursor: cursorAt(5) },
      { head, hashAtCursor: someHash('other history') },
    );
    const mark = markAt(CHAIN.points[8] ?? { seq: 0, hash: '' });
    const lost = new CentralDriver().greet(
      { accepted: mark, head: CHAIN.points[8] ?? { seq: 0, hash: '' } },
      { record: recordAt(4), points: heldAt(8, 8) },
    );
    for (const [driver, proof] of [
      [behind, 'cursor'],
      [differs, 'cursor'],
      [lost, 'mark'],
    ] as const) {
      const report = { kind: 'centre-behind', device: DEVICE, epoch: EPOCH, proof };
      expect(driver.effect('report')).toMatchObject({ report });
      expect(refusalOf(driver)).toMatchObject({ kind: 'busy', recovery: 'retry' });
    }
  });

  it('H8 a head behind the accepted mark, or different at it, is a fork, told instead of welcome', () => {
    const behind = new CentralDriver().greet(
      { head: CHAIN.points[3] ?? { seq: 0, hash: '' } },
      { record: recordAt(5), points: heldAt(3) },
    );
    expect(behind.sent).toMatchObject([{ type: 'forked', round: 1, seqs: [1, 2, 3] }]);
    const differs = new CentralDriver().greet(
      { head: { seq: 5, hash: someHash('mine') } },
      { record: recordAt(5), points: heldAt(5) },
    );
    expect(differs.sent).toMatchObject([{ type: 'forked', round: 1, seqs: [1, 2, 3, 4, 5] }]);
    const ahead = new CentralDriver().greet(
      { head: { seq: 6, hash: someHash('mine') } },
      { record: recordAt(5), points: heldAt(6) },
    );
    expect(ahead.sent).toMatchObject([{ type: 'welcome' }]);
  });

  it('H9 a second hello is out of turn', () => {
    expect(refusalOf(new CentralDriver().live().frame(helloOf())).kind).toBe('out-of-turn');
  });
});

describe('pushes', () => {
  const live = () => new CentralDriver().live({ head: CHAIN.points[40] ?? { seq: 0, hash: '' } });
  const outcome = (kind: 'accepted' | 'gap' | 'forked', seq: number): PushOutcome => {
    const mark = CHAIN.points[seq] ?? { seq: 0, hash: '' };
    return kind === 'accepted' ? { kind, mark, appended: 1, known: 0 } : { kind, mark };
  };

  it('P1 accepted is sent upon the word of the commit, never before, with its mark under seal', () => {
    const { message, lines } = pushOf(1, 3);
    const driver = live().frame(message, lines);
    expect(driver.sent).toEqual([]);
    expect(driver.effect('append')?.submission).toMatchObject({
      kind: 'push',
      device: DEVICE,
      firstSeq: 1,
      lines,
      hashAfter: message.hashAfter,
    });
    const [accepted] = driver.input({ type: 'appended', outcome: outcome('accepted', 3) }).sent;
    expect(accepted).toMatchObject({ type: 'accepted', mark: { seq: 3, hash: CHAIN.points[3]?.hash, epoch: EPOCH } });
    expect(accepted?.type === 'accepted' && isSealedMark(seal, DEVICE, accepted.mark)).toBe(true);
  });

  it('P2 a gap is answered with the mark to go on from', () => {
    const { message, lines } = pushOf(4, 2);
    const driver = live()
      .frame(message, lines)
      .input({ type: 'appended', outcome: outcome('gap', 1) });
    expect(driver.sent).toMatchObject([{ type: 'resend', mark: { seq: 1 } }]);
  });

  it('P8 a push past the bounds of the connection is refused, and so is one too many without an answer', () => {
    const { message, lines } = pushOf(1, 3);
    const narrow = new CentralDriver({ pushEventsMax: 2 }).live().frame(message, lines);
    expect(refusalOf(narrow)).toMatchObject({ kind: 'too-large', recovery: 'retry' });
    expect(narrow.effect('append')).toBeUndefined();
    const large = ['x'.repeat(70_000), 'x'.repeat(70_000)];
    const thin = new CentralDriver({ pushBytesMax: 131_073 }).live().frame(message, large);
    expect(refusalOf(thin).kind).toBe('too-large');
    const driver = live();
    for (let count = 0; count < APPENDS_PENDING_MAX; count += 1)
      expect(driver.frame(message, lines).effect('append')).toBeDefined();
    expect(refusalOf(driver.frame(message, lines)).kind).toBe('busy');
  });

  it('P6 damage names the first line that can not be right, and the mark to send again from', () => {
    const { message, lines } = pushOf(1, 3);
    const mark = CHAIN.points[0] ?? { seq: 0, hash: '' };
    const driver = live().frame(message, lines);
    driver.input({ type: 'appended', outcome: { kind: 'damaged', mark, seq: 2, problem: { kind: 'not-json' } } });
    expect(driver.sent).toMatchObject([
      { type: 'damage', mark: { seq: 0 }, seq: 2, alone: false, problem: 'not-json' },
    ]);
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'damage', device: DEVICE, seq: 2 } });
    expect(driver.phase).toBe('live');
  });

  it('P10 a push of a removed or unknown device ends the connection with the reason', () => {
    const { message, lines } = pushOf(1, 1);
    const removed = live()
      .frame(message, lines)
      .input({ type: 'appended', outcome: { kind: 'refused', reason: 'revoked' } });
    expect(refusalOf(removed)).toMatchObject({ kind: 'revoked', recovery: 'enrol' });
    const unknown = live()
      .frame(message, lines)
      .input({ type: 'appended', outcome: { kind: 'refused', reason: 'unknown-device' } });
    expect(refusalOf(unknown).kind).toBe('unauthorised');
  });

  it('P11 a log that fails at the centre, or a centre that stops, ends the connection with "busy": nothing is lost', () => {
    const { message, lines } = pushOf(1, 1);
    const failed = live().frame(message, lines).input({ type: 'failed', detail: 'disk full' });
    expect(refusalOf(failed)).toMatchObject({ kind: 'busy', recovery: 'retry' });
    expect(failed.effect('report')).toMatchObject({ report: { detail: 'disk full' } });
    const stopped = live().input({ type: 'dismiss', kind: 'busy', message: 'Restarting.', retryAfterMs: 2_000 });
    expect(refusalOf(stopped)).toMatchObject({ kind: 'busy', retryAfterMs: 2_000 });
  });
});

describe('delivery', () => {
  it("E1 the first frame begins at the device's cursor, every further one where the one before it ended", () => {
    const head = { ...factsOf().head, position: 9 };
    const cursor = cursorAt(2);
    const driver = new CentralDriver().greet({ cursor }, { head, hashAtCursor: cursor.hash });
    expect(driver.effect('readForStore')).toMatchObject({ store: STORE, after: 2 });
    driver.input({ type: 'linesRead', read: readOf([3, 5], 6) });
    const [first] = driver.sent;
    expect(first).toMatchObject({
      type: 'events',
      from: cursor,
      to: { position: 6 },
      positions: [3, 5],
      devices: ['device-9'],
      headPosition: 9,
    });
    expect(driver.effect('readForStore')).toMatchObject({ after: 6 });
    const [second] = driver.input({ type: 'linesRead', read: readOf([8], 9) }).sent;
    expect(second).toMatchObject({ from: first?.type === 'events' ? first.to : null, to: { position: 9 } });
    expect(second?.type === 'events' && isSealedCursor(seal, second.to)).toBe(true);
  });

  it('E2 a bounded number of frames is outstanding; for a device that does not report, nothing more is even read', () => {
    const head = { ...factsOf().head, position: 100 };
    const driver = new CentralDriver({ eventsFramesOutstandingMax: 2 }).greet({}, { head });
    driver.input({ type: 'linesRead', read: readOf([1], 1) });
    expect(driver.effect('readForStore')).toBeDefined();
    driver.input({ type: 'linesRead', read: readOf([2], 2) });
    expect(driver.effect('readForStore')).toBeUndefined();
    for (let position = 101; position < 120; position += 1) {
      expect(driver.input({ type: 'headMoved', position, inAudience: true }).effects).toEqual([]);
    }
    driver.frame({ type: 'applied', cursor: cursorAt(1) });
    expect(driver.effect('readForStore')).toMatchObject({ after: 2 });
  });

  it('E3 applied is cumulative; a repetition does no harm; a cursor that was never sent here is refused', () => {
    const head = { ...factsOf().head, position: 100 };
    const start = () => {
      const driver = new CentralDriver({ eventsFramesOutstandingMax: 3 }).greet({}, { head });
      for (const position of [1, 2, 3]) driver.input({ type: 'linesRead', read: readOf([position], position) });
      return driver;
    };
    const driver = start().frame({ type: 'applied', cursor: cursorAt(3) });
    expect(driver.effect('recordApplied')?.cursor.position).toBe(3);
    expect(driver.effect('readForStore')).toMatchObject({ after: 3 });
    expect(driver.frame({ type: 'applied', cursor: cursorAt(2) }).phase).toBe('live');
    expect(refusalOf(start().frame({ type: 'applied', cursor: cursorAt(4) })).kind).toBe('out-of-turn');
    expect(
      refusalOf(start().frame({ type: 'applied', cursor: { ...cursorAt(2), hash: someHash('other') } })).kind,
    ).toBe('out-of-turn');
  });

  it('E4 an idle device is moved on by an empty frame, not at every commit but in a while', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'headMoved', position: 4, inAudience: false });
    expect(driver.effects).toEqual([{ type: 'setTimer', timer: 'advance', afterMs: IDLE_ADVANCE_AFTER_MS }]);
    expect(driver.input({ type: 'headMoved', position: 5, inAudience: false }).effects).toEqual([]);
    driver.input({ type: 'timer', timer: 'advance' });
    expect(driver.effect('readForStore')).toBeDefined();
    expect(driver.input({ type: 'linesRead', read: readOf([], 5) }).sent).toMatchObject([
      { type: 'events', lines: 0, to: { position: 5 } },
    ]);
  });

  it('E4 a wake-up that turns out to bring nothing sends nothing at once', () => {
    const driver = new CentralDriver().live();
    expect(driver.input({ type: 'headMoved', position: 4, inAudience: true }).effect('readForStore')).toBeDefined();
    driver.input({ type: 'linesRead', read: readOf([], 4) });
    expect(driver.sent).toEqual([]);
    expect(driver.effects).toMatchObject([{ type: 'setTimer', timer: 'advance' }]);
  });

  it('E10 what is committed while a read is under way is read next', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'headMoved', position: 1, inAudience: true });
    expect(driver.input({ type: 'headMoved', position: 2, inAudience: true }).effects).toEqual([]);
    driver.input({ type: 'linesRead', read: readOf([1], 1) });
    expect(driver.sent).toMatchObject([{ to: { position: 1 } }]);
    expect(driver.effect('readForStore')).toMatchObject({ after: 1 });
  });
});

describe('forks at the centre', () => {
  const forking = () =>
    new CentralDriver().greet(
      { head: CHAIN.points[20] ?? { seq: 0, hash: '' } },
      { record: recordAt(40), points: heldAt(20) },
    );

  it('K1 asks for hashes, round by round, and gives a new id with the last common seq', () => {
    const driver = forking();
    // The device's chain leaves the held one behind seq 13.
    const theirs = (seq: number) => ({
      seq,
      hash: seq <= 13 ? (CHAIN.points[seq]?.hash ?? '') : someHash(`mine ${seq}`),
    });
    for (let round = 1; driver.phase !== 'minting'; round += 1) {
      const [ask] = driver.sent;
      expect(ask).toMatchObject({ type: 'forked', round });
      const seqs = ask?.type === 'forked' ? ask.seqs : [];
      driver.frame({ type: 'hashes', round, points: seqs.map(theirs) });
      expect(driver.effect('readDeviceHashes')).toMatchObject({ device: DEVICE, seqs });
      driver.input({ type: 'hashesRead', points: seqs.map((seq) => CHAIN.points[seq] ?? null) });
    }
    expect(driver.effect('mintDevice')).toEqual({ type: 'mintDevice', parent: DEVICE, store: STORE, commonSeq: 13 });
    expect(driver.input({ type: 'deviceMinted', device: 'device-1b' }).sent).toEqual([
      { type: 'newDevice', lines: 0, device: 'device-1b', parent: DEVICE, commonSeq: 13 },
    ]);
  });

  it('K4 where nothing can be common nothing is asked: the new id comes at once', () => {
    const start = CHAIN.points[0] ?? { seq: 0, hash: '' };
    const driver = new CentralDriver().greet({ head: start }, { record: recordAt(3), points: heldAt(0) });
    expect(driver.effect('mintDevice')).toMatchObject({ commonSeq: 0 });
    expect(driver.sent).toEqual([]);
  });

  it('K10 an id that a restore made the centre forget gets a new one, under the installation that the ticket was given to', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const installation = { ...record, device: 'device-0' };
    const driver = new CentralDriver().greet({}, { record: null, ticketRecord: installation });
    expect(driver.effect('mintDevice')).toEqual({ type: 'mintDevice', parent: 'device-0', store: STORE, commonSeq: 0 });
    expect(driver.input({ type: 'deviceMinted', device: 'device-1b' }).sent).toEqual([
      { type: 'newDevice', lines: 0, device: 'device-1b', parent: DEVICE, commonSeq: 0 },
    ]);
    for (const ticketRecord of [
      { ...installation, store: 'porto' },
      { ...installation, kind: 'centre' as const },
      null,
    ])
      expect(refusalOf(new CentralDriver().greet({}, { record: null, ticketRecord })).kind).toBe('unauthorised');
  });

  it('K5 hashes that do not answer the question are refused; those of another round are passed over', () => {
    const [ask] = forking().sent;
    const seqs = ask?.type === 'forked' ? ask.seqs : [];
    const points = seqs.map((seq) => ({ seq, hash: someHash('x') }));
    expect(refusalOf(forking().frame({ type: 'hashes', round: 1, points: points.slice(1) })).kind).toBe('bad-frame');
    expect(refusalOf(forking().frame({ type: 'hashes', round: 1, points: points.toReversed() })).kind).toBe(
      'bad-frame',
    );
    expect(forking().frame({ type: 'hashes', round: 2, points }).effects).toEqual([]);
  });

  it('K6 a connection that gave a new id takes nothing more, and pushes during a repair are not appended', () => {
    const { message, lines } = pushOf(1, 1);
    expect(forking().frame(message, lines).effects).toEqual([]);
    const driver = new CentralDriver().greet(
      { head: CHAIN.points[0] ?? { seq: 0, hash: '' } },
      { record: recordAt(3), points: heldAt(0) },
    );
    driver.input({ type: 'deviceMinted', device: 'device-1b' });
    expect(driver.frame(message, lines).effects).toEqual([]);
  });

  it('K7 a push that does not follow from what is held begins the same repair', () => {
    const { message, lines } = pushOf(4, 2);
    const driver = new CentralDriver().live(
      { head: CHAIN.points[5] ?? { seq: 0, hash: '' } },
      { record: recordAt(3), points: heldAt(5) },
    );
    driver
      .frame(message, lines)
      .input({ type: 'appended', outcome: { kind: 'forked', mark: CHAIN.points[3] ?? { seq: 0, hash: '' } } });
    expect(driver.sent).toMatchObject([{ type: 'forked', round: 1, seqs: [1, 2, 3] }]);
  });
});

describe('time and silence at the centre', () => {
  it('C1 the offset goes with every push: sharp when the round trip was short, wide when the frame stalled, new when a clock was set', () => {
    const driver = new CentralDriver().live({ head: CHAIN.points[40] ?? { seq: 0, hash: '' } });
    const arrivalOf = (sentAtMs: number, heardServerMs: number, agoMs: number, arrivedMs: number, seq: number) => {
      driver.nowMs = arrivedMs;
      const { message, lines } = pushOf(seq, 1);
      const clock = { sentAtMs, steadySinceMs: 77, heard: { serverTimeMs: heardServerMs, agoMs } };
      driver.frame({ ...message, clock }, lines);
      return driver.effect('append')?.submission.arrival;
    };
    // The device's clock is an hour behind; 20 ms there and back.
    const hour = 3_600_000;
    expect(arrivalOf(10_000_000 - hour, 9_999_000, 990, 10_000_010, 1)).toEqual({
      arrivalMs: 10_000_010,
      clockOffsetMs: hour,
      measureUncertaintyMs: 10,
      steadySinceMs: 77,
    });
    // Seven minutes in a stalled socket: the sharper measurement stands.
    expect(arrivalOf(10_060_000 - hour, 10_000_010, 59_980, 10_480_000, 2)?.clockOffsetMs).toBe(hour);
    // Somebody sets the clock right: seen at once, although heard and sent lie on both sides of it.
    expect(arrivalOf(10_500_000, 10_480_000, 19_990, 10_500_010, 3)).toMatchObject({ clockOffsetMs: 0 });
  });

  it('C2 a device that says nothing between two looks is gone', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'timer', timer: 'silence' });
    expect(driver.effects).toEqual([{ type: 'setTimer', timer: 'silence', afterMs: SILENCE_CHECK_MS }]);
    driver.frame({ type: 'ping', clock: CLOCK });
    expect(driver.sent).toMatchObject([{ type: 'pong', pingSentAtMs: CLOCK.sentAtMs, serverTimeMs: driver.nowMs }]);
    driver.input({ type: 'timer', timer: 'silence' });
    expect(driver.phase).toBe('live');
    driver.input({ type: 'timer', timer: 'silence' });
    expect(driver.effect('close')).toBeDefined();
    expect(driver.phase).toBe('closed');
  });
});

describe('hostile and broken frames', () => {
  it('B1 each is answered with one refusal that fits, the connection is closed, and nothing of it reaches the log', () => {
    const { message, lines } = pushOf(1, 2);
    const good = encodeFrame(message, lines);
    const cases: readonly (readonly [string, string])[] = [
      ['', 'bad-frame'],
      ['GET / HTTP/1.1', 'bad-frame'],
      ['{"type":"drop table"}', 'unknown-message'],
      ['{"type":"snapshot","lines":0}', 'unknown-message'],
      [`${good}\nand one line more`, 'bad-frame'],
      [good.slice(0, good.lastIndexOf('\n')), 'bad-frame'],
      [good.replace('"push"', '"push","firstSeq":-1,"x":1').replace('"firstSeq":1,', ''), 'bad-frame'],
      ['x'.repeat(400_000), 'too-large'],
      [encodeFrame(message, ['y'.repeat(128 * 1_024 + 1)]), 'too-large'],
      [`${good.slice(0, -2)}\ud800`, 'bad-frame'],
      ['['.repeat(10_000), 'bad-frame'],
    ];
    for (const [text, kind] of cases) {
      const driver = new CentralDriver().live().input({ type: 'frame', text });
      expect([text.slice(0, 80), refusalOf(driver).kind]).toEqual([text.slice(0, 80), kind]);
      expect(driver.effect('append')).toBeUndefined();
      expect(driver.input({ type: 'frame', text: good }).effects).toEqual([]);
    }
  });

  it('B1 what the socket itself could not take is refused too', () => {
    const driver = new CentralDriver().live().input({ type: 'badFrame', kind: 'too-large', detail: 'a gigabyte' });
    expect(refusalOf(driver)).toMatchObject({ kind: 'too-large', recovery: 'retry' });
  });

  it('B2 an older protocol is told to update, a newer one to come back later', () => {
    const hello = (protocol: number) =>
      new CentralDriver().input({ type: 'opened' }).input({ type: 'frame', text: encodeFrame(helloOf({ protocol })) });
    expect(refusalOf(hello(99))).toMatchObject({ kind: 'version', recovery: 'retry' });
    const older = encodeFrame(helloOf()).replace('"protocol":1', '"protocol":0');
    expect(
      refusalOf(new CentralDriver().input({ type: 'opened' }).input({ type: 'frame', text: older })),
    ).toMatchObject({ kind: 'version', recovery: 'update' });
  });

  it('B3 what is said of a closed connection changes nothing', () => {
    const driver = new CentralDriver().live().input({ type: 'closed' });
    expect(driver.input({ type: 'headMoved', position: 9, inAudience: true }).effects).toEqual([]);
    expect(driver.input({ type: 'appended', outcome: { kind: 'gap', mark: { seq: 0, hash: '' } } }).effects).toEqual(
      [],
    );
  });
});
