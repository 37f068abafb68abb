// The central session, driven by hand: naming what one copy of a disk declared lost, and what fills it.
import type { Hole } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { HOLES_NAMED_MAX } from './limits.ts';
import { CHAIN, CLOCK, heldAt, point, pushOf, recordAt, refusalOf } from './testing/central-sample.ts';
import { CentralDriver, DEVICE } from './testing/drivers.ts';

const lost = (fromSeq: number, toSeq = fromSeq): Hole => {
  return { fromSeq, toSeq, hashAfter: point(toSeq).hash, reason: 'damaged' };
};

describe('what one copy declared lost', () => {
  const live = (acceptedSeq: number, holes: readonly Hole[] = []) =>
    new CentralDriver().live({ head: point(40) }, { record: recordAt(acceptedSeq), points: heldAt(40), holes });
  const welcomeWith = (holes: readonly Hole[], limits = {}) =>
    new CentralDriver(limits).greet({ head: point(40) }, { record: recordAt(9), points: heldAt(40), holes }).sent[0];

  it('A9 is named in welcome, as far as one push could fill it and within a bound; nothing is said of nothing', () => {
    expect(welcomeWith([lost(3), lost(5, 7)])).toMatchObject({ type: 'welcome', holes: [lost(3), lost(5, 7)] });
    expect(welcomeWith([lost(3), lost(5, 7)], { pushEventsMax: 2 })).toMatchObject({ holes: [lost(3)] });
    const many = Array.from({ length: HOLES_NAMED_MAX + 1 }, () => lost(3));
    const named = welcomeWith(many);
    expect(named?.type === 'welcome' && named.holes).toHaveLength(HOLES_NAMED_MAX);
    expect(welcomeWith([])).not.toHaveProperty('holes');
  });

  it('A9 G2 is named to a removed device, too, and what fills it is taken', () => {
    const known = recordAt(9);
    const record = known === null ? null : { ...known, revokedAtMs: 1, revokedAtSeq: 9 };
    const driver = new CentralDriver().greet({ head: point(40) }, { record, points: heldAt(40), holes: [lost(3)] });
    expect(driver.sent).toMatchObject([{ type: 'welcome', restriction: { kind: 'revoked' }, holes: [lost(3)] }]);
    const { message, lines } = pushOf(3, 1);
    expect(driver.frame(message, lines).effect('append')?.submission).toMatchObject({ kind: 'push', firstSeq: 3 });
  });

  it('A9 A11 a push that fills it is answered with its last seq, what is left is named, and the operator hears of it', () => {
    const { message, lines } = pushOf(3, 1);
    const driver = live(9, [lost(3), lost(5)]).frame(message, lines);
    const filled = [lost(3)];
    const outcome = { kind: 'accepted', mark: point(9), appended: 1, known: 0, filled, lost: [lost(5)] } as const;
    driver.input({ type: 'appended', outcome });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 9 }, upTo: 3, holes: [lost(5)] }]);
    expect(driver.effect('report')?.report).toEqual({ kind: 'hole-filled', device: DEVICE, hole: lost(3) });
    const plain = live(9).frame(pushOf(10, 1).message, pushOf(10, 1).lines);
    plain.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(10), appended: 1, known: 0 } });
    expect(plain.sent[0]).not.toHaveProperty('upTo');
    expect(plain.effect('report')).toBeUndefined();
  });

  it.each([
    ['fills it', { appended: 1, filled: [lost(9)] }],
    ['came too late to', { appended: 0, filled: [] }],
  ])('A9 so is one at the end of the log that %s', (_title, { appended, filled }) => {
    const { message, lines } = pushOf(9, 1);
    const driver = live(9, [lost(9)]).frame(message, lines);
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(9), appended, known: 0, filled } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 9 }, upTo: 9 }]);
  });

  it('A11 what goes on behind something that was not accepted from this connection is accepted, and the device told to come back', () => {
    // Seq 10 was lost on the way, and a copy has declared it lost meanwhile.
    const { message, lines } = pushOf(11, 1);
    const driver = live(9).frame(message, lines);
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(11), appended: 1, known: 0 } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 11 } }, { type: 'refused' }]);
    expect(refusalOf(driver)).toMatchObject({ kind: 'out-of-turn', recovery: 'retry' });
  });

  it.each([
    { kind: 'gap', mark: point(10) } as const,
    { kind: 'damaged', mark: point(10), seq: 11, problem: { kind: 'hash-differs' } } as const,
  ])('A11 so is one that would be sent to a mark that is not its own: $kind', (outcome) => {
    const { message, lines } = pushOf(12, 1);
    const driver = live(9).frame(message, lines).input({ type: 'appended', outcome });
    expect(driver.sent).toHaveLength(1);
    expect(refusalOf(driver)).toMatchObject({ kind: 'out-of-turn', recovery: 'retry' });
  });

  it('A11 a mark that came with the holes is as good as its own: what follows goes on', () => {
    const early = pushOf(10, 1);
    const driver = live(9).frame(early.message, early.lines);
    const outcome = { kind: 'accepted', mark: point(12), appended: 0, known: 0, lost: [lost(11)] } as const;
    driver.input({ type: 'appended', outcome });
    expect(driver.sent).toMatchObject([{ type: 'accepted', upTo: 10, holes: [lost(11)] }]);
    const late = pushOf(13, 1);
    driver.frame(late.message, late.lines);
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(13), appended: 1, known: 0 } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 13 } }]);
    const hole = { type: 'hole', fromSeq: 14, toSeq: 14, hashBefore: null, hashAfter: point(14).hash } as const;
    driver.frame({ ...hole, reason: 'damaged', clock: CLOCK });
    driver.input({ type: 'appended', outcome: { kind: 'accepted', mark: point(14), appended: 0, known: 0 } });
    expect(driver.sent).toMatchObject([{ type: 'accepted', mark: { seq: 14 } }]);
    expect(driver.effect('report')?.report).toMatchObject({ kind: 'hole', hole: { fromSeq: 14 } });
  });

  it.each([
    { lostFrom: 5, commonSeq: 4 },
    { lostFrom: 14, commonSeq: 12 },
    { lostFrom: null, commonSeq: 12 },
  ])('A12 the search of a fork at 12 ends at $commonSeq where $lostFrom is lost', ({ lostFrom, commonSeq }) => {
    const driver = new CentralDriver().greet({ head: point(12) }, { record: recordAt(40), points: heldAt(12) });
    while (driver.phase !== 'minting') {
      const [ask] = driver.sent;
      const { round, seqs } = ask?.type === 'forked' ? ask : { round: 0, seqs: [] };
      driver.frame({ type: 'hashes', round, points: seqs.map(point) });
      driver.input({ type: 'hashesRead', points: seqs.map((seq) => CHAIN.points[seq] ?? null), lostFrom });
    }
    expect(driver.effect('mintDevice')).toMatchObject({ commonSeq });
  });
});
