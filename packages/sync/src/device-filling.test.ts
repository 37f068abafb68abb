// The device session, driven by hand: pushing what another copy of its disk declared lost.
import type { Hole } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { PUSH_TIMEOUT_MS } from './limits.ts';
import { acceptedAt, CHAIN, logAt, point, pushed } from './testing/device-sample.ts';
import type { Restriction } from './protocol.ts';
import { cursorAt, DeviceDriver, eventLine, markAt, restrictionOf, WIDE_LIMITS } from './testing/drivers.ts';

const lost = (fromSeq: number, toSeq = fromSeq): Hole => {
  return { fromSeq, toSeq, hashAfter: point(toSeq).hash, reason: 'damaged' };
};
const damage = (seq: number) =>
  ({ type: 'damage', mark: markAt(point(20)), seq, alone: false, problem: 'hash-differs', detail: 'bits' }) as const;

/** Welcomed with the mark at 20, the log ends at `headSeq`. */
function welcomed(
  holes: readonly Hole[],
  headSeq = 20,
  log = {},
  restriction: Restriction | null = null,
): DeviceDriver {
  return new DeviceDriver().hello({ ...logAt(headSeq), cursor: cursorAt(0), ...log }).frame({
    type: 'welcome',
    protocol: 1,
    epoch: markAt(point(20)).epoch,
    serverTimeMs: 1_000_000,
    accepted: markAt(point(20)),
    headPosition: 0,
    limits: { ...WIDE_LIMITS, pushEventsMax: 5 },
    restriction,
    ...(holes.length === 0 ? {} : { holes: [...holes] }),
  });
}

