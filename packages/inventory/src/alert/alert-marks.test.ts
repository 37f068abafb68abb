// What people say about alerts, the centre's record of them, and how they are told after an absence.
import { sha256, type Event, type EventDraft } from '@streamstock/event-log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePayload } from '../payloads.ts';
import { acknowledged, policySet, snoozed } from '../testing/alert-events.ts';
import { commandContext, draftsOf, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import { chance, inBatches, pick, seededChoices, shuffled, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, makeRuling, minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { inEveryOrder, ITEM, received, sold, STORE } from '../testing/short-events.ts';
import { ALERTS_AT_ONCE_MAX, DIGEST_AFTER_MS, DIGEST_TOP_MAX, SNOOZE_MS_MAX } from '../limits.ts';
import type { Alert } from './alert.ts';
import { acknowledgeAlert, snoozeAlert } from './alert-deciders.ts';
import { announce, digestOf } from './alert-digest.ts';
import {
  ALERT_MARKS_TABLE,
  alertMarksProjector,
  isUnseen,
  markAlert,
  readAlertMarks,
  type AlertMarksRow,
} from './alert-marks.ts';
import { alertRecords, NO_RECORDS, recordAlerts } from './alert-record.ts';
import { alertsOf } from './store-alerts.ts';

const POLICY = policySet('policy', { criticalLine: 10, reorderPoint: null });

describe('marks', () => {
  it('AL12 X40 an acknowledgement keeps when late news moves the begin to an earlier time, in every order', async () => {
    const late = sold('late', 5, 2, { recordedAt: 90 });
    const story = [POLICY, received('in', 0, 11), sold('s', 20, 3), acknowledged('ack', 30, 'critical'), late];
    const seen = new Set<string>();
    await inEveryOrder(story, async (tables) => {
      const [alert] = await alertsOf(tables, STORE, ITEM, minute(100));
      seen.add(JSON.stringify([alert?.kind, alert?.since === minute(5), alert?.acknowledged?.id === testId('ack')]));
    });
    expect([...seen]).toEqual(['["critical",true,true]']);
  });

  it('AL12 what resolves itself and begins anew is unseen again; an acknowledgement before the begin is of another alert', async () => {
    const story = [POLICY, received('in', 0, 11), sold('s', 20, 3), acknowledged('ack', 30, 'critical')];
    const again = [...story, received('more', 40, 5), sold('s2', 50, 5)];
    const [first] = await alertsOf(await foldBatches([story]), STORE, ITEM, minute(100));
    expect(first?.acknowledged).toMatchObject({ actor: 'ana', at: minute(30) });
    const [second] = await alertsOf(await foldBatches([again]), STORE, ITEM, minute(100));
    expect(second).toMatchObject({ kind: 'critical', since: minute(50), acknowledged: null });
  });

  it('AL12 an acknowledgement is of one kind and one item, and is gone when it is voided', async () => {
    const story = [POLICY, received('in', 0, 11), sold('s', 20, 11)];
    const marks = [acknowledged('ack', 30, 'out-of-stock'), acknowledged('other', 30, 'critical', 'rice')];
    const tables = await foldBatches([story, marks]);
    const alerts = await alertsOf(tables, STORE, ITEM, minute(100));
    expect(alerts.map((alert) => [alert.kind, isUnseen(alert)])).toEqual([
      ['out-of-stock', false],
      ['critical', true],
    ]);
    const voided = await foldBatches([story, marks, [makeRuling('void', 'EventVoided', testId('ack'))]]);
    expect((await alertsOf(voided, STORE, ITEM, minute(100))).map(isUnseen)).toEqual([true, true]);
  });

  it('AL13 a snooze lasts until its time or until the alert ends; the latest one counts', async () => {
    const story = [POLICY, received('in', 0, 11), sold('s', 20, 3), snoozed('z', 30, 'critical', 90)];
    const snooze = async (events: readonly Event[], now: number) =>
      (await alertsOf(await foldBatches([events]), STORE, ITEM, minute(now)))[0]?.snoozed?.until ?? null;
    expect(await snooze(story, 89)).toBe(minute(90));
    expect(await snooze(story, 90)).toBe(null);
    expect(await snooze([...story, snoozed('z2', 40, 'critical', 50)], 60)).toBe(null);
    expect(await snooze([...story, received('more', 40, 5), sold('s2', 50, 5)], 60)).toBe(null);
  });

  it('AL12 AL13 any order, duplication and split of marks and rulings about them gives the same rows', async () => {
    const tapes = fc.record({ tape: fc.array(fc.nat({ max: 999 }), { maxLength: 120 }), order: fc.nat() });
    await fc.assert(
      fc.asyncProperty(tapes, async ({ tape, order }) => {
        const choices = tapeChoices(tape);
        const history = Array.from({ length: 12 }, (_, index): Event => {
          const at = choices.int(20);
          const kind = pick(choices, ['critical', 'low'] as const);
          if (chance(choices, 40)) return snoozed(`e${index}`, at, kind, at + choices.int(30));
          if (chance(choices, 50)) return acknowledged(`e${index}`, at, kind, pick(choices, [ITEM, 'rice'] as const));
          const target = testId(`e${choices.int(12)}`);
          if (chance(choices, 50)) return makeRuling(`e${index}`, 'EventVoided', target);
          return makeRuling(`e${index}`, 'EventRetimed', target, { effectiveAt: minute(at), uncertaintyMs: 0 });
        });
        const arrival = seededChoices(order);
        const arrived = await foldBatches(inBatches(arrival, shuffled(arrival, [...history, ...history]), 5), [
          alertMarksProjector,
        ]);
        expect(arrived.dump()).toEqual((await foldBatches([history], [alertMarksProjector])).dump());
        expect(arrived.dump()[ALERT_MARKS_TABLE] ?? []).toEqual(expectedMarks(history));
      }),
      { numRuns: Math.ceil(propertyRuns / 4) },
    );
  });
});

/** The marks table read off the whole set. */
function expectedMarks(history: readonly Event[]): { key: string; value: AlertMarksRow }[] {
  const of = (event: Event, type: string) =>
    history.filter((ruling) => ruling.type === type && ruling.payload['target'] === event.id);
  const stands = history
    .filter((event) => event.type.startsWith('Alert') && of(event, 'EventVoided').length === 0)
    .map((event) => {
      const [retimed] = of(event, 'EventRetimed').sort((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
      return { event, at: (retimed?.payload['effectiveAt'] as number | undefined) ?? event.occurredAt };
    })
    .sort((a, b) => a.at - b.at || (a.event.id < b.event.id ? -1 : 1));
  const keys = new Set(
    stands.map(({ event }) => `${STORE}|${String(event.payload['item'])}|${String(event.payload['kind'])}`),
  );
  return [...keys].sort().map((key) => {
    const own = stands.filter(
      ({ event }) => `${STORE}|${String(event.payload['item'])}|${String(event.payload['kind'])}` === key,
    );
    const mark = ({ event, at }: (typeof own)[number]) => ({ id: event.id, at, actor: 'ana' });
    return {
      key,
      value: {
        acknowledged: own.filter(({ event }) => event.type === 'AlertAcknowledged').map(mark),
        snoozed: own
          .filter(({ event }) => event.type === 'AlertSnoozed')
          .map((one) => ({ ...mark(one), until: one.event.payload['until'] as number })),
      },
    };
  });
}

const NOW = minute(200);

async function alertsAfter(...events: readonly Event[]): Promise<readonly Alert[]> {
  return alertsOf(await foldBatches([[POLICY, received('in', 0, 11), ...events]]), STORE, ITEM, NOW);
}

describe('the record', () => {
  const context = { actor: 'centre', sha256, now: NOW };
  const asEvent = (draft: EventDraft): Event => {
    const event = eventOfDraft(draft);
    if (event === undefined) throw new Error('not an event');
    return event;
  };

  it('AL14 X40 what is raised is written once: a repeat has the same id, and what stands is not written again', async () => {
    const alerts = await alertsAfter(sold('s', 20, 3));
    const drafts = recordAlerts(NO_RECORDS, alerts, context);
    expect(drafts.map(({ type }) => type)).toEqual(['AlertRaised']);
    expect(recordAlerts(NO_RECORDS, alerts, { ...context, now: NOW + 5 })).toEqual(drafts);
    const written = drafts.map(asEvent);
    expect(written.every((event) => parsePayload(event).ok)).toBe(true);
    expect(recordAlerts(alertRecords(written), alerts, context)).toEqual([]);
  });

  it('AL14 X40 a begin that late news moved back is the same alert; one that moved on is another', async () => {
    const written = recordAlerts(NO_RECORDS, await alertsAfter(sold('s', 20, 3)), context).map(asEvent);
    expect(
      recordAlerts(alertRecords(written), await alertsAfter(sold('s', 20, 3), sold('late', 5, 2)), context),
    ).toEqual([]);
    const anew = await alertsAfter(sold('s', 20, 3), received('more', 30, 5), sold('s2', 40, 5));
    const drafts = recordAlerts(alertRecords(written), anew, context);
    expect(drafts.map(({ type }) => type)).toEqual(['AlertResolved', 'AlertRaised']);
    const all = [...written, ...drafts.map(asEvent)];
    expect(alertRecords(all.toReversed()).open.map(({ id, since }) => [id, since])).toEqual([
      [drafts[1]?.id, minute(40)],
    ]);
  });

  it('AL14 an alert that ended and that late news brings back with the same begin is written anew, once', async () => {
    const alerts = await alertsAfter(sold('s', 20, 3));
    const written = recordAlerts(NO_RECORDS, alerts, context).map(asEvent);
    written.push(...recordAlerts(alertRecords(written), [], context).map(asEvent));
    const back = recordAlerts(alertRecords(written), alerts, context);
    expect(back.map(({ type }) => type)).toEqual(['AlertRaised']);
    expect(written.map(({ id }) => id)).not.toContain(back[0]?.id);
    expect(recordAlerts(alertRecords(written), alerts, context)).toEqual(back);
    expect(recordAlerts(alertRecords([...written, ...back.map(asEvent)]), alerts, context)).toEqual([]);
  });

  it('AL18 an alert whose begin is further back than was read is no other alert: marks, record and digest keep', async () => {
    const [alert] = await alertsAfter(sold('s', 20, 3));
    if (alert === undefined) throw new Error('no alert');
    const written = recordAlerts(NO_RECORDS, [alert], context).map(asEvent);
    const further = { ...alert, since: minute(90), sinceExact: false };
    expect(recordAlerts(alertRecords(written), [further], context)).toEqual([]);
    expect(digestOf([alert], [further]).stillOpen).toEqual([further]);
    const ack = { id: testId('ack'), at: minute(30), actor: 'ana' };
    expect(markAlert(further, { acknowledged: [ack], snoozed: [] }, NOW).acknowledged).toEqual(ack);
    expect(markAlert({ ...further, sinceExact: true }, { acknowledged: [ack], snoozed: [] }, NOW).acknowledged).toBe(
      null,
    );
  });

  it('AL14 what ended is resolved once, and nothing that is folded reads the record', async () => {
    const written = recordAlerts(NO_RECORDS, await alertsAfter(sold('s', 20, 3)), context).map(asEvent);
    const resolved = recordAlerts(alertRecords(written), [], context);
    expect(resolved.map(({ type, payload }) => [type, payload['raised']])).toEqual([['AlertResolved', written[0]?.id]]);
    const all = [...written, ...resolved.map(asEvent)];
    expect(recordAlerts(alertRecords(all), [], context)).toEqual([]);
    const story = [POLICY, received('in', 0, 11), sold('s', 20, 3)];
    const { [ALERT_MARKS_TABLE]: marks, ...tables } = (await foldBatches([story, all])).dump();
    expect(marks ?? []).toEqual([]);
    const { [ALERT_MARKS_TABLE]: _none, ...without } = (await foldBatches([story])).dump();
    expect(tables).toEqual(without);
  });
});

function alertOf(item: string, fields: Partial<Alert> = {}): Alert {
  const words = { code: 'x', values: {}, text: 'x' };
  return {
    store: STORE,
    kind: 'low',
    item,
    subject: null,
    severity: 'warning',
    since: minute(10),
    sinceExact: true,
    coveredBy: null,
    message: words,
    recommendation: words,
    ...fields,
  };
}

describe('after an absence', () => {
  it('AL15 S12 one digest says what is new, what is still open and what went away', () => {
    const still = alertOf('a');
    const gone = alertOf('b');
    const moved = alertOf('c', { since: minute(60) });
    const fresh = alertOf('d', { kind: 'oversold', severity: 'critical', since: minute(5) });
    const covered = alertOf('d', {
      kind: 'out-of-stock',
      severity: 'critical',
      since: minute(70),
      coveredBy: 'oversold',
    });
    const digest = digestOf([still, gone, alertOf('c')], [{ ...still, since: minute(2) }, moved, fresh, covered]);
    expect(digest.opened.map(({ item, kind }) => [item, kind])).toEqual([
      ['d', 'oversold'],
      ['d', 'out-of-stock'],
      ['c', 'low'],
    ]);
    expect(digest.stillOpen.map(({ item }) => item)).toEqual(['a']);
    expect(digest.resolvedMeanwhile.map(({ item }) => item)).toEqual(['b', 'c']);
    expect(digest.bySeverity).toEqual({ critical: 1, warning: 1, info: 0 });
    expect(digest.top.map(({ item }) => item)).toEqual(['d', 'c']);
    expect(digest.since).toBe(minute(5));
  });

  it('AL15 S12 short absences tell each alert, long ones and storms one digest, and no news is silence', () => {
    const many = Array.from({ length: ALERTS_AT_ONCE_MAX + 20 }, (_, index) => alertOf(`item-${index}`));
    expect(announce([], many.slice(0, ALERTS_AT_ONCE_MAX), 0).kind).toBe('each');
    expect(announce([], many.slice(0, 1), DIGEST_AFTER_MS).kind).toBe('digest');
    const storm = announce([], many, 0);
    expect(storm.kind === 'digest' && storm.digest.top.length).toBe(DIGEST_TOP_MAX);
    expect(announce(many, many, DIGEST_AFTER_MS)).toEqual({ kind: 'silence' });
    const seen = { ...alertOf('a'), acknowledged: { id: testId('ack'), at: minute(20), actor: 'ana' }, snoozed: null };
    expect(announce([], [seen], DIGEST_AFTER_MS)).toEqual({ kind: 'silence' });
  });
});

describe('commands about alerts', () => {
  const about = { store: STORE, kind: 'critical', item: ITEM, subject: null, since: minute(20) } as const;

  it('AL16 acknowledging yields one mark of this store that counts for the alert that was seen', async () => {
    const [draft] = draftsOf(acknowledgeAlert({ alert: about, note: 'on its way' }, commandContext(), minute(30)));
    expect(draft).toMatchObject({ type: 'AlertAcknowledged', store: STORE });
    expect(draft).not.toHaveProperty('occurredAt');
    expect(draft?.payload).toEqual({ kind: 'critical', item: ITEM, subject: null, note: 'on its way' });
    // This device's clock is behind the one that stamped the begin.
    const [behind] = draftsOf(acknowledgeAlert({ alert: about }, commandContext(), minute(19)));
    expect(behind?.occurredAt).toBe(minute(20));
  });

  it('AL16 a snooze must end later than now and not too late', () => {
    const snooze = (until: number) => snoozeAlert({ alert: about, until }, commandContext(), minute(30));
    expect(draftsOf(snooze(minute(60)))[0]?.payload).toMatchObject({ until: minute(60) });
    expect(refusalOf(snooze(minute(30)))).toMatchObject({ code: 'time-out-of-range', path: ['until'] });
    expect(refusalOf(snooze(minute(31 + SNOOZE_MS_MAX / 60_000)))?.code).toBe('time-out-of-range');
    expect(refusalOf(snooze(minute(60) + 0.5))?.code).toBe('time-out-of-range');
    expect(refusalOf(snooze(Number.NaN))?.code).toBe('time-out-of-range');
  });

  it('AL16 an alert is answered in its own store, in words that can be shown', () => {
    const answer = (store: string | null, note = 'seen') =>
      refusalOf(acknowledgeAlert({ alert: about, note }, commandContext({ store }), minute(30)))?.code;
    expect(answer(null)).toBe('no-store');
    expect(answer('porto')).toBe('other-store');
    expect(answer(STORE, '<b>seen</b>')).toBe('text-not-allowed');
    expect(answer(STORE)).toBe(undefined);
  });

  it('AL12 a mark of a line kind that names no item marks nothing that is shown', async () => {
    const lost = makeEvent(
      'ack',
      'AlertAcknowledged',
      { kind: 'critical', item: null, subject: 'x' },
      { at: minute(30) },
    );
    const tables = await foldBatches([[POLICY, received('in', 0, 11), sold('s', 20, 3), lost]]);
    const [alert] = await alertsOf(tables, STORE, ITEM, NOW);
    expect(alert?.acknowledged).toBe(null);
    expect(await readAlertMarks(tables, [{ ...about }])).toEqual([undefined]);
  });
});
