// A device that comes to another history of the centre, or to its end: driven by hand, and cut at every step.
import { describe, expect, it } from 'vitest';
import { heldRead, startOffers } from './device-offers.ts';
import { OFFER_IDS_MAX, OFFER_ROUNDS_MAX, OFFERS_TIMEOUT_MS, RETRY_REFUSED_DELAY_MS } from './limits.ts';
import { chainOf, cursorAt, DeviceDriver, eventLine, markAt, restrictionOf } from './testing/drivers.ts';
import {
  CHAIN,
  drained,
  fetching,
  idOf,
  logAt,
  offering,
  point,
  read,
  restricted,
  wantOf,
} from './testing/renewal-sample.ts';
import { RenewalStage } from './testing/renewal-stage.ts';

const lineOf = (number: number) => eventLine(number);
const resuppliedOf = (round: number, part: number, appended: number) =>
  ({ type: 'resupplied', round, part, appended, known: 0, refused: 0 }) as const;
const LIMITS = { pushEventsMax: 9, pushBytesMax: 200_000, pushesInFlightMax: 1, eventsFramesOutstandingMax: 1 };

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
    expect(driver.effect('fetchSnapshot')).toMatchObject({ connection: 1, epoch: 'epoch-2' });
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
    expect(driver.effect('fetchSnapshot')).toMatchObject({ connection: 1, epoch: 'epoch-2' });
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
