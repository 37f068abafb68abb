// A device on its way to a snapshot, driven by hand: when it fetches one, and what it makes of none.
import { describe, expect, it } from 'vitest';
import { RETRY_DELAY_MAX_MS, RETRY_REFUSED_DELAY_MS, SNAPSHOT_STALL_MS } from './limits.ts';
import { DeviceDriver, markAt } from './testing/drivers.ts';
import { CHAIN, fetching, logAt, offering, point, read, wantOf } from './testing/renewal-sample.ts';

describe('snapshots', () => {
  const newLog = { head: point(0), cursor: null };
  const empty = { before: point(0), hole: null, lines: [] };
  const receives = (driver: DeviceDriver) => driver.message('hello')?.receive;

  it('W1 hello asks for no events while a log is new or its read models need a base; pushing comes before fetching', () => {
    expect(receives(new DeviceDriver().hello(newLog))).toBe(false);
    expect(receives(new DeviceDriver().hello({ ...logAt(6), needsSnapshot: true }))).toBe(false);
    expect(receives(new DeviceDriver().hello(logAt(6)))).toBe(true);
    const driver = new DeviceDriver().live({ ...logAt(6), needsSnapshot: true }, point(4)).outbox(CHAIN);
    expect(driver.message('push')).toMatchObject({ firstSeq: 5 });
    read(driver).frame({ type: 'accepted', mark: markAt(point(6)), serverTimeMs: 0 });
    expect(driver.effect('readHeld')).toBeUndefined();
    expect(driver.effect('fetchSnapshot')).toMatchObject({ epoch: 'epoch-1' });
  });

  it('W7 asks for it to be installed over the cursor that hello told, and over no other', () => {
    expect(fetching().effect('fetchSnapshot')).toMatchObject({ over: logAt(6).cursor });
    const blank = new DeviceDriver()
      .live(newLog)
      .input({ type: 'outboxRead', connection: 1, afterSeq: 0, part: empty });
    expect(blank.input({ type: 'heldRead', connection: 1, ids: [] }).effect('fetchSnapshot')?.over).toBeNull();
  });

  it('W2 a snapshot that can not be had is asked for again and again, ever more slowly, while pushing goes on', () => {
    for (const failure of [{ kind: 'unreachable' }, { kind: 'none' }, { kind: 'busy', retryAfterMs: null }] as const) {
      const driver = fetching();
      const delays: number[] = [];
      for (let attempt = 0; attempt < 60; attempt += 1) {
        driver.input({ type: 'snapshotFailed', connection: 1, failure });
        expect(driver.effect('report')).toMatchObject({ report: { kind: 'snapshot-failed', failure: failure.kind } });
        delays.push(driver.timer('snapshot') ?? 0);
        expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toBeDefined();
        read(driver);
        expect(driver.input({ type: 'timer', timer: 'snapshot' }).effect('fetchSnapshot')).toBeDefined();
      }
      expect(delays.slice(0, 3)).toEqual([375, 750, 1_500]);
      expect(Math.max(...delays)).toBeLessThanOrEqual(RETRY_DELAY_MAX_MS);
    }
    const busy = fetching().input({
      type: 'snapshotFailed',
      connection: 1,
      failure: { kind: 'busy', retryAfterMs: 90_000 },
    });
    expect(busy.timer('snapshot')).toBe(90_000);
  });

  it('W3 an app that is too old for the snapshot says so, goes on pushing, and asks again now and then', () => {
    const driver = fetching().input({ type: 'snapshotFailed', connection: 1, failure: { kind: 'update' } });
    const shown = { connection: 'needsYou', needs: { kind: 'update', recovery: 'update' } };
    expect(driver.view).toMatchObject(shown);
    expect(driver.phase).toBe('live');
    expect(driver.timer('snapshot')).toBe(RETRY_REFUSED_DELAY_MS * 0.75);
    expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toBeDefined();
    read(driver).input({ type: 'timer', timer: 'snapshot' });
    expect(driver.effect('fetchSnapshot')).toBeDefined();
    // It stays shown over a lost connection, until a snapshot is there.
    driver.input({ type: 'closed', connection: 1 }).input({ type: 'timer', timer: 'retry' });
    driver.live(logAt(6), point(6), {}, { epoch: 'epoch-2', restriction: 'epoch' });
    expect(driver.view).toMatchObject(shown);
    read(driver).input({ type: 'heldRead', connection: 2, ids: [] }).frame(wantOf(1, []));
    driver.input({ type: 'snapshotInstalled', connection: 2, outcome: 'installed' });
    expect(driver.view.needs).toBeNull();
  });

  it('W4 where there is no snapshot a new log hears everything from the first event instead; any other waits', () => {
    const driver = read(new DeviceDriver().live(newLog, point(0)), empty);
    driver.input({ type: 'heldRead', connection: 1, ids: [] });
    expect(driver.effect('fetchSnapshot')).toBeDefined();
    driver.input({ type: 'snapshotFailed', connection: 1, failure: { kind: 'none' } });
    expect(driver.effect('close')?.connection).toBe(1);
    expect(driver.effect('connect')?.connection).toBe(2);
    expect(receives(driver.hello(newLog))).toBe(true);
    const upgraded = read(new DeviceDriver().live({ ...newLog, needsSnapshot: true }, point(0)), empty);
    upgraded.input({ type: 'heldRead', connection: 1, ids: [] });
    upgraded.input({ type: 'snapshotFailed', connection: 1, failure: { kind: 'none' } });
    expect(upgraded.effect('connect')).toBeUndefined();
    expect(upgraded.timer('snapshot')).toBeGreaterThan(0);
  });

  it('W5 progress is shown, and without any the connection is let go', () => {
    const driver = fetching();
    expect(driver.timer('snapshot')).toBe(SNAPSHOT_STALL_MS);
    driver.input({ type: 'snapshotProgress', connection: 1, bytesHeld: 40, bytesTotal: 100 });
    expect(driver.timer('snapshot')).toBe(SNAPSHOT_STALL_MS);
    expect(driver.view.renewal).toEqual({ step: 'fetching', done: 40, total: 100 });
    driver.input({ type: 'timer', timer: 'snapshot' });
    expect(driver.effect('close')).toBeDefined();
    expect(driver.timer('retry')).toBeGreaterThan(0);
  });

  it('W6 a snapshot that came too late, or a second one in a row, is no reason to hurry', () => {
    const stale = fetching().input({ type: 'snapshotInstalled', connection: 1, outcome: 'stale' });
    expect(stale.effect('connect')).toBeUndefined();
    expect(stale.timer('retry')).toBeGreaterThan(0);
    const again = fetching().input({ type: 'snapshotInstalled', connection: 1, outcome: 'installed' });
    again.live(logAt(6), point(6), {}, { epoch: 'epoch-2', restriction: 'cursor' });
    read(again).input({ type: 'heldRead', connection: 2, ids: [] }).frame(wantOf(1, []));
    again.input({ type: 'snapshotInstalled', connection: 2, outcome: 'installed' });
    expect(again.effect('connect')).toBeUndefined();
    expect(again.timer('retry')).toBeGreaterThan(0);
  });

  it('W6 a refused credential lets the connection go: hello tells what is the matter', () => {
    const driver = fetching().input({ type: 'snapshotFailed', connection: 1, failure: { kind: 'refused' } });
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'snapshot-failed', failure: 'refused' } });
    expect(driver.timer('retry')).toBeGreaterThan(0);
  });

  it('W6 R5 what is said of a snapshot of an earlier connection, or after a fork was found, changes nothing', () => {
    const lost = fetching().input({ type: 'closed', connection: 1 }).input({ type: 'timer', timer: 'retry' });
    const forked = fetching().frame({ type: 'forked', round: 1, seqs: [1] });
    for (const driver of [lost, forked, offering(2)]) {
      const { phase } = driver;
      expect(driver.input({ type: 'snapshotInstalled', connection: 1, outcome: 'installed' }).effects).toEqual([]);
      expect(driver.input({ type: 'snapshotFailed', connection: 1, failure: { kind: 'none' } }).effects).toEqual([]);
      expect(driver.phase).toBe(phase);
    }
  });
});
