// The geometry of the stock chart: a step line over time, its axes and its marks, in px. Pure. Stock is counted, so it
// steps; it never slopes, and nothing is drawn where nothing is known.
import type { StoryLine } from '@streamstock/api';

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Room for the axes. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface ChartMark {
  readonly kind: 'count' | 'delivery';
  readonly x: number;
  readonly y: number;
  readonly line: StoryLine;
}

export interface AxisTick {
  readonly at: number;
  readonly value: number;
}

export interface StepChart {
  /** SVG path of the step line; empty when there is nothing to draw. */
  readonly path: string;
  readonly marks: readonly ChartMark[];
  /** `at`: y px; `value`: a quantity in the item's smallest unit. */
  readonly quantityTicks: readonly AxisTick[];
  /** `at`: x px; `value`: Unix milliseconds. */
  readonly timeTicks: readonly AxisTick[];
  readonly zeroY: number;
  readonly xOf: (atMs: number) => number;
  readonly yOf: (quantity: number) => number;
  readonly fromMs: number;
  readonly toMs: number;
}

const quantityTicksWanted = 4;
const timeTicksMax = 6;
/** Room for one day's name. */
const timeTickPx = 72;
const dayMs = 86_400_000;
const stepsMs = [
  3_600_000,
  6 * 3_600_000,
  dayMs,
  2 * dayMs,
  7 * dayMs,
  14 * dayMs,
  30 * dayMs,
  91 * dayMs,
  182 * dayMs,
  365 * dayMs,
];

/** 1, 2 or 5 times a power of ten, so that about `wanted` of them cover `span`; at least 1, as goods come whole. */
export function niceStep(span: number, wanted: number): number {
  const rough = Math.max(1, span / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return factor * power;
}

function quantityTicks(low: number, high: number): number[] {
  const step = niceStep(high - low, quantityTicksWanted);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function timeTicks(fromMs: number, toMs: number, wanted: number, dayStart: (atMs: number) => number): number[] {
  const step = stepsMs.find((each) => (toMs - fromMs) / each <= wanted) ?? 365 * dayMs;
  const ticks: number[] = [];
  for (let at = dayStart(fromMs); at <= toMs && ticks.length < 2 * wanted; at += step) {
    // Days are not all 24 hours long: a tick of days is put back on midnight.
    const snapped = step >= dayMs ? dayStart(at + dayMs / 2) : at;
    if (snapped >= fromMs && snapped <= toMs) ticks.push(snapped);
  }
  return ticks;
}

/** How many days' names stand side by side. */
function ticksFitting({ width, left, right }: ChartSize): number {
  return Math.max(2, Math.min(timeTicksMax, Math.floor((width - left - right) / timeTickPx)));
}

function stepPath(points: readonly { readonly x: number; readonly y: number }[], endX: number): string {
  const [first, ...others] = points;
  if (first === undefined) return '';
  const px = (value: number): string => String(Math.round(value * 100) / 100);
  return `M${px(first.x)} ${px(first.y)}${others.map((point) => `H${px(point.x)}V${px(point.y)}`).join('')}H${px(endX)}`;
}

export interface StepChartInput {
  /** Oldest first. */
  readonly lines: readonly StoryLine[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly size: ChartSize;
  /** Midnight of the store's day that holds a moment. */
  readonly dayStart: (atMs: number) => number;
}

/** Lines before `fromMs` only give the figure the chart starts with. */
export function stepChart({ lines, fromMs, toMs, size, dayStart }: StepChartInput): StepChart {
  const startAt = lines.findLastIndex((line) => line.atMs <= fromMs);
  const shown = lines.slice(Math.max(0, startAt)).filter((line) => line.atMs <= toMs);
  const figures = shown.map((line) => line.onHand);
  const ticks = quantityTicks(Math.min(0, ...figures), Math.max(1, ...figures));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const spanMs = Math.max(1, toMs - fromMs);
  const xOf = (atMs: number): number =>
    size.left + ((Math.max(fromMs, atMs) - fromMs) / spanMs) * (size.width - size.left - size.right);
  const yOf = (quantity: number): number =>
    size.top + ((high - quantity) / (high - low)) * (size.height - size.top - size.bottom);
  const points = shown.map((line) => ({ x: xOf(line.atMs), y: yOf(line.onHand) }));
  return {
    path: stepPath(points, xOf(toMs)),
    marks: shown.filter((line) => line.atMs >= fromMs).flatMap((line) => markOf(line, xOf, yOf)),
    quantityTicks: ticks.map((value) => ({ value, at: yOf(value) })),
    timeTicks: timeTicks(fromMs, toMs, ticksFitting(size), dayStart).map((value) => ({ value, at: xOf(value) })),
    zeroY: yOf(0),
    xOf,
    yOf,
    fromMs,
    toMs,
  };
}

function markOf(line: StoryLine, xOf: (atMs: number) => number, yOf: (quantity: number) => number): ChartMark[] {
  const kind = line.counted !== null ? 'count' : line.type === 'StockReceived' ? 'delivery' : undefined;
  return kind === undefined ? [] : [{ kind, line, x: xOf(line.atMs), y: yOf(line.onHand) }];
}

/** The line that held at a moment; undefined before the first. */
export function lineAt(lines: readonly StoryLine[], atMs: number): StoryLine | undefined {
  return lines.findLast((line) => line.atMs <= atMs);
}
