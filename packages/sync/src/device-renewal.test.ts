// A device that comes to another history of the centre, to its first snapshot, or to its end: driven by hand, and cut at
// every step.
import { describe, expect, it } from 'vitest';
import { heldRead, startOffers } from './device-offers.ts';
import {
  OFFER_IDS_MAX,
  OFFER_ROUNDS_MAX,
  OFFERS_TIMEOUT_MS,
  RETRY_DELAY_MAX_MS,
  RETRY_REFUSED_DELAY_MS,
  SNAPSHOT_STALL_MS,
} from './limits.ts';
import { chainOf, cursorAt, DeviceDriver, eventLine, markAt, restrictionOf } from './testing/drivers.ts';
import { RenewalStage } from './testing/renewal-stage.ts';

const CHAIN = chainOf(Array.from({ length: 6 }, (_, index) => eventLine(index + 1)));
const point = (seq: number) => CHAIN.points[seq] ?? { seq: -1, hash: '' };
const logAt = (seq: number) => ({ head: point(seq), cursor: cursorAt(9) });
const none = { before: point(6), hole: null, lines: [] };
const lineOf = (number: number) => eventLine(number);
const idOf = (number: number) => (JSON.parse(eventLine(number)) as { id: string }).id;
const wantOf = (round: number, ids: readonly string[]) => ({ type: 'want' as const, round, ids: [...ids] });
const resuppliedOf = (round: number, part: number, appended: number) =>
  ({ type: 'resupplied', round, part, appended, known: 0, refused: 0 }) as const;

const LIMITS = { pushEventsMax: 9, pushBytesMax: 200_000, pushesInFlightMax: 1, eventsFramesOutstandingMax: 1 };

function read(driver: DeviceDriver, part = none): DeviceDriver {
  return driver.input({ type: 'outboxRead', connection: driver.connection, afterSeq: part.before.seq, part });
}

/** Restricted in epoch-2, with nothing to push. */
function restricted(kind: 'epoch' | 'cursor' = 'epoch'): DeviceDriver {
  return new DeviceDriver().live(logAt(6), point(6), {}, { epoch: 'epoch-2', restriction: kind });
}
const drained = () => read(restricted());
const offering = (count: number) =>
  drained().input({
    type: 'heldRead',
    connection: 1,
    ids: Array.from({ length: count }, (_, index) => idOf(index + 1)),
  });
const fetching = () => drained().input({ type: 'heldRead', connection: 1, ids: [] }).frame(wantOf(1, []));

