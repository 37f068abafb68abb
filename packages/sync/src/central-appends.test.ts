// The central session, driven by hand: pushes, and the answers that the commit gives.
import { isSealedMark, type PushOutcome } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { APPENDS_PENDING_MAX } from './limits.ts';
import { CHAIN, point, pushOf, refusalOf } from './testing/central-sample.ts';
import { CentralDriver, DEVICE, EPOCH, seal } from './testing/drivers.ts';

describe('pushes', () => {
  const live = () => new CentralDriver().live({ head: point(40) });
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
      .input({ type: 'appended', outcome: outcome('gap', 0) });
    expect(driver.sent).toMatchObject([{ type: 'resend', mark: { seq: 0 } }]);
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
    const mark = point(0);
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
