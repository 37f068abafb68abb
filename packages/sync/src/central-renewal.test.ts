// Devices that come in restricted, driven by hand at the centre: what they may still do, how what they hold is taken back,
// holes, and what a hostile one gets.
import type { PushOutcome } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { APPENDS_PENDING_MAX } from './limits.ts';
import type { CentreMessage, HoleMessage } from './protocol.ts';
import {
  CentralDriver,
  chainOf,
  cursorAt,
  DEVICE,
  EPOCH,
  eventLine,
  factsOf,
  headAt,
  markAt,
  readOf,
  someHash,
  STORE,
} from './testing/drivers.ts';

const CHAIN = chainOf(Array.from({ length: 20 }, (_, index) => eventLine(index + 1)));
const point = (seq: number) => CHAIN.points[seq] ?? { seq: -1, hash: '' };
const idOf = (number: number) => (JSON.parse(eventLine(number)) as { id: string }).id;
const CLOCK = { sentAtMs: 1_000_000, steadySinceMs: 400, heard: { serverTimeMs: 1_000_000, agoMs: 0 } };
const offerOf = (round: number, numbers: readonly number[], last = numbers.length === 0) => ({
  type: 'offer' as const,
  round,
  ids: numbers.map(idOf),
  last,
});
const resupplyOf = (round: number, part: number) => ({ type: 'resupply', round, part }) as const;
const linesOf = (...numbers: readonly number[]) => numbers.map((number) => eventLine(number));
const resupplied = (appended: number, known = 0, refused = 0): PushOutcome => ({
  kind: 'resupplied',
  appended,
  known,
  refused,
});
const holeOf = (fromSeq: number, toSeq: number): Omit<HoleMessage, 'lines'> => ({
  type: 'hole',
  fromSeq,
  toSeq,
  hashBefore: point(fromSeq - 1).hash,
  hashAfter: point(toSeq).hash,
  reason: 'compacted',
  clock: CLOCK,
});

function refusalOf(driver: CentralDriver): Extract<CentreMessage, { type: 'refused' }> {
  const refusals = driver.sent.filter((message) => message.type === 'refused');
  expect(refusals).toHaveLength(1);
  expect(driver.effect('close')).toBeDefined();
  expect(driver.effect('append')).toBeUndefined();
  expect(driver.effect('readUnknown')).toBeUndefined();
  return refusals[0] as Extract<CentreMessage, { type: 'refused' }>;
}

const restricted = () =>
  new CentralDriver().greet({ cursor: cursorAt(3, 'epoch-0'), head: point(9) }, { head: headAt(50) });
function removed(): CentralDriver {
  const { record } = factsOf();
  if (record === null) throw new Error('It is registered.');
  return new CentralDriver().greet({ head: point(9) }, { record: { ...record, revokedAtMs: 1, revokedAtSeq: 0 } });
}
const wanting = (...numbers: readonly number[]) =>
  restricted()
    .frame(offerOf(1, [1, 2, 3]))
    .input({ type: 'unknownRead', ids: numbers.map(idOf) });

describe('restricted connections', () => {
  it('H11 C8 no events are sent where hello asked for none, or the device is restricted, whatever happens', () => {
    const silent = new CentralDriver().greet(
      { receive: false, cursor: cursorAt(0) },
      { hashAtCursor: cursorAt(0).hash },
    );
    expect(silent.sent).toMatchObject([{ type: 'welcome', restriction: null }]);
    for (const driver of [silent, restricted(), removed()]) {
      expect(driver.sent).toHaveLength(1);
      expect(driver.effect('readForStore')).toBeUndefined();
      expect(driver.input({ type: 'headMoved', position: 60, inAudience: true }).effects).toEqual([]);
      expect(driver.input({ type: 'timer', timer: 'advance' }).effects).toEqual([]);
      expect(driver.input({ type: 'linesRead', read: readOf([1]) }).effects).toEqual([]);
      driver.frame({ type: 'ping', clock: CLOCK });
      expect(driver.sent).toMatchObject([{ type: 'pong', sentPosition: null }]);
    }
    expect(refusalOf(restricted().frame({ type: 'applied', cursor: cursorAt(3) })).kind).toBe('out-of-turn');
  });

  it('C7 H6 a restricted device pushes as ever, and its marks are of the present epoch', () => {
    const driver = restricted();
    const clock = CLOCK;
    const push = {
      type: 'push',
      firstSeq: 1,
      hashBefore: point(0).hash,
      hashAfter: point(1).hash,
      alone: false,
      clock,
    } as const;
    driver.frame(push, linesOf(1));
    expect(driver.effect('append')?.submission).toMatchObject({ kind: 'push', arrival: { steadySinceMs: 400 } });
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(1), appended: 1, known: 0 } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { epoch: EPOCH, seq: 1 } }]);
  });

  it('H8 a fork is found on a restricted hello too', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const hello = { cursor: cursorAt(3, 'epoch-0'), head: point(4) };
    const driver = new CentralDriver().greet(hello, { record: { ...record, accepted: point(7) } });
    expect(driver.sent).toMatchObject([{ type: 'forked' }]);
  });

  it('H7 a mark whose seq lies in a hole by now is no proof against the centre', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const driver = new CentralDriver().greet(
      { accepted: markAt(point(3)), head: point(9) },
      { record: { ...record, accepted: point(7) }, points: [null, null] },
    );
    expect(driver.sent).toMatchObject([{ type: 'welcome', restriction: null }]);
  });
});

