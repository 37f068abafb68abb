// The device engine against a real central session over a real socket: pairing, sending, hearing, the clock, and what a person is told.
import { sampleDraft, STORE } from '@streamstock/event-log/testing/sample-log';
import { filter, firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { TicketFailed } from './device-engine.ts';
import { CLOCK_KEPT_EVERY_MS } from './engine-locals.ts';
import { SOON } from './testing/soon.ts';
import { status, tally, untilTally, useTestShop } from './testing/test-shop.ts';
import { isDrained, isOnline, tap, testDisk, until } from './testing/test-tab.ts';

const shop = useTestShop();

/** A clock that is off by more than any machine stands still in the middle of a test. */
const CLOCK_OFF_MS = 600_000;
const STALL_MS_MAX = 60_000;
const HOUR_MS = 3_600_000;

describe('the device engine', () => {
  it('syncs nothing before it is paired, and at once after', async () => {
    const { engine } = await shop.open(testDisk());
    expect(await status(engine)).toMatchObject({ enrolled: null, connection: 'offline', unsentCount: 0, fault: null });
    expect(shop.centre.connections).toBe(0);
    await engine.enrol({ device: 'device-1', store: STORE });
    const online = await until(engine, isOnline);
    expect(online.enrolled).toEqual({ device: 'device-1', store: STORE });
    expect(online.isSender).toBe(true);
  });

  it('carries one tap to another device, and says saved, then sent', async () => {
    const { engine: one } = await shop.device('device-1');
    const { engine: two } = await shop.device('device-2');
    const id = one.newId();
    const changes: string[] = [];
    one.changes$.subscribe(({ cause }) => changes.push(cause));
    const [appended] = await one.commit([
      { id, type: 'PebbleMoved', schemaVersion: 1, store: STORE, audience: [], actor: 'ana', payload: { quantity: 2 } },
    ]);
    expect(appended?.place).toMatchObject({ device: 'device-1', seq: 1 });
    expect((await one.eventStates([id]))[0]).toMatch(/saved|sent/);
    await untilTally(two, 1);
    await until(one, isDrained);
    expect(await one.eventStates([id, one.newId()])).toEqual(['sent', 'unknown']);
    expect(await two.eventStates([id])).toEqual(['sent']);
    await vi.waitFor(() => expect(changes).toContain('frame'), SOON);
    expect(await tally(one)).toBe(1);
  });

  it('shows each tap on another device with the frame that brings it', async ({ annotate }) => {
    const { engine: one } = await shop.device('device-1');
    const { engine: two } = await shop.device('device-2');
    const samplesMs: number[] = [];
    for (let number = 1; number <= 15; number += 1) {
      const shown = firstValueFrom(two.changes$.pipe(filter(({ cause }) => cause === 'frame')));
      const startMs = performance.now();
      await tap(one, number);
      await shown;
      samplesMs.push(performance.now() - startMs);
      await expect.poll(() => tally(two)).toBe(number);
    }
    const medianMs = samplesMs.toSorted((a, b) => a - b)[7] ?? Number.NaN;
    await annotate(`From tap to screen: ${medianMs.toFixed(1)} ms (median, loopback); the promise is 100 ms.`);
  });

  it('keeps working while the centre is away, and sends everything when it is back', async () => {
    const { engine } = await shop.device('device-1');
    await shop.centre.stop();
    await until(engine, ({ connection }) => connection === 'offline');
    for (let number = 1; number <= 5; number += 1) await tap(engine, number);
    const waiting = await until(engine, ({ unsentCount }) => unsentCount === 5);
    expect(waiting.oldestUnsentAtMs).toBeGreaterThan(Date.now() - STALL_MS_MAX);
    await shop.centre.start();
    engine.tryNow();
    await until(engine, isDrained);
    expect(await shop.centralIds()).toHaveLength(5);
  });

  it('starts offline and sells', async () => {
    const { engine, disk } = await shop.device('device-1');
    await shop.centre.stop();
    await engine.close();
    const { engine: again } = await shop.open(disk);
    await tap(again);
    const state = await until(again, ({ unsentCount }) => unsentCount === 1);
    expect(state.enrolled).toEqual({ device: 'device-1', store: STORE });
    await shop.centre.start();
    again.tryNow();
    await until(again, isDrained);
  });

  it('lets the socket go when the browser says the network is gone, and comes back when it is', async () => {
    const { engine, tell } = await shop.device('device-1');
    tell('network-lost');
    await until(engine, ({ connection }) => connection === 'offline');
    await vi.waitFor(() => expect(shop.centre.connections).toBe(0), SOON);
    await tap(engine);
    tell('network-back');
    await until(engine, isDrained);
  });

  it('commits a draft and its sale in one step', async () => {
    const { engine } = await shop.device('device-1');
    await engine.putLocal([{ key: 'sale', value: { lines: 3 } }]);
    const id = engine.newId();
    const draft = { id, type: 'PebbleMoved', schemaVersion: 1, store: STORE, audience: [], actor: 'ana', payload: {} };
    await engine.commit([draft], { local: [{ key: 'sale', value: undefined }] });
    expect(await engine.getLocal(['sale'])).toEqual([undefined]);
  });

  it('tells what the centre set aside', async () => {
    const { engine } = await shop.device('device-1');
    const id = engine.newId();
    const payload = { bad: true };
    await engine.commit([
      { id, type: 'PebbleMoved', schemaVersion: 1, store: STORE, audience: [], actor: 'ana', payload },
    ]);
    await until(engine, ({ needsAttentionCount }) => needsAttentionCount === 1);
    expect(await engine.eventStates([id])).toEqual(['attention']);
    expect(await tally(engine)).toBe(0);
  });

  it('measures the clock, states it with every event, and reports it', async () => {
    shop.centre.clockOffsetMs = CLOCK_OFF_MS;
    const { engine } = await shop.device('device-1');
    const { clockOffsetMs } = await until(engine, (state) => state.clockOffsetMs !== null);
    expect(Math.abs((clockOffsetMs ?? 0) - CLOCK_OFF_MS)).toBeLessThan(STALL_MS_MAX);
    const [appended] = await engine.commit([
      {
        id: engine.newId(),
        type: 'PebbleMoved',
        schemaVersion: 1,
        store: STORE,
        audience: [],
        actor: 'ana',
        payload: {},
      },
    ]);
    expect(Math.abs((appended?.event.clockUncertaintyMs ?? 0) - CLOCK_OFF_MS)).toBeLessThan(STALL_MS_MAX);
    expect(Math.abs((appended?.event.deviceTimeMs ?? 0) - Date.now())).toBeLessThan(STALL_MS_MAX);
    await vi.waitFor(() => expect(shop.centre.statuses.get('device-1')).toBeDefined(), SOON);
  });

  it('before any measurement states no bound', async () => {
    const { engine } = await shop.open(testDisk());
    await shop.centre.stop();
    await engine.enrol({ device: 'device-1', store: STORE });
    const [appended] = await engine.commit([
      {
        id: engine.newId(),
        type: 'PebbleMoved',
        schemaVersion: 1,
        store: STORE,
        audience: [],
        actor: 'ana',
        payload: {},
      },
    ]);
    expect(appended?.event.clockUncertaintyMs).toBeNull();
  });

  it('after a reload without network still knows how sure its clock is', async () => {
    shop.centre.clockOffsetMs = CLOCK_OFF_MS;
    const { engine, disk } = await shop.device('device-1');
    await until(engine, (state) => state.clockOffsetMs !== null);
    await vi.waitFor(async () => expect(await engine.getLocal(['engine/clock'])).not.toEqual([undefined]), SOON);
    await shop.centre.stop();
    await engine.close();
    const { engine: again } = await shop.open(disk);
    const [appended] = await again.commit([sampleDraft(1, { id: again.newId() })]);
    expect(Math.abs((appended?.event.clockUncertaintyMs ?? 0) - CLOCK_OFF_MS)).toBeLessThan(STALL_MS_MAX);
  });

  it.each([
    ['set back', -HOUR_MS, Infinity],
    ['set ahead', 2 * HOUR_MS, 2 * HOUR_MS],
  ])('X20 a clock that was %s while the app was closed is doubted by as much', async (_title, stepMs, doubtMs) => {
    const { engine, disk } = await shop.device('device-1');
    await until(engine, (state) => state.clockOffsetMs !== null);
    await vi.waitFor(async () => expect(await engine.getLocal(['engine/clock'])).not.toEqual([undefined]), SOON);
    await shop.centre.stop();
    await engine.close();
    const { engine: again } = await shop.open(disk, { clock: () => Date.now() + stepMs });
    const [appended] = await again.commit([sampleDraft(1, { id: again.newId() })]);
    // null: nothing is known.
    expect(appended?.event.clockUncertaintyMs ?? Infinity).toBeGreaterThanOrEqual(doubtMs);
  });

  it('goes on watching its clock without a network', async () => {
    let asleepMs = 0;
    const setTimer = (callback: () => void, afterMs: number) =>
      setTimeout(callback, afterMs === CLOCK_KEPT_EVERY_MS ? 20 : afterMs);
    const clock = () => Date.now() + asleepMs;
    const { engine } = await shop.device('device-1', { clock, environment: { setTimer } });
    await until(engine, (state) => state.clockOffsetMs !== null);
    await shop.centre.stop();
    await until(engine, ({ connection }) => connection === 'offline');
    asleepMs = HOUR_MS;
    const fromMs = clock();
    const kept = async () => (await engine.getLocal(['engine/clock']))[0] as { measuredAtMs: number } | undefined;
    await vi.waitFor(async () => expect((await kept())?.measuredAtMs).toBeGreaterThanOrEqual(fromMs), SOON);
    expect(await kept()).toMatchObject({ uncertaintyMs: expect.closeTo(HOUR_MS, -5) });
  });

  it('D2 a cloned profile takes a new id; nothing is lost, nothing doubled', async () => {
    const { engine: original } = await shop.device('device-1');
    await tap(original, 1);
    await until(original, isDrained);
    // The clone: the same identity on another disk, with a history of its own.
    const { engine: clone } = await shop.open(testDisk());
    const reports: string[] = [];
    clone.reports$.subscribe(({ kind }) => reports.push(kind));
    await clone.enrol({ device: 'device-1', store: STORE });
    await tap(clone, 2);
    await until(clone, ({ enrolled }) => enrolled?.device === 'minted-1');
    await until(clone, isDrained);
    await untilTally(clone, 2);
    await untilTally(original, 2);
    expect(reports).toContain('forked');
    expect(await shop.centralIds()).toHaveLength(2);
  });

  it('ends its streams when closed', async () => {
    const { engine } = await shop.device('device-1');
    const streams: readonly Observable<unknown>[] = [engine.status$, engine.changes$, engine.reports$];
    const ended = Promise.all(streams.map((stream) => lastValueFrom(stream, { defaultValue: null })));
    await engine.close();
    await ended;
    await expect(tap(engine)).rejects.toThrow(/closed/);
    await vi.waitFor(() => expect(shop.centre.connections).toBe(0), SOON);
  });
});

describe('what only a person can lift', () => {
  it('a removed device is told, and what it holds stays', async () => {
    const { engine } = await shop.device('device-1');
    await shop.centre.revoke('device-1');
    const told = await until(engine, ({ connection }) => connection === 'needsYou');
    expect(told.needs).toMatchObject({ kind: 'revoked', recovery: 'enrol' });
    await tap(engine);
    expect((await until(engine, ({ unsentCount }) => unsentCount === 1)).connection).toBe('needsYou');
  });

  it('a credential that is no longer good, and one that is again', async () => {
    let isGood = false;
    const fetchTicket = async () => {
      if (!isGood) throw new TicketFailed({ kind: 'refused', refusal: 'unauthorised' });
      return shop.centre.issueTicket();
    };
    const { engine } = await shop.open(testDisk(), { fetchTicket });
    await engine.enrol({ device: 'device-1', store: STORE });
    const told = await until(engine, ({ connection }) => connection === 'needsYou');
    expect(told.needs?.kind).toBe('unauthorised');
    isGood = true;
    engine.tryNow();
    await until(engine, isOnline);
  });
});
