// The device session, driven by hand: which frames go to its log, and what it says of them.
import { describe, expect, it } from 'vitest';
import { eventsFrame, eventsLines, point } from './testing/device-sample.ts';
import { cursorAt, DEVICE, DeviceDriver } from './testing/drivers.ts';

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
