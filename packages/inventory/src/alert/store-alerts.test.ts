// Alerts about other subjects than items, and what reading a store's alerts costs.
import { projectBatch, type Event, type TableReader } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { SUBJECT_ALERTS_MAX, TRAJECTORY_ROWS_MAX } from '../limits.ts';
import { policySet } from '../testing/alert-events.ts';
import { CountingTables } from '../testing/counting-tables.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { makeEvent, minute, testId } from '../testing/make-event.ts';
import { counted, ITEM, received, sold, STORE } from '../testing/short-events.ts';
import { countSessionsProjector } from '../count/count-sessions-projector.ts';
import { alertMarksProjector } from './alert-marks.ts';
import { judgeLine } from './line-alerts.ts';
import { lineTrajectory } from './line-trajectory.ts';
import { alertsOf, overdueTransfersOf, storeAlerts } from './store-alerts.ts';
import { overdueTransferAlerts, silentStoreAlert, waitingEventAlerts } from './subject-alerts.ts';

describe('other subjects', () => {
  it('AL11 a shipment that is past its time with something missing is overdue in the store that waits for it', () => {
    const shipment = { shipment: 'ship-1', to: STORE, from: 'porto', expectedAt: minute(60), missing: 4 };
    expect(overdueTransferAlerts([shipment], minute(60))).toEqual([]);
    expect(overdueTransferAlerts([shipment], minute(61))).toMatchObject([
      { store: STORE, kind: 'overdue-transfer', item: null, subject: 'ship-1', since: minute(60), severity: 'warning' },
    ]);
    const none = [
      { ...shipment, missing: 0 },
      { ...shipment, expectedAt: null },
    ];
    expect(overdueTransferAlerts(none, minute(99))).toEqual([]);
  });

  it('AL11 the store that waits hears of the overdue shipment until it has come, the sender does not', async () => {
    const sent = makeEvent(
      'ship',
      'TransferDispatched',
      {
        document: 'd',
        request: null,
        to: 'porto',
        expectedAt: minute(60),
        lines: [{ item: ITEM, quantity: 5, unitCost: null }],
      },
      { at: minute(10) },
    );
    const received = (name: string, accepted: number) =>
      makeEvent(
        name,
        'TransferReceived',
        {
          document: name,
          shipment: testId('ship'),
          receipt: name,
          from: STORE,
          to: 'porto',
          lines: [{ item: ITEM, accepted, damaged: 0, surplus: 0 }],
        },
        { at: minute(70), store: 'porto' },
      );
    const overdue = async (events: readonly Event[], store: string) =>
      (await overdueTransfersOf(await foldBatches([events]), store, minute(90))).map(({ message }) => message.values);
    expect(await overdue([sent], 'porto')).toEqual([{ missing: 5, from: STORE }]);
    expect(await overdue([sent], STORE)).toEqual([]);
    expect(await overdue([received('r1', 3), sent], 'porto')).toEqual([{ missing: 2, from: STORE }]);
    expect(await overdue([received('r1', 3), received('r2', 2), sent], 'porto')).toEqual([]);
  });

  it('AL11 a store is silent when nothing was heard for as long as its own limit says', () => {
    const store = { store: STORE, heardAt: minute(10), openedAt: minute(0), silentAfterMs: 5 * 60_000 };
    expect(silentStoreAlert(store, minute(15) - 1)).toBe(null);
    expect(silentStoreAlert(store, minute(15))).toMatchObject({
      kind: 'silent-store',
      since: minute(15),
      subject: null,
    });
    const never = silentStoreAlert({ ...store, heardAt: null }, minute(99));
    expect(never).toMatchObject({ since: minute(5), message: { code: 'silent-store.never' } });
  });

  it('AL11 each event that was set aside or could not be applied is an alert of its own, past a bound the rest is one', () => {
    const events = Array.from({ length: SUBJECT_ALERTS_MAX + 3 }, (_, index) => ({
      event: testId(`event-${index}`),
      at: minute(index),
      reason: 'no-role',
    }));
    const [first, second] = waitingEventAlerts(STORE, 'set-aside', events.slice(0, 2).toReversed());
    expect([first?.subject, second?.subject]).toEqual([testId('event-0'), testId('event-1')]);
    const alerts = waitingEventAlerts(STORE, 'dead-letter', events);
    expect(alerts.length).toBe(SUBJECT_ALERTS_MAX + 1);
    expect(alerts.at(-1)).toMatchObject({
      kind: 'dead-letter',
      severity: 'critical',
      subject: null,
      since: minute(SUBJECT_ALERTS_MAX + 2),
      message: { values: { others: 3 } },
    });
  });
});

