// The central session, driven by hand: the greeting, and who is let in with what.
import { isSealedMark } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { HELLO_TIMEOUT_MS } from './limits.ts';
import { CHAIN, CLOCK, heldAt, point, pushOf, recordAt, refusalOf } from './testing/central-sample.ts';
import { CentralDriver, cursorAt, DEVICE, EPOCH, factsOf, helloOf, markAt, seal, someHash } from './testing/drivers.ts';

function restrictionOf(driver: CentralDriver) {
  const [welcome] = driver.sent;
  expect(welcome).toMatchObject({ type: 'welcome' });
  expect(driver.effect('readForStore')).toBeUndefined();
  return welcome?.type === 'welcome' ? welcome.restriction : null;
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
      { head: point(9) },
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
    const otherDevice = markAt(point(2), EPOCH, 'device-2');
    const driver = new CentralDriver().greet(
      { accepted: otherDevice, head: point(2) },
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
    const mark = markAt(point(8));
    const lost = new CentralDriver().greet(
      { accepted: mark, head: point(8) },
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
    const behind = new CentralDriver().greet({ head: point(3) }, { record: recordAt(5), points: heldAt(3) });
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