describe('taking back what devices hold', () => {
  it('N9 wants of an offer what the log lacks, appends what comes, and answers after the commit', () => {
    const driver = restricted().frame(offerOf(1, [1, 2, 3]));
    expect(driver.sent).toEqual([]);
    expect(driver.effect('readUnknown')?.ids).toEqual([1, 2, 3].map(idOf));
    driver.input({ type: 'unknownRead', ids: [1, 3].map(idOf) });
    expect(driver.sent).toMatchObject([{ type: 'want', round: 1, ids: [1, 3].map(idOf) }]);
    driver.frame(resupplyOf(1, 1), linesOf(1));
    expect(driver.sent).toEqual([]);
    expect(driver.effect('append')?.submission).toMatchObject({
      kind: 'resupply',
      supplier: DEVICE,
      lines: linesOf(1),
      arrival: { arrivalMs: driver.nowMs, steadySinceMs: null },
    });
    driver.input({ type: 'appended', outcome: resupplied(1) });
    expect(driver.sent).toMatchObject([{ type: 'resupplied', round: 1, part: 1, appended: 1, known: 0, refused: 0 }]);
    driver.frame(resupplyOf(1, 2), linesOf(3)).input({ type: 'appended', outcome: resupplied(0, 0, 1) });
    expect(driver.sent).toMatchObject([{ type: 'resupplied', round: 1, part: 2, refused: 1 }]);
  });

  it('N9 the closing offer is answered like the others, and the operator hears what came back', () => {
    const driver = wanting(1, 2)
      .frame(resupplyOf(1, 1), linesOf(1, 2))
      .input({ type: 'appended', outcome: resupplied(1, 1) });
    driver.frame(offerOf(2, []));
    expect(driver.sent).toMatchObject([{ type: 'want', round: 2, ids: [] }]);
    expect(driver.effect('report')).toEqual({
      type: 'report',
      report: { kind: 'resupplied', device: DEVICE, offered: 3, appended: 1, known: 1, refused: 0 },
    });
    expect(driver.effect('readUnknown')).toBeUndefined();
  });

  it('N9 pushes go on beside it, and every answer belongs to what was brought', () => {
    const driver = wanting(1, 2);
    const push = { type: 'push', firstSeq: 1, hashBefore: point(0).hash, hashAfter: point(1).hash } as const;
    driver.frame({ ...push, alone: true, clock: CLOCK }, linesOf(1));
    driver.frame(resupplyOf(1, 1), linesOf(1, 2)).frame(holeOf(2, 4));
    const damaged = { kind: 'damaged', mark: point(0), seq: 1, problem: { kind: 'hash-differs' } } as const;
    expect(driver.input({ type: 'appended', outcome: damaged }).sent).toMatchObject([{ type: 'damage', alone: true }]);
    expect(driver.input({ type: 'appended', outcome: resupplied(2) }).sent).toMatchObject([{ part: 1, appended: 2 }]);
    driver.input({ type: 'appended', outcome: { kind: 'gap', mark: point(0) } });
    expect(driver.sent).toMatchObject([{ type: 'resend', mark: { seq: 0 } }]);
  });

  it('N10 what was heard before is passed over', () => {
    const offered = restricted().frame(offerOf(1, [1, 2, 3]));
    expect(offered.frame(offerOf(1, [1, 2, 3])).effects).toEqual([]);
    const driver = wanting(1, 2).frame(resupplyOf(1, 1), linesOf(1));
    expect(driver.frame(resupplyOf(1, 1), linesOf(1)).effects).toEqual([]);
    driver.input({ type: 'appended', outcome: resupplied(1) });
    expect(driver.frame(resupplyOf(1, 1), linesOf(1)).effects).toEqual([]);
    driver.frame(offerOf(2, [4]));
    expect(driver.frame(resupplyOf(1, 2), linesOf(2)).effects).toEqual([]);
    expect(driver.phase).toBe('live');
    expect(new CentralDriver().live().input({ type: 'unknownRead', ids: [] }).effects).toEqual([]);
  });

  it('N10 B1 what is ahead of its turn, more than was wanted, or not asked for at all is refused, and nothing of it is used', () => {
    const closed = () => restricted().frame(offerOf(1, []));
    const cases: readonly (readonly [CentralDriver, string])[] = [
      [new CentralDriver().live().frame(offerOf(1, [1])), 'out-of-turn'],
      [new CentralDriver().live().frame(resupplyOf(1, 1), linesOf(1)), 'out-of-turn'],
      [removed().frame(offerOf(1, [1])), 'out-of-turn'],
      [removed().frame(resupplyOf(1, 1), linesOf(1)), 'out-of-turn'],
      [restricted().frame(offerOf(2, [1])), 'out-of-turn'],
      [
        restricted()
          .frame(offerOf(1, [1]))
          .frame(offerOf(2, [2])),
        'out-of-turn',
      ],
      [restricted().frame(resupplyOf(1, 1), linesOf(1)), 'out-of-turn'],
      [
        restricted()
          .frame(offerOf(1, [1]))
          .frame(resupplyOf(1, 1), linesOf(1)),
        'out-of-turn',
      ],
      [wanting(1, 2).frame(resupplyOf(2, 1), linesOf(1)), 'out-of-turn'],
      [wanting(1, 2).frame(resupplyOf(1, 2), linesOf(1)), 'out-of-turn'],
      [wanting(1, 2).frame(resupplyOf(1, 1), linesOf(1, 2, 3)), 'out-of-turn'],
      [wanting(1, 2).frame(resupplyOf(1, 1), linesOf(1)).frame(resupplyOf(1, 2), linesOf(2)), 'out-of-turn'],
      [
        wanting(1, 2)
          .frame(resupplyOf(1, 1), linesOf(1))
          .frame(offerOf(2, [2])),
        'out-of-turn',
      ],
      [closed().frame(offerOf(2, [1])), 'out-of-turn'],
      [closed().frame(resupplyOf(1, 1), linesOf(1)), 'out-of-turn'],
      [restricted().frame(offerOf(1, [1], true)), 'bad-frame'],
      [restricted().frame(offerOf(1, [], false)), 'bad-frame'],
    ];
    for (const [index, [driver, kind]] of cases.entries())
      expect([index, refusalOf(driver).kind]).toEqual([index, kind]);
  });

  it('N11 one that asked for no events may offer too: it may have forgotten that it was of another history', () => {
    const driver = new CentralDriver().greet({ receive: false }).frame(offerOf(1, [1]));
    expect(driver.effect('readUnknown')).toBeDefined();
  });

  it('N10 a resupply past the bounds of the connection is refused', () => {
    const driver = new CentralDriver({ pushEventsMax: 1 }).greet({ cursor: cursorAt(3, 'epoch-0') });
    driver.frame(offerOf(1, [1, 2])).input({ type: 'unknownRead', ids: [1, 2].map(idOf) });
    expect(refusalOf(driver.frame(resupplyOf(1, 1), linesOf(1, 2))).kind).toBe('too-large');
  });
});

