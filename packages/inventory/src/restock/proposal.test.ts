// Forecasts of lines, proposals with their arithmetic, and the event that writes one down.
import { sha256 } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { parsePayload } from '../payloads.ts';
import { commandContext, draftsOf, eventOfDraft, refusalOf } from '../testing/command-context.ts';
import type { CleanDemand } from './demand.ts';
import { forecastLine, type LineForecast } from './line-forecast.ts';
import { daysAheadOf, proposeRestock, type ProposalInput } from './proposal.ts';
import { decideSuggestion } from './suggestion-decider.ts';

function demandOf(series: readonly number[]): CleanDemand {
  const usable = series.map(() => true);
  const nothing = { sold: 0, given: 0, cancelled: 0, unmatched: 0, stockOutDays: 0, missingDays: 0 };
  return { firstDay: 100, lastDay: 99 + series.length, series, usable, ...nothing };
}

const steady = demandOf(Array.from({ length: 84 }, () => 4));

/** 10 a day, and a standard deviation of 5 for any span. */
const TEN: LineForecast = {
  ok: true,
  lastDay: 200,
  method: 'made up',
  words: 'Made up.',
  historyDays: 100,
  perDay: Array.from({ length: 60 }, () => 10),
  uncertainty: { step: Array.from({ length: 60 }, () => 5), total: Array.from({ length: 60 }, () => 5) },
  spans: [],
  availableIn7Days: null,
  stockOutDay: null,
};

const propose = (input: Partial<ProposalInput>) =>
  proposeRestock({ available: 0, incoming: 0, policy: undefined, forecast: TEN, ...input });

describe('forecasts', () => {
  it('DE8 demand of 7, 14 and 28 days with intervals, what will be left in 7 days, and the day the last of it goes', () => {
    const forecast = forecastLine({ demand: steady, available: 30 });
    if (!forecast.ok) throw new Error(forecast.words);
    expect(forecast.spans.map(({ days, demand }) => [days, Math.round(demand)])).toEqual([
      [7, 28],
      [14, 56],
      [28, 112],
    ]);
    for (const { demand, intervals } of forecast.spans)
      for (const { lower, upper } of intervals) expect(lower <= demand && demand <= upper).toBe(true);
    expect(Math.round(forecast.availableIn7Days ?? 0)).toBe(2);
    expect(forecast.stockOutDay).toBe(steady.lastDay + 8);
    expect(forecastLine({ demand: steady, available: -2 })).toMatchObject({ stockOutDay: steady.lastDay + 1 });
    expect(forecastLine({ demand: steady, available: null })).toMatchObject({
      availableIn7Days: null,
      stockOutDay: null,
    });
    expect(forecastLine({ demand: steady, available: 9_999 })).toMatchObject({ stockOutDay: null });
  });

  it('DE8 S13 masked days are not learned from', () => {
    const gaps = steady.series.map((quantity, index) => (index % 10 === 3 ? 0 : quantity));
    const usable = gaps.map((quantity) => quantity > 0);
    const masked = forecastLine({ demand: { ...steady, series: gaps, usable }, available: null });
    expect(masked.ok && Math.round(masked.spans[0]?.demand ?? 0)).toBe(28);
  });

  it('DE9 too little history is said plainly, and nothing is made up', () => {
    const short = forecastLine({ demand: demandOf([1, 2, 3]), available: 5 });
    expect(short).toMatchObject({ ok: false, reason: 'too-little-history' });
    const proposal = propose({ forecast: short });
    expect(proposal.quantity).toBe(0);
    expect(proposal.recommendation).toMatch(
      /^Too little history to forecast: 3 .* Nothing is proposed; set a reorder point/,
    );
    const set = propose({ forecast: short, available: 4, policy: { reorderPoint: 20 } });
    expect(set.quantity).toBe(16);
    expect(set.arithmetic.reorderPointFrom).toBe('policy');
  });
});