describe('a new history', () => {
  it('N1 C7 pushes what is unsent from the mark of welcome, then offers, then fetches a snapshot of this epoch', () => {
    const driver = new DeviceDriver().live(logAt(6), point(2), {}, { epoch: 'epoch-2', restriction: 'epoch' });
    expect(driver.view).toMatchObject({ restriction: { kind: 'epoch' }, renewal: { step: 'pushing' } });
    driver.outbox(CHAIN);
    expect(driver.message('push')).toMatchObject({ firstSeq: 3 });
    expect(driver.effect('readHeld')).toBeUndefined();
    read(driver);
    expect(driver.effect('readHeld')).toBeUndefined();
    driver.frame({ type: 'accepted', mark: markAt(point(6), 'epoch-2'), serverTimeMs: 0 });
    expect(driver.effect('readHeld')).toMatchObject({ afterId: null, idsMax: OFFER_IDS_MAX });
    expect(driver.effect('fetchSnapshot')).toBeUndefined();
    driver.input({ type: 'heldRead', connection: 1, ids: [] });
    expect(driver.message('offer')).toMatchObject({ round: 1, ids: [], last: true });
    driver.frame(wantOf(1, []));
    expect(driver.effect('fetchSnapshot')).toEqual({ type: 'fetchSnapshot', connection: 1, epoch: 'epoch-2' });
    driver.input({ type: 'snapshotInstalled', connection: 1, outcome: 'installed' });
    expect(driver.effect('close')?.connection).toBe(1);
    expect(driver.effect('connect')?.connection).toBe(2);
    driver.live({ ...logAt(6), cursor: cursorAt(4, 'epoch-2') }, point(6), {}, { epoch: 'epoch-2' });
    expect(driver.message('hello')).toBeUndefined();
    expect(driver.view).toMatchObject({ restriction: null, renewal: null });
  });

  it('N1 a device whose tokens prove nothing goes the same way', () => {
    expect(read(restricted('cursor')).effect('readHeld')).toBeDefined();
  });

  it('N11 a log without a cursor offers what it holds before its first snapshot, too; one that holds nothing goes straight there', () => {
    const paired = () => read(new DeviceDriver().live({ ...logAt(6), cursor: null }, point(6)));
    expect(paired().effect('readHeld')).toBeDefined();
    const holding = paired().input({ type: 'heldRead', connection: 1, ids: [idOf(1)] });
    expect(holding.message('offer')).toMatchObject({ round: 1, ids: [idOf(1)] });
    expect(holding.frame(wantOf(1, [])).effect('readHeld')).toMatchObject({ afterId: idOf(1) });
    holding.input({ type: 'heldRead', connection: 1, ids: [] });
    expect(holding.message('offer')).toMatchObject({ round: 2, last: true });
    const empty = paired().input({ type: 'heldRead', connection: 1, ids: [] });
    expect(empty.message('offer')).toBeUndefined();
    expect(empty.effect('fetchSnapshot')).toBeDefined();
  });

  it('N13 fetches the snapshot only when what was saved during the offers is accepted: it may have been handed back', () => {
    const longer = chainOf([...CHAIN.placed.map(({ line }) => line), lineOf(70)]);
    const last = longer.points.at(-1) ?? point(0);
    const driver = offering(0).input({ type: 'logChanged' }).outbox(longer);
    expect(driver.message('push')).toMatchObject({ firstSeq: 7 });
    driver.outbox(longer).frame(wantOf(1, []));
    expect(driver.effect('fetchSnapshot')).toBeUndefined();
    expect(driver.view.renewal).toMatchObject({ step: 'pushing' });
    driver.frame({ type: 'accepted', mark: markAt(last, 'epoch-2'), serverTimeMs: 0 });
    expect(driver.effect('readHeld')).toBeUndefined();
    expect(driver.effect('fetchSnapshot')).toEqual({ type: 'fetchSnapshot', connection: 1, epoch: 'epoch-2' });
  });

  it('N2 offers every id once, page after page, and hands over what is wanted, part after part, one answer at a time', () => {
    const driver = offering(4);
    expect(driver.message('offer')).toMatchObject({ round: 1, ids: [1, 2, 3, 4].map(idOf), last: false });
    expect(driver.timer('offers')).toBe(OFFERS_TIMEOUT_MS);
    driver.frame(wantOf(1, [2, 3, 4].map(idOf)));
    expect(driver.effect('readLines')).toMatchObject({ ids: [2, 3, 4].map(idOf) });
    driver.input({ type: 'linesRead', connection: 1, lines: [2, 3].map(lineOf) });
    expect(driver.sent).toMatchObject([
      { message: { type: 'resupply', round: 1, part: 1 }, lines: [2, 3].map(lineOf) },
    ]);
    expect(driver.effect('readLines')).toBeUndefined();
    driver.frame(resuppliedOf(1, 1, 2));
    expect(driver.effect('readLines')).toMatchObject({ ids: [idOf(4)] });
    driver.input({ type: 'linesRead', connection: 1, lines: [lineOf(4)] });
    expect(driver.message('resupply')).toMatchObject({ round: 1, part: 2 });
    driver.frame(resuppliedOf(1, 2, 1));
    expect(driver.effect('readHeld')).toMatchObject({ afterId: idOf(4) });
    driver.input({ type: 'heldRead', connection: 1, ids: [idOf(5)] });
    expect(driver.message('offer')).toMatchObject({ round: 2, ids: [idOf(5)], last: false });
    driver.frame(wantOf(2, [])).input({ type: 'heldRead', connection: 1, ids: [] });
    expect(driver.message('offer')).toMatchObject({ round: 3, ids: [], last: true });
    expect(driver.view.renewal).toEqual({ step: 'offering', done: 5, total: null });
    driver.frame(wantOf(3, []));
    expect(driver.effect('report')).toEqual({
      type: 'report',
      report: { kind: 'offered', offered: 5, appended: 3, known: 0, refused: 0, complete: true },
    });
  });

  it('N2 no more lines go out than fit the bounds of the connection', () => {
    const limits = { pushEventsMax: 2 };
    const driver = new DeviceDriver().live(logAt(6), point(6), limits, { epoch: 'epoch-2', restriction: 'epoch' });
    read(driver).input({ type: 'heldRead', connection: 1, ids: [1, 2, 3].map(idOf) });
    driver.frame(wantOf(1, [1, 2, 3].map(idOf)));
    expect(driver.effect('readLines')?.limit.eventsMax).toBe(2);
    driver.input({ type: 'linesRead', connection: 1, lines: [1, 2, 3].map(lineOf) });
    expect(driver.sent).toMatchObject([{ lines: [1, 2].map(lineOf) }]);
    expect(driver.frame(resuppliedOf(1, 1, 2)).effect('readLines')?.ids).toEqual([idOf(3)]);
  });

  it('N2 more than may be offered is not, and that is said', () => {
    const step = startOffers(1, LIMITS);
    const offers = step.kind === 'ok' ? step.offers : undefined;
    if (offers === undefined) throw new Error('It begins.');
    const last = heldRead({ ...offers, round: OFFER_ROUNDS_MAX }, [idOf(1)]);
    expect(last).toMatchObject({ offers: { step: 'closing', complete: false } });
    expect(heldRead({ ...offers, round: OFFER_ROUNDS_MAX }, [])).toMatchObject({ offers: { complete: true } });
  });

  it('N3 what the log can not give any more is passed over', () => {
    const driver = offering(3).frame(wantOf(1, [1, 2, 3].map(idOf)));
    driver.input({ type: 'linesRead', connection: 1, lines: [lineOf(2)] });
    expect(driver.frame(resuppliedOf(1, 1, 1)).effect('readLines')?.ids).toEqual([idOf(3)]);
    driver.input({ type: 'linesRead', connection: 1, lines: [] });
    expect(driver.effect('readHeld')).toMatchObject({ afterId: idOf(3) });
  });

  it('N4 what was heard before changes nothing', () => {
    const driver = offering(3).frame(wantOf(1, [1, 2].map(idOf)));
    expect(driver.frame(wantOf(1, [1, 2].map(idOf))).effects).toEqual([]);
    driver.input({ type: 'linesRead', connection: 1, lines: [lineOf(1)] }).frame(resuppliedOf(1, 1, 1));
    expect(driver.frame(resuppliedOf(1, 1, 1)).effects).toEqual([]);
    driver.input({ type: 'linesRead', connection: 1, lines: [lineOf(2)] }).frame(resuppliedOf(1, 2, 1));
    expect(driver.frame(wantOf(1, [idOf(1)])).effects).toEqual([]);
    expect(driver.phase).toBe('live');
    expect(fetching().frame(wantOf(1, [])).effects).toEqual([]);
  });

  it('N4 B1 answers that nothing asked for, and wishes for what was not offered, end the connection', () => {
    const cases = [
      offering(2).frame(wantOf(2, [])),
      offering(2).frame(wantOf(1, [idOf(7)])),
      offering(2).frame(wantOf(1, [idOf(1), idOf(1)])),
      offering(2).frame(resuppliedOf(1, 1, 1)),
      offering(2).frame(resuppliedOf(2, 1, 1)),
      drained()
        .input({ type: 'heldRead', connection: 1, ids: [] })
        .frame(wantOf(1, [idOf(1)])),
      new DeviceDriver().live().frame(wantOf(1, [])),
      new DeviceDriver().live().frame(resuppliedOf(1, 1, 0)),
    ];
    for (const [index, driver] of cases.entries()) {
      expect([index, driver.phase]).toEqual([index, 'waiting']);
      expect(driver.effect('report')).toMatchObject({ report: { kind: 'bad-frame' } });
    }
  });

  it('N4 a log that gives a line nobody asked for ends the connection', () => {
    const driver = offering(2).frame(wantOf(1, [idOf(1)]));
    expect(driver.input({ type: 'linesRead', connection: 1, lines: [lineOf(2)] }).phase).toBe('waiting');
  });

  it('N5 X10 B1 no frame is applied where none may come: restricted, removed, or with a snapshot still to fetch', () => {
    const frame = { type: 'events', from: cursorAt(9), to: cursorAt(10), headPosition: 10 } as const;
    const message = { ...frame, positions: [10], devices: ['device-9'], places: [null] };
    for (const driver of [
      restricted(),
      restricted('cursor'),
      new DeviceDriver().live(logAt(6), point(6), {}, { restriction: 'revoked' }),
      new DeviceDriver().live({ ...logAt(6), needsSnapshot: true }, point(6)),
    ]) {
      driver.frame(message, [lineOf(10)]);
      expect(driver.effect('applyFrame')).toBeUndefined();
      expect(driver.phase).toBe('waiting');
    }
  });

  it('N6 what is saved meanwhile is pushed, whatever step it is in', () => {
    for (const driver of [drained(), offering(2), fetching()]) {
      expect(driver.input({ type: 'logChanged' }).effect('readOutbox')).toMatchObject({ afterSeq: 6 });
      const more = chainOf([...CHAIN.placed.map(({ line }) => line), lineOf(7)]);
      const part = { before: point(6), hole: null, lines: more.placed.slice(6) };
      driver.input({ type: 'outboxRead', connection: 1, afterSeq: 6, part });
      expect(driver.message('push')).toMatchObject({ firstSeq: 7 });
      expect(driver.phase).toBe('live');
    }
  });

  it('N7 cut off, crashed, restored once more or selling on at every single step: all is handed over, then taken', () => {
    const whole = new RenewalStage(7, 8, 2);
    whole.play();
    expect(whole.wrong).toEqual([]);
    expect(whole.isDone).toBe(true);
    expect(whole.snapshots).toBe(1);
    const interruptions = {
      cut: (stage: RenewalStage) => stage.cutConnection(),
      crash: (stage: RenewalStage) => stage.crash(),
      epoch: (stage: RenewalStage) => stage.beginEpoch(),
      sale: (stage: RenewalStage) => stage.save(),
    };
    for (const [name, interrupt] of Object.entries(interruptions)) {
      for (let step = 0; step < whole.steps; step += 1) {
        const stage = new RenewalStage(7, 8, 2);
        stage.play(step, () => interrupt(stage));
        expect({ name, step, wrong: stage.wrong, isDone: stage.isDone }).toEqual({
          name,
          step,
          wrong: [],
          isDone: true,
        });
        expect(stage.centreHolds.size).toBe(stage.held.length);
      }
    }
  });

  it('N8 an offer or a resupply without an answer ends the connection', () => {
    for (const driver of [
      offering(2),
      offering(2)
        .frame(wantOf(1, [idOf(1)]))
        .input({ type: 'linesRead', connection: 1, lines: [lineOf(1)] }),
      drained().input({ type: 'heldRead', connection: 1, ids: [] }),
    ]) {
      expect(driver.timer('offers')).toBe(OFFERS_TIMEOUT_MS);
      expect(driver.input({ type: 'timer', timer: 'offers' }).timer('retry')).toBeGreaterThan(0);
    }
  });

  it('E12 a mark of another epoch in the middle of a connection is not stored: the device comes back and is told', () => {
    const other = markAt(point(6), 'epoch-2');
    for (const message of [
      { type: 'accepted', mark: other, serverTimeMs: 0 },
      { type: 'resend', mark: other },
      { type: 'damage', mark: other, seq: 7, alone: true, problem: 'not-json', detail: '' },
    ] as const) {
      const driver = new DeviceDriver().live(logAt(6), point(4)).outbox(CHAIN).frame(message);
      expect(driver.effect('storeMark')).toBeUndefined();
      expect(driver.effect('setDamagedAside')).toBeUndefined();
      expect(driver.effect('report')).toMatchObject({ report: { kind: 'new-epoch', epoch: 'epoch-2' } });
      expect(driver.timer('retry')).toBeGreaterThan(0);
    }
  });
});

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