describe('damage at the centre', () => {
  it('A2 only a push of one event counts as alone, whatever it says', () => {
    const mark = point(0);
    for (const [count, alone] of [
      [1, true],
      [2, false],
    ] as const) {
      const push = { type: 'push', firstSeq: 1, hashBefore: mark.hash, hashAfter: point(count).hash } as const;
      const lines = linesOf(...[1, 2].slice(0, count));
      const driver = new CentralDriver().live({ head: point(9) }).frame({ ...push, alone: true, clock: CLOCK }, lines);
      driver.input({ type: 'appended', outcome: { kind: 'damaged', mark, seq: 1, problem: { kind: 'not-json' } } });
      expect(driver.sent).toMatchObject([{ type: 'damage', alone }]);
    }
  });
});

describe('holes at the centre', () => {
  const live = () => new CentralDriver().live({ head: point(20) });

  it('A5 X11 a hole goes to the log in its turn, is answered like a push, and the operator hears of it', () => {
    const driver = live().frame(holeOf(1, 12));
    const hole = { fromSeq: 1, toSeq: 12, hashAfter: point(12).hash, reason: 'compacted' };
    expect(driver.effect('append')?.submission).toMatchObject({
      kind: 'hole',
      device: DEVICE,
      hole,
      hashBefore: point(0).hash,
      arrival: { arrivalMs: driver.nowMs },
    });
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(12), appended: 0, known: 0 } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 12, hash: point(12).hash } }]);
    expect(driver.effect('report')).toEqual({
      type: 'report',
      report: { kind: 'hole', hole: { device: DEVICE, ...hole } },
    });
  });

  it('A5 a hole that the centre holds all of, or that leaves a gap, is none', () => {
    const known = live().frame(holeOf(1, 4));
    known.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(9), appended: 0, known: 0 } });
    expect(known.sent).toMatchObject([{ type: 'accepted', mark: { seq: 9 } }]);
    expect(known.effect('report')).toBeUndefined();
    const gap = live()
      .frame(holeOf(5, 6))
      .input({ type: 'appended', outcome: { kind: 'gap', mark: point(0) } });
    expect(gap.sent).toMatchObject([{ type: 'resend', mark: { seq: 0 } }]);
  });

  it('A6 a hole that does not follow from what is held begins the repair of a fork', () => {
    const driver = live().frame({ ...holeOf(5, 6), hashBefore: someHash('mine') });
    driver.input({ type: 'appended', outcome: { kind: 'forked', mark: point(4) } });
    expect(driver.sent).toMatchObject([{ type: 'forked', round: 1 }]);
  });

  it('A5 a device whose log has as many holes as there may be is told to be enrolled again', () => {
    const driver = live().frame(holeOf(1, 3));
    driver.input({ type: 'appended', outcome: { kind: 'refused', reason: 'holes' } });
    expect(refusalOf(driver)).toMatchObject({ kind: 'unauthorised', recovery: 'enrol' });
    expect(refusalOf(driver).message).toMatch(/enrol the device again/);
  });

  it('A5 B1 one that ends before it begins is refused, and no more wait for their answer than pushes may', () => {
    expect(refusalOf(live().frame({ ...holeOf(5, 6), toSeq: 4 })).kind).toBe('bad-frame');
    const driver = live();
    for (let count = 0; count < APPENDS_PENDING_MAX; count += 1) driver.frame(holeOf(1, 2));
    expect(refusalOf(driver.frame(holeOf(1, 2))).kind).toBe('busy');
  });
});

