// The chart as a table: the same entries, newest first, for eyes and ears that read better than they look.
import { useLingui } from '@lingui/react/macro';
import { Figure } from '@streamstock/ui';
import type { StoryLine } from '@streamstock/api';
import type { ReactNode } from 'react';
import { formatDayAndTime } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import classes from './chart-table.module.css';
import { lineKey } from './story-model.ts';

/** The list below the chart has all of them. */
const rowsMax = 200;

export interface ChartTableProps {
  readonly lines: readonly StoryLine[];
  readonly scale: number;
  readonly nowMs: number;
  readonly timeZone: string;
}

export function ChartTable({ lines, scale, nowMs, timeZone }: ChartTableProps): ReactNode {
  const { t } = useLingui();
  const words = useEventWords();
  const shown = lines.slice(-rowsMax).toReversed();
  return (
    <section
      className={classes['scroll']}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area must be reachable by keyboard
      tabIndex={0}
      aria-label={t({ message: 'Stock over time', comment: "Names the chart's table." })}
    >
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t({ message: 'Happened', comment: 'Column head: when it happened. One word.' })}</th>
            <th scope="col">{t({ message: 'What', comment: 'Column head: what happened. One word.' })}</th>
            <th scope="col" data-num="">
              {t({ message: 'Change', comment: 'Column head: what it did to the stock. One word.' })}
            </th>
            <th scope="col" data-num="">
              {t({ message: 'On hand', comment: 'Label of the most important figure of an item.' })}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <tr key={lineKey(line)}>
              <td>{formatDayAndTime(line.atMs, nowMs, timeZone)}</td>
              <td>{words.type(line.type)}</td>
              <td data-num="">
                <Figure value={line.change} scale={scale} signed />
              </td>
              <td data-num="">
                <Figure value={line.onHand} scale={scale} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
