// The central session, driven by hand: time, silence, and what a broken or hostile device gets.
import { describe, expect, it } from 'vitest';
import { encodeFrame } from './frame.ts';
import { SILENCE_CHECK_MS } from './limits.ts';
import { CLOCK, point, pushOf, refusalOf } from './testing/central-sample.ts';
import { CentralDriver, helloOf } from './testing/drivers.ts';

describe('time and silence at the centre', () => {
  it('C1 the offset goes with every push: sharp when the round trip was short, wide when the frame stalled, new when a clock was set', () => {
    const driver = new CentralDriver().live({ head: point(40) });
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
