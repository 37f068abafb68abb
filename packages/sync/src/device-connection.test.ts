// The device session, driven by hand: connecting, coming back, and the greeting.
import { describe, expect, it } from 'vitest';
import { CONNECTION_STABLE_AFTER_MS, RETRY_DELAY_MAX_MS, RETRY_REFUSED_DELAY_MS } from './limits.ts';
import { logAt, point, refused } from './testing/device-sample.ts';
import { cursorAt, DEVICE, DeviceDriver, markAt } from './testing/drivers.ts';

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
