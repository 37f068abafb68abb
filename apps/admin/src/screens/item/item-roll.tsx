// Why the figure is what it is: the till roll since the last count, with what came in late told under it.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { plural } from '@lingui/core/macro';
import { Arithmetic, type ArithmeticRow } from '@streamstock/ui';
import type { ItemStory, StoryLine } from '@streamstock/api';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ReactNode } from 'react';
import { useServerNow } from '../../data/live/live-context.tsx';
import { devicesQuery } from '../../data/queries.ts';
import { dayKey, formatDay, formatDayAndTime } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import classes from './item-roll.module.css';
import { latenessMs, lineKey, rollAt, rollNow, type Roll, type RollGroup } from './story-model.ts';

export interface ItemRollProps {
  readonly story: ItemStory;
  /** A past moment, Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

/** Words of one line of the journal: what, when, where it came from. */
function useLineWords(timeZone: string) {
  const { t } = useLingui();
  const words = useEventWords();
  const nowMs = useServerNow();
  const { data } = useQuery(devicesQuery);
  const moment = (atMs: number): string => formatDayAndTime(atMs, nowMs, timeZone);
  const label = ({ type, reason }: Pick<StoryLine, 'type' | 'reason'>): string =>
    reason === null ? words.type(type) : `${words.type(type)}: ${words.reason(reason)}`;
  const meta = (line: StoryLine): string => {
    const device = data?.devices.find((each) => each.device === line.device);
    const parts = [
      moment(line.atMs),
      line.reference,
      device?.kind === 'installation' ? device.label : null,
      line.reversed
        ? t({ message: 'taken back', comment: 'Beside an entry that was reversed: it does not count. Short.' })
        : null,
      line.inDoubt
        ? t({ message: 'before or after the count?', comment: 'Beside an entry whose clock leaves that open. Short.' })
        : null,
      latenessMs(line) === null
        ? null
        : t({ message: 'came in late', comment: 'Beside an entry that arrived long after it happened. Short.' }),
    ];
    return parts.filter((part) => part !== null).join(' · ');
  };
  return { label, meta, moment };
}

type LineWords = ReturnType<typeof useLineWords>;

function rowOfLine(line: StoryLine, words: LineWords): ArithmeticRow {
  return { key: lineKey(line), label: words.label(line), meta: words.meta(line), quantity: line.change };
}

function rowOfGroup(group: RollGroup, words: LineWords, timeZone: string): ArithmeticRow {
  const [only] = group.lines;
  if (group.lines.length === 1 && only !== undefined) return rowOfLine(only, words);
  return {
    key: group.key,
    label: words.label(group),
    meta: (
      <>
        {formatDay(group.firstAtMs, timeZone)} ·{' '}
        <Trans comment="How many entries a row stands for.">
          <Plural value={group.lines.length} one="# entry" other="# entries" />
        </Trans>
      </>
    ),
    quantity: group.change,
    folded: group.lines.map((line) => rowOfLine(line, words)),
  };
}

function useRows(roll: Roll, timeZone: string): ArithmeticRow[] {
  const { t } = useLingui();
  const words = useLineWords(timeZone);
  const { baseline, carried, omitted } = roll;
  const rows: ArithmeticRow[] = [];
  if (baseline !== null) {
    rows.push({
      key: 'baseline',
      label: t({ message: 'Count', comment: 'First row of a till roll: what was counted. One word.' }),
      meta: words.moment(baseline.atMs),
      quantity: baseline.quantity,
      baseline: true,
    });
  }
  if (carried.unsellable !== 0) {
    rows.push({
      key: 'unsellable',
      label: t({
        message: 'Unsellable then',
        comment: 'Row of a till roll: damaged goods there were when the shelf was counted.',
      }),
      quantity: carried.unsellable,
    });
  }
  if (carried.picked !== 0) {
    rows.push({
      key: 'picked',
      label: t({
        message: 'Set aside for orders then',
        comment: 'Row of a till roll: goods picked when the shelf was counted.',
      }),
      quantity: carried.picked,
    });
  }
  if (omitted.change !== 0 || (omitted.lines ?? 0) > 0) {
    const { lines } = omitted;
    rows.push({
      key: 'omitted',
      label: t({ message: 'Before that', comment: 'Row of a till roll: everything older, as one sum.' }),
      ...(lines === null
        ? {}
        : {
            meta: t({
              message: plural(lines, { one: '# entry', other: '# entries' }),
              comment: 'How many entries a row stands for.',
            }),
          }),
      quantity: omitted.change,
    });
  }
  return [...rows, ...roll.groups.map((group) => rowOfGroup(group, words, timeZone))];
}

export function ItemRoll({ story, atMs }: ItemRollProps): ReactNode {
  const { t } = useLingui();
  const { timeZone } = story.store;
  const dayOf = useCallback((ms: number) => dayKey(ms, timeZone), [timeZone]);
  const words = useLineWords(timeZone);
  const roll = atMs === null ? rollNow(story, dayOf) : rollAt(story, atMs, dayOf);
  const rows = useRows(roll, timeZone);
  const caption =
    roll.baseline === null
      ? t({ message: 'Why this figure, from the first entry', comment: 'Title of a till roll without a count.' })
      : t({ message: 'Why this figure, since the last count', comment: 'Title of a till roll.' });
  const lateNews = story.seenByCount.map((line) => {
    const [what, when] = [words.label(line), words.moment(line.atMs)];
    return {
      key: lineKey(line),
      text: t({
        message: `${what} of ${when} came in after the count; the count had seen it.`,
        comment:
          'Under a till roll: "Sold of 18 Nov, 17:50 came in after the count". Explains why it is not in the sum.',
      }),
    };
  });
  return (
    // A scrolling area must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes['roll']} tabIndex={0} aria-label={caption}>
      <Arithmetic
        caption={caption}
        rows={rows}
        total={{
          label: t({ message: 'On hand', comment: 'Label of the most important figure of an item.' }),
          quantity: roll.total,
        }}
        scale={story.item.quantityScale}
        {...(atMs === null && lateNews.length > 0 ? { lateNews } : {})}
      />
    </section>
  );
}
