// The central session, driven by hand: what is delivered to a device, how much of it, and when.
import { isSealedCursor } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { EVENTS_FRAME_BYTES_FIRST, EVENTS_FRAME_BYTES_MAX, IDLE_ADVANCE_AFTER_MS } from './limits.ts';
import { refusalOf } from './testing/central-sample.ts';
import { CentralDriver, cursorAt, factsOf, readOf, seal, someHash, STORE } from './testing/drivers.ts';

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

  it('E10 a read that found nothing, and did not come to the head, moves the device on and is followed by the next', () => {
    const head = { ...factsOf().head, position: 900 };
    const cursor = cursorAt(2);
    const driver = new CentralDriver().greet({ cursor }, { head, hashAtCursor: cursor.hash });
    driver.input({ type: 'linesRead', read: readOf([], 300) });
    expect(driver.sent).toMatchObject([{ type: 'events', lines: 0, from: cursor, to: { position: 300 } }]);
    expect(driver.effect('readForStore')).toMatchObject({ after: 300 });
    driver.input({ type: 'linesRead', read: readOf([], 600) });
    expect(driver.effect('readForStore')).toMatchObject({ after: 600 });
    driver.input({ type: 'linesRead', read: readOf([], 900) });
    expect(driver.effects.filter(({ type }) => type === 'readForStore')).toEqual([]);
  });

  it('E4 a device that was sent something meanwhile is not moved on by an empty frame', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'headMoved', position: 4, inAudience: false });
    driver.input({ type: 'headMoved', position: 5, inAudience: true });
    driver.input({ type: 'linesRead', read: readOf([5], 5) });
    driver.input({ type: 'headMoved', position: 7, inAudience: false });
    driver.input({ type: 'timer', timer: 'advance' });
    expect(driver.effects).toEqual([{ type: 'setTimer', timer: 'advance', afterMs: IDLE_ADVANCE_AFTER_MS }]);
    driver.input({ type: 'timer', timer: 'advance' });
    expect(driver.effect('readForStore')).toMatchObject({ after: 5 });
    driver.input({ type: 'linesRead', read: readOf([], 7) });
    expect(driver.sent).toMatchObject([{ type: 'events', lines: 0, to: { position: 7 } }]);
    expect(driver.effects).toHaveLength(1);
  });

  it('E4 a device that stands at the head when it is to be moved on is sent nothing, and waited for no longer', () => {
    const driver = new CentralDriver().live();
    driver.input({ type: 'headMoved', position: 4, inAudience: false });
    driver.input({ type: 'headMoved', position: 5, inAudience: true });
    driver.input({ type: 'linesRead', read: readOf([5], 5) });
    driver.input({ type: 'timer', timer: 'advance' });
    driver.input({ type: 'timer', timer: 'advance' });
    driver.input({ type: 'linesRead', read: readOf([], 5) });
    expect(driver.effects).toEqual([]);
  });

  it('E13 a new connection is read little for at first, and twice as much with every frame that it holds', () => {
    const head = { ...factsOf().head, position: 100 };
    const driver = new CentralDriver().greet({}, { head });
    const limitNow = () => driver.effect('readForStore')?.limit.bytesMax;
    expect(limitNow()).toBe(EVENTS_FRAME_BYTES_FIRST);
    for (const position of [1, 2, 3, 4]) {
      expect(limitNow()).toBe(EVENTS_FRAME_BYTES_FIRST);
      driver.input({ type: 'linesRead', read: readOf([position], position) });
    }
    const limits = [1, 2, 3, 4, 5].map((position) => {
      driver.frame({ type: 'applied', cursor: cursorAt(position) });
      const limit = limitNow();
      driver.input({ type: 'linesRead', read: readOf([position + 4], position + 4) });
      return limit;
    });
    expect(limits).toEqual([2, 4, 8, 8, 8].map((times) => times * EVENTS_FRAME_BYTES_FIRST));
    expect(limits.at(-1)).toBe(EVENTS_FRAME_BYTES_MAX);
  });
});
