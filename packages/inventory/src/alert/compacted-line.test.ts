// A compacted line's trajectory against the whole one: the same from the horizon on.
import type { Event } from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactLine } from '../stock/compaction.ts';
import { readStockLine } from '../stock/stock-queries.ts';
import { policySet } from '../testing/alert-events.ts';
import { pick, tapeChoices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { counted, ITEM, received, sold, STORE } from '../testing/short-events.ts';
import { countSheet } from '../count/count-sheet.ts';
import { lineTrajectory } from './line-trajectory.ts';
import { alertsOf } from './store-alerts.ts';

const DAY = 24 * 60;
const NOW = minute(100 * DAY);

test('AL18 a compacted line has the steps of the whole one from its horizon on, and its alerts begin there at the latest', async () => {
  const tapes = fc.record({
    tape: fc.array(fc.nat({ max: 999 }), { maxLength: 120 }),
    events: fc.integer({ min: 1, max: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(tapes, fc.integer({ min: 1, max: 60 }), async ({ tape, events }, day) => {
      const choices = tapeChoices(tape);
      const history = Array.from({ length: events }, (_, index): Event => {
        const at = choices.int(60) * DAY + choices.int(3);
        const kind = choices.int(5);
        if (kind < 2) return sold(`e${index}`, at, 1 + choices.int(6));
        if (kind < 4) return received(`e${index}`, at, 1 + choices.int(9));
        const told = { session: pick(choices, ['s1', 's2'] as const), counter: pick(choices, ['ana', 'rui'] as const) };
        return counted(`e${index}`, at, choices.int(12), told);
      });
      const tables = await foldBatches([[policySet('p', { criticalLine: 8, alertMargin: 3 }), ...history]]);
      const whole = await lineTrajectory(tables, STORE, ITEM, { now: NOW });
      const alerts = await alertsOf(tables, STORE, ITEM, NOW);
      const sheets = await Promise.all(['s1', 's2'].map((session) => countSheet(tables, STORE, session)));
      await compactLine(tables, STORE, ITEM, minute(day * DAY), NOW);
      const horizon = (await readStockLine(tables, STORE, ITEM))?.horizon ?? 0;
      const short = await lineTrajectory(tables, STORE, ITEM, { now: NOW });
      expect(short.steps).toEqual(whole.steps.filter(({ at }) => at >= horizon));
      const before = whole.steps.findLast(({ at }) => at < horizon);
      expect([short.complete, short.base?.sellable]).toEqual([horizon === 0, before?.sellable]);
      const later = await alertsOf(tables, STORE, ITEM, NOW);
      for (const { kind, since, sinceExact } of later) {
        const known = alerts.find((alert) => alert.kind === kind);
        expect(sinceExact ? since === known?.since : since >= (known?.since ?? Infinity)).toBe(true);
      }
      for (const sheet of sheets) {
        const now = await countSheet(tables, STORE, sheet?.session.session ?? '');
        const expected = sheet?.lines.map((line) => line.expected);
        const kept = now?.lines.map((line, index) => line.expected ?? expected?.[index]);
        expect(kept).toEqual(expected);
      }
    }),
    { numRuns: Math.ceil(propertyRuns / 4) },
  );
});