/** Ranges that walk a journal. */
async function journalWalks(
  tables: TableReader,
  now: number,
): Promise<{ readonly walks: number; readonly rows: number }> {
  const counting = new CountingTables(tables as ConstructorParameters<typeof CountingTables>[0]);
  await storeAlerts(counting, STORE, minute(now));
  const walks = counting.calls.filter(({ method, table }) => method === 'range' && table === 'stock-journal');
  return { walks: walks.length, rows: walks.reduce((sum, { rows }) => sum + rows, 0) };
}

describe('what it costs', () => {
  it('AL17 lines that can not be in alert are told by their rows: no journal is walked for them', async () => {
    const items = Array.from({ length: 50 }, (_, index) => `item-${index}`);
    const quiet = items.flatMap((item) => [
      received(`in-${item}`, 0, 40, { item }),
      policySet(`p-${item}`, { reorderPoint: 20, alertMargin: 3 }, item),
    ]);
    const tables = await foldBatches([[...quiet, sold('s', 100, 18, { item: 'item-7' })]]);
    expect(await journalWalks(tables, 200)).toMatchObject({ walks: 1 });
    expect(await storeAlerts(tables, STORE, minute(200))).toEqual([]);
  });

  it('AL17 an alert reads back to its begin and not to the beginning of the line', async () => {
    const past = Array.from({ length: 2_000 }, (_, index) => [
      received(`in-${index}`, index, 1),
      sold(`s-${index}`, index, 1),
    ]);
    const tables = await foldBatches([[...past.flat(), received('in', 2_001, 30), sold('s', 2_002, 30)]]);
    const { rows } = await journalWalks(tables, 3_000);
    expect(rows).toBeLessThanOrEqual(65);
    const [alert] = await alertsOf(tables, STORE, ITEM, minute(3_000));
    expect(alert).toMatchObject({ kind: 'out-of-stock', since: minute(2_002), sinceExact: true });
  });

  it('AL18 an alert that began further back than is read says so, and when it was there already', async () => {
    const story = [policySet('p', { criticalLine: 50 }), received('in', 0, 40)];
    const sales = Array.from({ length: 20 }, (_, index) => sold(`s-${index}`, 10 + index, 1));
    const tables = await foldBatches([[...story, ...sales]]);
    const now = minute(500);
    const short = await lineTrajectory(tables, STORE, ITEM, { now, rowsMax: 5 });
    expect(short).toMatchObject({ complete: false, base: { at: minute(24), sellable: 25, available: 25 } });
    const { alerts, settled } = judgeLine(short, { criticalLine: 50 }, now, { store: STORE, item: ITEM });
    expect(settled).toBe(false);
    expect(alerts).toMatchObject([{ kind: 'critical', since: minute(24), sinceExact: false }]);
    expect(TRAJECTORY_ROWS_MAX).toBeGreaterThanOrEqual(1_000);
    expect(await alertsOf(tables, STORE, ITEM, now)).toMatchObject([{ since: minute(0), sinceExact: true }]);
  });

  it('AL17 a batch that says nothing of marks or promises costs no call, and counts alone cost session tables', async () => {
    const calls = async (events: Parameters<typeof foldBatches>[0][number]) => {
      const counting = new CountingTables(await foldBatches([]));
      await projectBatch(
        counting,
        events.map((event) => ({ event })),
        [alertMarksProjector, countSessionsProjector],
        async () => [],
      );
      return counting.calls.filter(({ table }) => table !== 'judgements');
    };
    expect(await calls([received('in', 0, 5), sold('s', 1, 2), policySet('p', { reorderPoint: 2 })])).toEqual([]);
    const once = await calls([counted('c', 5, 3)]);
    const often = await calls([1, 2, 3, 4].map((part) => counted(`c${part}`, part, 3, { session: 'c' })));
    expect(once.map(({ method, table }) => `${method} ${table}`)).toEqual(
      often.map(({ method, table }) => `${method} ${table}`),
    );
    expect(once.filter(({ method }) => method === 'range')).toEqual([]);
  });
});