describe('proposals', () => {
  const policy = { leadTimeDays: 5, targetCoverDays: 10, serviceLevelPermille: 975 };

  it('DE10 the arithmetic: 50 for the lead time, 1.96 × 5 for safety, 150 for lead time and cover, less what there is', () => {
    const { quantity, arithmetic, recommendation } = propose({ policy, available: 20, incoming: 15 });
    expect(arithmetic).toMatchObject({
      leadTimeDemand: { mean: 50, standardDeviation: 5 },
      coveredDemand: 150,
      safetyStock: 10,
      reorderPoint: 60,
      targetStock: 160,
      position: 35,
      shortfall: 125,
      rounded: 125,
      assumed: [],
    });
    expect(arithmetic.z).toBeCloseTo(1.959964, 5);
    expect(quantity).toBe(125);
    expect(recommendation).toBe(
      'Order 125. 20 available and 15 on the way, below the reorder point of 60. It covers the lead time and 10 days.',
    );
    expect(daysAheadOf(policy)).toBe(15);
  });

  it('DE10 at the reorder point nothing is ordered, below it the whole shortfall; stock below zero is made good', () => {
    expect(propose({ policy, available: 60 })).toMatchObject({ quantity: 0, arithmetic: { shortfall: 0 } });
    expect(propose({ policy, available: 59 }).quantity).toBe(101);
    expect(propose({ policy, available: -40 }).quantity).toBe(200);
    expect(propose({ policy, available: 10, incoming: 50 }).quantity).toBe(0);
  });

  it('DE11 packs and the smallest order round up, the shelf cuts down, in whole packs', () => {
    expect(propose({ policy: { ...policy, orderPack: 24 }, available: 20 }).quantity).toBe(144);
    expect(propose({ policy: { ...policy, orderMinimum: 500, orderPack: 24 } }).quantity).toBe(504);
    const shelf = propose({ policy: { ...policy, orderPack: 24, capacityMax: 100 }, available: 20, incoming: 5 });
    expect(shelf.quantity).toBe(72);
    expect(shelf.recommendation).toContain('that is what the shelf takes');
    const full = propose({ policy: { ...policy, orderMinimum: 90, capacityMax: 100 }, available: 20 });
    expect(full).toMatchObject({ quantity: 0, arithmetic: { rounded: 140 } });
    expect(full.recommendation).toContain('raise its limit');
  });

  it('DE12 a policy that is set wins; what nobody set is assumed and named', () => {
    const { arithmetic } = propose({ available: null });
    expect(arithmetic).toMatchObject({
      leadTimeDays: 7,
      targetCoverDays: 14,
      serviceLevelPermille: 950,
      available: 0,
      assumed: ['leadTimeDays', 'serviceLevelPermille', 'targetCoverDays', 'available'],
    });
    const set = propose({ policy: { ...policy, reorderPoint: 400 }, available: 300 });
    expect(set.arithmetic).toMatchObject({ reorderPoint: 400, reorderPointFrom: 'policy', targetStock: 400 });
    expect(set.quantity).toBe(100);
  });
});

describe('writing a proposal down', () => {
  const lines = [
    { item: 'feta', onHand: 20, proposal: propose({ available: 20 }) },
    { item: 'rice', onHand: 900, proposal: propose({ available: 900 }) },
  ];

  it('DE13 one event with the figures it rests on; the same proposal again has the same id', () => {
    const command = { supplier: 'dairy', cause: '2026-11-02', lines };
    const [draft, ...others] = draftsOf(decideSuggestion(command, commandContext(), sha256));
    expect(others).toEqual([]);
    expect(draft?.payload).toEqual({
      supplier: 'dairy',
      lines: [{ item: 'feta', quantity: 199, onHand: 20, incoming: 0, reorderPoint: 79, targetStock: 219 }],
    });
    const event = draft === undefined ? undefined : eventOfDraft(draft);
    expect(event === undefined ? false : parsePayload(event).ok).toBe(true);
    const id = (cause: string) =>
      draftsOf(decideSuggestion({ ...command, cause }, commandContext({ newId: () => 'never' }), sha256))[0]?.id;
    expect(id('2026-11-02')).toBe(draft?.id);
    expect(id('2026-11-03')).not.toBe(draft?.id);
  });

  it('DE13 nothing to order is refused, and so is a proposal for no store', () => {
    const nothing = { supplier: null, cause: 'x', lines: lines.slice(1) };
    expect(refusalOf(decideSuggestion(nothing, commandContext(), sha256))?.code).toBe('empty-document');
    expect(refusalOf(decideSuggestion({ ...nothing, lines }, commandContext({ store: null }), sha256))?.code).toBe(
      'no-store',
    );
  });
});