describe('removed devices', () => {
  const removed = (accepted: number) =>
    new DeviceDriver().live(logAt(6), point(accepted), {}, { restriction: 'revoked' });

  it('G2 C9 a removed device pushes what it saved, offers and fetches nothing, then locks, and asks again now and then', () => {
    const driver = removed(4).outbox(CHAIN);
    expect(driver.view).toMatchObject({
      connection: 'needsYou',
      needs: { kind: 'revoked', recovery: 'enrol' },
      locked: false,
    });
    expect(driver.message('push')).toMatchObject({ firstSeq: 5 });
    read(driver).frame({ type: 'accepted', mark: markAt(point(6)), serverTimeMs: 0 });
    expect(driver.effect('storeMark')).toBeDefined();
    expect(driver.effect('readHeld')).toBeUndefined();
    expect(driver.effect('fetchSnapshot')).toBeUndefined();
    expect(driver.effects).toContainEqual({ type: 'report', report: { kind: 'locked', device: 'device-1' } });
    expect(driver.view.locked).toBe(true);
    expect(driver.timer('retry')).toBe(RETRY_REFUSED_DELAY_MS * 0.75);
    driver.input({ type: 'timer', timer: 'retry' });
    read(driver.live(logAt(6), point(6), {}, { restriction: 'revoked' }));
    expect(driver.effects.filter((effect) => effect.type === 'report')).toEqual([]);
    expect(driver.view.locked).toBe(true);
    driver.input({ type: 'timer', timer: 'retry' });
    expect(driver.live(logAt(6), point(6)).view).toMatchObject({ locked: false, needs: null, restriction: null });
  });

  it('G3 one that the centre takes nothing more of locks with what is unsent still saved', () => {
    const refusal = { type: 'refused', kind: 'revoked', recovery: 'enrol', message: 'no', retryAfterMs: null } as const;
    const driver = removed(4).outbox(CHAIN).frame(refusal);
    expect(driver.view).toMatchObject({ locked: true, needs: { kind: 'revoked', recovery: 'enrol' } });
    expect(driver.timer('retry')).toBe(RETRY_REFUSED_DELAY_MS * 0.75);
    const atDoor = new DeviceDriver().input({ type: 'start' });
    atDoor.input({ type: 'connectFailed', connection: 1, failure: { kind: 'refused', refusal: 'revoked' } });
    expect(atDoor.view.locked).toBe(true);
  });

  it('G4 removed in the middle of a connection it comes back at once and is told what is still taken', () => {
    const refusal = { type: 'refused', kind: 'revoked', recovery: 'retry', message: 'no', retryAfterMs: null } as const;
    const driver = new DeviceDriver().live(logAt(6), point(4)).frame(refusal);
    expect(driver.view.locked).toBe(false);
    expect(driver.timer('retry')).toBeLessThan(1_000);
  });

  it('G2 a restriction shows until the centre says otherwise', () => {
    const driver = restricted();
    expect(driver.input({ type: 'closed', connection: 1 }).view.restriction).toEqual(restrictionOf('epoch'));
  });
});
