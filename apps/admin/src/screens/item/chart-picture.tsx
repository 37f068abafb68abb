// The drawing of the stock chart. Draws what step-chart.ts worked out; the words beside it say the same.
import { Trans } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { StoryLine } from '@streamstock/api';
import type { ReactNode } from 'react';
import { formatDay } from '../../text/full-moment.ts';
import classes from './chart-picture.module.css';
import type { ChartMark, ChartSize, StepChart } from './step-chart.ts';

export interface ChartPictureProps {
  readonly chart: StepChart;
  readonly size: ChartSize;
  readonly scale: number;
  readonly timeZone: string;
  readonly cursor: StoryLine | undefined;
}

const markRadius = 4;

function Mark({ mark }: { readonly mark: ChartMark }): ReactNode {
  const { kind, x, y } = mark;
  if (kind === 'count') return <circle className={classes['count']} cx={x} cy={y} r={markRadius} />;
  const top = y - markRadius - 4;
  return <path className={classes['delivery']} d={`M${x} ${top}l${markRadius} 7h${-2 * markRadius}z`} />;
}

export function ChartPicture({ chart, size, scale, timeZone, cursor }: ChartPictureProps): ReactNode {
  const end = size.width - size.right;
  const cursorX = cursor === undefined ? 0 : chart.xOf(cursor.atMs);
  return (
    <svg aria-hidden="true" className={classes['picture']} width={size.width} height={size.height}>
      {chart.quantityTicks.map(({ at, value }) => (
        <g key={value}>
          <line className={value === 0 ? classes['zero'] : classes['grid']} x1={size.left} x2={end} y1={at} y2={at} />
          <text className={classes['tick']} x={size.left - 8} y={at} dy="0.35em" textAnchor="end">
            {formatQuantity(value, { scale })}
          </text>
        </g>
      ))}
      {chart.timeTicks.map(({ at, value }) => (
        <text
          key={value}
          className={classes['tick']}
          x={at}
          y={size.height - 8}
          textAnchor={at > end - 24 ? 'end' : 'middle'}
        >
          {formatDay(value, timeZone)}
        </text>
      ))}
      <path className={classes['line']} d={chart.path} />
      {chart.marks.map((mark) => (
        <Mark key={`${mark.line.event}.${mark.line.line}`} mark={mark} />
      ))}
      {cursor !== undefined && (
        <>
          <line className={classes['cursor']} x1={cursorX} x2={cursorX} y1={size.top} y2={size.height - size.bottom} />
          <circle className={classes['point']} cx={cursorX} cy={chart.yOf(cursor.onHand)} r={3} />
        </>
      )}
    </svg>
  );
}

const legendSize = 12;

/** What the marks mean, drawn as they are drawn. */
export function ChartLegend(): ReactNode {
  const box = { width: legendSize, height: legendSize, viewBox: '0 0 12 12', 'aria-hidden': true } as const;
  return (
    <>
      <span className={classes['legend']}>
        <svg {...box}>
          <circle className={classes['count']} cx={6} cy={6} r={markRadius} />
        </svg>
        <Trans comment="Under a chart: what a round mark means. One word.">counted</Trans>
      </span>
      <span className={classes['legend']}>
        <svg {...box}>
          <path className={classes['delivery']} d="M6 2l4 7h-8z" />
        </svg>
        <Trans comment="Under a chart: what a mark with three corners means. One word.">delivery</Trans>
      </span>
    </>
  );
}
