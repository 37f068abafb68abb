// The stock of one line over time, as a step line; with its counts and deliveries marked, a cursor that keys move too, and
// the same as a table.
import { Button, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import type { ItemStory, StoryLine } from '@streamstock/api';
import { formatQuantity, formatSigned } from '@streamstock/ui';
import { useMemo, useState } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import { useServerNow } from '../../data/live/live-context.tsx';
import { dayStart, formatDayAndTime, formatDaySpan } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import { useUnitWord } from '../../words/unit-words.ts';
import { eventsSearchText } from '../events/events-search.ts';
import { ChartLegend, ChartPicture } from './chart-picture.tsx';
import { ChartTable } from './chart-table.tsx';
import classes from './item-chart.module.css';
import { stepChart, type ChartSize, type StepChart } from './step-chart.ts';
import { historyUntil } from './story-model.ts';

const dayMs = 86_400_000;
const chartHeight = 248;
const usualDays = 30;

export interface ItemChartProps {
  readonly story: ItemStory;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

type Span = 'month' | 'all';

function useChart({ story, atMs }: ItemChartProps, width: number, span: Span) {
  const nowMs = useServerNow();
  const { timeZone } = story.store;
  const scale = story.item.quantityScale;
  return useMemo(() => {
    const lines = atMs === null ? story.history : historyUntil(story.history, atMs);
    const first = lines[0]?.atMs ?? nowMs;
    const toMs = Math.max(atMs ?? nowMs, lines.at(-1)?.atMs ?? 0);
    const fromMs = span === 'month' ? Math.max(first, toMs - usualDays * dayMs) : first;
    const longest = Math.max(...lines.map((line) => formatQuantity(line.onHand, { scale }).length), 3);
    const size: ChartSize = { width, height: chartHeight, left: longest * 7.5 + 16, right: 12, top: 12, bottom: 28 };
    const chart = stepChart({ lines, fromMs, toMs, size, dayStart: (ms) => dayStart(ms, timeZone) });
    // With the entry that gives the figure the span starts with: something always stands under the cursor.
    const shown = lines.slice(
      Math.max(
        0,
        lines.findLastIndex((line) => line.atMs <= fromMs),
      ),
    );
    return { chart, size, shown };
  }, [story.history, atMs, nowMs, width, span, timeZone, scale]);
}

/** Which entry the cursor stands on, moved by pointer and keys; null = nowhere. */
function useCursor(shown: readonly StoryLine[], chart: StepChart, size: ChartSize) {
  const [at, setAt] = useState<number | null>(null);
  const last = shown.length - 1;
  const index = at === null || last < 0 ? null : Math.min(at, last);
  /** The entry below a point of the picture; null before the first. */
  const indexBelow = (event: MouseEvent<Element>): number | null => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const share = (x - size.left) / (size.width - size.left - size.right);
    const atMs = chart.fromMs + share * (chart.toMs - chart.fromMs);
    const found = shown.findLastIndex((line) => line.atMs <= atMs);
    return found === -1 ? null : found;
  };
  return {
    index,
    line: index === null ? undefined : shown[index],
    indexBelow,
    moveTo: setAt,
    clear: () => setAt(null),
  };
}

export function ItemChart(props: ItemChartProps): ReactNode {
  const { story } = props;
  const { t } = useLingui();
  const words = useEventWords();
  const nowMs = useServerNow();
  const navigate = useNavigate();
  const [span, setSpan] = useState<Span>('month');
  const [asTable, setAsTable] = useState(false);
  const { ref, width } = useElementSize();
  const { chart, size, shown } = useChart(props, Math.max(width, 280), span);
  const cursor = useCursor(shown, chart, size);
  const { timeZone } = story.store;
  const scale = story.item.quantityScale;
  const lineWords = (line: StoryLine): string =>
    `${formatDayAndTime(line.atMs, nowMs, timeZone)} · ${words.type(line.type)} ${formatSigned(line.change, { scale })}`;
  const unit = useUnitWord()(story.item.unit, scale);
  const days = formatDaySpan(chart.fromMs, chart.toMs, timeZone);
  const open = (line: StoryLine | undefined): void => {
    const position = line?.position ?? null;
    if (position === null) return;
    const search = eventsSearchText({ store: story.store.store, item: story.item.item, pane: position });
    void navigate({ to: '/events', search });
  };

  return (
    <section className={classes['panel']} aria-labelledby="stock-chart">
      <header className={classes['head']}>
        <h2 id="stock-chart" className="ss-body-strong">
          <Trans comment="Title of a chart: unit, and the days it tells of.">
            On hand, {unit}, {days}
          </Trans>
        </h2>
        <SegmentedControl
          aria-label={t({ message: 'Time span', comment: 'Names a choice over a chart.' })}
          data={[
            { value: 'month', label: t({ message: '30 days', comment: 'Time span of a chart. Short.' }) },
            {
              value: 'all',
              label: t({ message: 'All', comment: 'Time span of a chart: everything that is kept. One word.' }),
            },
          ]}
          value={span}
          onChange={(value) => setSpan(value as Span)}
        />
        <Button variant="subtle" onClick={() => setAsTable(!asTable)} aria-expanded={asTable}>
          {asTable ? (
            <Trans comment="Button over a chart's table.">Show as chart</Trans>
          ) : (
            <Trans comment="Button over a chart.">Show as table</Trans>
          )}
        </Button>
      </header>
      <div ref={ref} className={classes['body']}>
        {asTable ? (
          <ChartTable lines={shown} scale={scale} nowMs={nowMs} timeZone={timeZone} />
        ) : (
          <div className={classes['chart']}>
            <ChartPicture chart={chart} size={size} scale={scale} timeZone={timeZone} cursor={cursor.line} />
            {/* Lies over the picture: pointer and arrow keys walk through the same entries. */}
            <input
              type="range"
              className={classes['cursor']}
              aria-label={t({
                message: 'Stock over time, entry by entry',
                comment: 'Names the chart for screen readers; arrow keys walk through it.',
              })}
              min={0}
              max={Math.max(0, shown.length - 1)}
              value={cursor.index ?? shown.length - 1}
              aria-valuetext={
                cursor.line === undefined
                  ? ''
                  : `${lineWords(cursor.line)}: ${formatQuantity(cursor.line.onHand, { scale })}`
              }
              onChange={(event) => cursor.moveTo(event.currentTarget.valueAsNumber)}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={(event) => cursor.moveTo(cursor.indexBelow(event))}
              onPointerLeave={cursor.clear}
              onFocus={() => cursor.moveTo(shown.length - 1)}
              onBlur={cursor.clear}
              onClick={(event) => open(shown[cursor.indexBelow(event) ?? -1])}
              onKeyDown={(event) => {
                if (event.key === 'Enter') open(cursor.line);
              }}
            />
          </div>
        )}
        {!asTable && (
          <p className={classes['read']}>
            {cursor.line === undefined ? (
              <ChartLegend />
            ) : (
              <>
                <span>{lineWords(cursor.line)}</span>
                <strong>{formatQuantity(cursor.line.onHand, { scale })}</strong>
              </>
            )}
          </p>
        )}
      </div>
    </section>
  );
}
