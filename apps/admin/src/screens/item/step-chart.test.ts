import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleLine } from '../../testing/sample-story.ts';
import { lineAt, niceStep, stepChart } from './step-chart.ts';

const size = { width: 700, height: 280, left: 50, right: 10, top: 10, bottom: 30 };
const dayMs = 86_400_000;
const dayStart = (atMs: number): number => Math.floor(atMs / dayMs) * dayMs;

test('the line steps: it goes along, then up or down, and on to the end', () => {
  const lines = [sampleLine({ atMs: 0, change: 10, onHand: 10 }), sampleLine({ atMs: 50, change: -5, onHand: 5 })];
  const chart = stepChart({ lines, fromMs: 0, toMs: 100, size, dayStart });
  expect(chart.path).toBe('M50 10H370V130H690');
});

test('what lies before the window only gives the figure it starts with, and carries no mark', () => {
  const lines = [
    sampleLine({ type: 'StockReceived', atMs: 0, change: 10, onHand: 10 }),
    sampleLine({ type: 'StockReceived', atMs: 60, change: 10, onHand: 20 }),
  ];
  const chart = stepChart({ lines, fromMs: 50, toMs: 100, size, dayStart });
  expect(chart.path.startsWith(`M${size.left} ${chart.yOf(10)}`)).toBe(true);
  expect(chart.marks.map((mark) => mark.kind)).toEqual(['delivery']);
});

test('nothing known draws nothing', () => {
  expect(stepChart({ lines: [], fromMs: 0, toMs: 100, size, dayStart }).path).toBe('');
});

test('zero and every figure lie inside the chart, also below zero; ticks are few, even and whole', () => {
  const figure = fc.oneof(fc.integer({ min: -2_000, max: 2_000 }), fc.constantFrom(-1_204, 0, 1_000_000));
  fc.assert(
    fc.property(
      fc.array(figure, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1_000, max: 400 * dayMs }),
      (figures, spanMs) => {
        const lines = figures.map((onHand, index) =>
          sampleLine({ atMs: Math.floor((index * spanMs) / 20), change: 0, onHand }),
        );
        const chart = stepChart({ lines, fromMs: 0, toMs: spanMs, size, dayStart });
        for (const value of [0, ...figures]) {
          expect(chart.yOf(value)).toBeGreaterThanOrEqual(size.top);
          expect(chart.yOf(value)).toBeLessThanOrEqual(size.height - size.bottom);
        }
        expect(chart.quantityTicks.length).toBeLessThanOrEqual(8);
        expect(chart.quantityTicks.every((tick) => Number.isInteger(tick.value))).toBe(true);
        expect(chart.timeTicks.length).toBeLessThanOrEqual(12);
        expect(chart.timeTicks.every((tick) => tick.at >= size.left && tick.at <= size.width - size.right)).toBe(true);
      },
    ),
  );
});

test('steps between ticks are 1, 2 or 5 times a power of ten', () => {
  expect([1, 3, 9, 40, 1_204, 1_000_000].map((span) => niceStep(span, 4))).toEqual([1, 1, 5, 10, 500, 500_000]);
});

test('the figure of a moment is that of the last line before it', () => {
  const lines = [sampleLine({ atMs: 10, change: 1, onHand: 1 }), sampleLine({ atMs: 20, change: 1, onHand: 2 })];
  expect(lineAt(lines, 9)).toBeUndefined();
  expect(lineAt(lines, 15)?.onHand).toBe(1);
  expect(lineAt(lines, 20)?.onHand).toBe(2);
});