describe('what another copy declared lost', () => {
  const filledTo = (seq: number, holes: Hole[] = []) => ({
    ...acceptedAt(20),
    upTo: seq,
    ...(holes.length === 0 ? {} : { holes }),
  });

  it('A9 P3 is pushed when all else is accepted, one push a hole, and the next one upon the answer', () => {
    const driver = welcomed([lost(3), lost(7, 9)], 22);
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 21, count: 5 }]);
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 26, count: 5 }]);
    expect(driver.outbox(CHAIN).frame(acceptedAt(25)).effect('readOutbox')).toBeUndefined();
    driver.frame(acceptedAt(30));
    expect(driver.effect('readOutbox')).toMatchObject({ afterSeq: 2, limit: { eventsMax: 1 } });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 3, count: 1 }]);
    expect(driver.message('push')).toMatchObject({ hashBefore: point(2).hash, hashAfter: point(3).hash });
    expect(driver.timer('push')).toBe(PUSH_TIMEOUT_MS);
    // Words about something else are no answer.
    expect(driver.frame({ ...acceptedAt(30) }).effect('readOutbox')).toBeUndefined();
    driver.frame({ ...acceptedAt(30), upTo: 3 });
    expect(driver.effect('readOutbox')).toMatchObject({ afterSeq: 6, limit: { eventsMax: 3 } });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 7, count: 3 }]);
    driver.frame({ ...acceptedAt(30), upTo: 9 });
    expect(driver.effects).toContainEqual({ type: 'clearTimer', timer: 'push' });
    expect(driver.effect('readOutbox')).toBeUndefined();
  });

  it('A9 without an answer the connection ends', () => {
    const driver = welcomed([lost(3)])
      .outbox(CHAIN)
      .outbox(CHAIN);
    expect(driver.pass(PUSH_TIMEOUT_MS).input({ type: 'timer', timer: 'push' }).phase).toBe('waiting');
  });

  it('A9 what is saved meanwhile is pushed beside it', () => {
    const driver = welcomed([lost(3)])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN);
    driver.input({ type: 'logChanged' });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 21, count: 5 }]);
  });

  it('A9 comes before a snapshot is fetched', () => {
    const driver = welcomed([lost(3)], 20, { needsSnapshot: true }).outbox(CHAIN, [], 20);
    expect(driver.effect('fetchSnapshot')).toBeUndefined();
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 3, count: 1 }]);
    expect(driver.effect('fetchSnapshot')).toBeUndefined();
    expect(driver.frame(filledTo(3)).effect('fetchSnapshot')).toBeDefined();
  });

  it('A9 G2 comes before a removed device locks: it is pushed, and accepted', () => {
    const driver = welcomed([lost(3)], 20, {}, restrictionOf('revoked'));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 3, count: 1 }]);
    expect(driver.phase).toBe('live');
    expect(driver.frame(filledTo(3)).view.locked).toBe(false);
    expect(driver.outbox(CHAIN, [], 20).view.locked).toBe(true);
  });

  it('A9 G5 comes first from a removed device: at the bound on what is unsent it is refused, and locks', () => {
    const driver = welcomed([lost(3), lost(7, 9)], 40, {}, restrictionOf('revoked'));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 3, count: 1 }]);
    // Nothing beside it: what is saved waits, too.
    expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toBeUndefined();
    driver.frame(filledTo(3, [lost(5)]));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 7, count: 3 }]);
    driver.frame(filledTo(9));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 5, count: 1 }]);
    driver.frame(filledTo(5));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 21, count: 5 }]);
    const refused = {
      type: 'refused',
      kind: 'revoked',
      recovery: 'enrol',
      message: 'Enough.',
      retryAfterMs: null,
    } as const;
    expect(driver.frame(refused).view.locked).toBe(true);
  });

  it('A9 G5 the same for what is named while pushes of it are on their way', () => {
    const driver = welcomed([], 40, {}, restrictionOf('revoked'));
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 21, count: 5 }]);
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 26, count: 5 }]);
    driver.frame({ ...acceptedAt(25), holes: [lost(3)] });
    const part = { before: point(30), hole: null, lines: [] };
    driver.input({ type: 'outboxRead', connection: 1, afterSeq: 30, part });
    expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toBeUndefined();
    expect(driver.frame(acceptedAt(30)).effect('readOutbox')).toMatchObject({ afterSeq: 2 });
  });

  it('A10 is passed over where it is lost here, too, or another line stands there', () => {
    const lostHere = welcomed([lost(3)]).outbox(CHAIN, [], 20);
    lostHere.outbox(CHAIN, [{ ...lost(3) }]);
    expect(lostHere.sent).toEqual([]);
    const other = welcomed([{ ...lost(3), hashAfter: point(4).hash }])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN);
    expect(other.sent).toEqual([]);
    const cut = welcomed([lost(3, 5)]).outbox(CHAIN, [], 20);
    const part = { before: point(2), hole: null, lines: CHAIN.placed.slice(2, 4) };
    expect(cut.input({ type: 'outboxRead', connection: 1, afterSeq: 2, part }).sent).toEqual([]);
    const theirs = CHAIN.placed
      .slice(2, 3)
      .map(({ line, place }) => ({ line, place: { ...place, device: 'device-7' } }));
    const forked = welcomed([lost(3)]).outbox(CHAIN, [], 20);
    const renamed = { before: point(2), hole: null, lines: theirs };
    expect(forked.input({ type: 'outboxRead', connection: 1, afterSeq: 2, part: renamed }).sent).toEqual([]);
  });

  it('A10 told twice that it is damaged here, too, it sets it aside and goes on; nothing is declared', () => {
    const driver = welcomed([lost(3), lost(5)])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN);
    expect(driver.frame(damage(3)).effect('setDamagedAside')).toBeUndefined();
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 3, count: 1 }]);
    expect(driver.frame(damage(3)).effect('setDamagedAside')).toMatchObject({ seq: 3 });
    driver.input({ type: 'damagedSetAside', connection: 1, seq: 3 });
    expect(driver.effects).toContainEqual(
      expect.objectContaining({ type: 'report', report: expect.objectContaining({ kind: 'damaged', seq: 3 }) }),
    );
    expect(driver.message('hole')).toBeUndefined();
    expect(driver.effect('readOutbox')).toMatchObject({ afterSeq: 4 });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 5, count: 1 }]);
  });

  it('A10 a longer one that is damaged here is given up: which of its events it is, nobody says', () => {
    const driver = welcomed([lost(3, 4)])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN)
      .frame(damage(3))
      .outbox(CHAIN);
    expect(driver.frame(damage(3)).effects.map(({ type }) => type)).toEqual(['clearTimer']);
  });

  it('A11 what is named later is filled, too; what is on its way is not sent twice', () => {
    const driver = welcomed([lost(3)])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN);
    driver.frame({ ...acceptedAt(20), upTo: 18, holes: [lost(3), lost(6)] });
    expect(driver.effect('readOutbox')).toBeUndefined();
    driver.frame(filledTo(3, [lost(6)]));
    expect(driver.effect('readOutbox')).toMatchObject({ afterSeq: 5 });
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 6, count: 1 }]);
    expect(driver.frame(filledTo(6)).effect('readOutbox')).toBeUndefined();
  });

  it('A9 one that ends at the mark is answered like any other', () => {
    const driver = welcomed([lost(20), lost(3)]).outbox(CHAIN, [], 20);
    expect(pushed(driver.outbox(CHAIN))).toEqual([{ firstSeq: 20, count: 1 }]);
    expect(driver.frame(acceptedAt(20)).effect('readOutbox')).toBeUndefined();
    expect(driver.frame(filledTo(20)).effect('readOutbox')).toMatchObject({ afterSeq: 2 });
  });

  it('A9 a resend has it read and sent again, a bounded number of times', () => {
    const driver = welcomed([lost(3)])
      .outbox(CHAIN, [], 20)
      .outbox(CHAIN);
    let pushes = 1;
    for (let times = 0; times < 9; times += 1) {
      driver.frame({ type: 'resend', mark: markAt(point(20)) });
      while (driver.effect('readOutbox') !== undefined) {
        const isFill = driver.effect('readOutbox')?.afterSeq === 2;
        driver.outbox(CHAIN, [], 20);
        if (isFill) pushes += pushed(driver).length;
      }
    }
    expect(pushes).toBe(2);
    expect(eventLine(3)).toBe(CHAIN.placed[2]?.line);
  });

  it('A11 a resend to a mark beyond what was sent ends the connection: hello tells what is lost', () => {
    const driver = welcomed([], 20).outbox(CHAIN, [], 20);
    expect(driver.frame({ type: 'resend', mark: markAt(point(24)) }).phase).toBe('waiting');
  });
});