describe('companions', () => {
  it('E11 X15 what a late ruling is about stands in front of the frame, at its own position; a line without a place has none', () => {
    const cursor = cursorAt(20);
    const driver = new CentralDriver().greet({ cursor }, { head: headAt(40), hashAtCursor: cursor.hash });
    const read = readOf([30, 31], 40, [9, 7]);
    const lines = read.lines.map((line) => (line.position === 31 ? { ...line, place: null } : line));
    driver.input({ type: 'linesRead', read: { ...read, lines } });
    expect(driver.sent).toMatchObject([
      {
        type: 'events',
        lines: 4,
        from: cursor,
        positions: [7, 9, 30, 31],
        places: [
          [0, 7, someHash('device-9 7')],
          [0, 9, someHash('device-9 9')],
          [0, 30, someHash('device-9 30')],
          null,
        ],
      },
    ]);
  });
});

describe('removed devices at the centre', () => {
  it('G1 C9 a removed device comes in restricted, whatever its tokens, and may push until the centre has enough', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const revoked = { ...record, revokedAtMs: 1, revokedAtSeq: 0 };
    for (const hello of [
      { cursor: cursorAt(3, 'epoch-0') },
      { cursor: { ...cursorAt(3), mac: 'x' } },
      { cursor: cursorAt(99) },
      { accepted: markAt(point(9)), head: point(9) },
    ]) {
      const driver = new CentralDriver().greet(hello, { record: revoked });
      expect(driver.sent).toMatchObject([{ type: 'welcome', restriction: { kind: 'revoked', recovery: 'enrol' } }]);
      expect(driver.effects.filter((effect) => effect.type === 'report')).toEqual([]);
    }
    const clock = CLOCK;
    const push = {
      type: 'push',
      firstSeq: 1,
      hashBefore: point(0).hash,
      hashAfter: point(1).hash,
      alone: false,
      clock,
    } as const;
    const driver = removed().frame(push, linesOf(1));
    expect(driver.effect('append')).toBeDefined();
    driver.input({ type: 'appended', outcome: { kind: 'refused', reason: 'revoked' } });
    expect(refusalOf(driver)).toMatchObject({ kind: 'revoked', recovery: 'enrol' });
  });

  it('G4 one that is removed while connected is told to come back', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'dismiss', kind: 'revoked', message: 'Removed.', retryAfterMs: null });
    expect(refusalOf(driver)).toMatchObject({ kind: 'revoked', recovery: 'retry', message: 'Removed.' });
  });
});

describe('forks without end', () => {
  it('K9 an installation that was given too many ids lately is asked to wait', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const driver = new CentralDriver().greet({ head: point(0) }, { record: { ...record, accepted: point(3) } });
    expect(driver.effect('mintDevice')).toMatchObject({ store: STORE });
    driver.input({ type: 'mintRefused', retryAfterMs: 60_000 });
    expect(refusalOf(driver)).toMatchObject({ kind: 'busy', recovery: 'retry', retryAfterMs: 60_000 });
    expect(new CentralDriver().live().input({ type: 'mintRefused', retryAfterMs: 1 }).effects).toEqual([]);
  });
});
