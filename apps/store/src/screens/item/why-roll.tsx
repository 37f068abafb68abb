// "Why 23": the till roll of an item. One question to the device, told as a column of signed numbers with a ruled total.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { DeviceEngine, EventState } from '@streamstock/device-engine';
import { explainLine, type ItemRow } from '@streamstock/inventory';
import { Button } from '@mantine/core';
import {
  Arithmetic,
  ErrorStrip,
  formatMoment,
  formatQuantity,
  formatSigned,
  SkeletonRows,
  useLateFlag,
  type ArithmeticRow,
} from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { HistoryOutcome } from '../../device/line-histories.ts';
import { useDevice, useLive, useStoreId } from '../../device/use-device.tsx';
import { startOfDayMs } from '../../format/day.ts';
import { useReasonWord } from '../adjust/reason-words.ts';
import { useStore } from '../today/use-store-facts.ts';
import { whyRows, type Why, type WhyKind, type WhyRow } from './why-rows.ts';
import classes from './why-roll.module.css';

const SKELETON_ROWS = 6;
const WHY_CAUSES = ['append', 'frame', 'accepted', 'rebuild', 'rechain'] as const;

async function readWhy(engine: DeviceEngine, store: string, item: string, timeZone: string): Promise<Why | null> {
  const explanation = await explainLine(engine.tables, store, item);
  if (explanation === undefined) return null;
  const events = [...new Set(explanation.movements.map(({ event }) => event))];
  const states = await engine.eventStates(events);
  const stateOf = new Map<string, EventState>(events.map((event, index) => [event, states[index] ?? 'unknown']));
  return whyRows(
    explanation,
    (event) => stateOf.get(event) ?? 'unknown',
    (atMs) => String(startOfDayMs(atMs, timeZone)),
  );
}

export function WhyRoll({ row }: { readonly row: ItemRow }): ReactNode {
  const { t } = useLingui();
  const store = useStoreId();
  const { clock } = useDevice();
  const { timeZone } = useStore();
  const why = useLive(
    `why ${store} ${row.item} ${timeZone}`,
    ({ engine }) => readWhy(engine, store, row.item, timeZone),
    { causes: WHY_CAUSES },
  ).value;
  const late = useLateFlag(why === undefined);
  const rowOf = useRowWords(timeZone);
  const kindWord = useKindWord();
  if (why === undefined) return late ? <SkeletonRows rows={SKELETON_ROWS} /> : null;
  if (why === null) return null;
  const scale = row.quantityScale;
  const total = formatQuantity(why.total, { scale });
  return (
    <div className={classes['roll']}>
      <Arithmetic
        caption={t({ message: `Why ${total}`, comment: 'Heading over the sum that explains an item’s figure.' })}
        rows={why.rows.map(rowOf)}
        total={{
          label: t({ message: 'On hand', comment: 'What the store has of an item; short.' }),
          quantity: why.total,
        }}
        scale={scale}
        lateNews={why.lateNews.map((news) => {
          const what = kindWord(news.what, null);
          const amount = formatSigned(news.quantity, { scale });
          const time = formatMoment(news.atMs, clock(), { timeZone });
          const recorded = formatMoment(news.recordedAtMs, clock(), { timeZone });
          return {
            key: news.event,
            text: t({
              message: `Late news: ${what} ${amount} from ${time} was recorded ${recorded}; the count had seen it.`,
              comment: 'Under the sum that explains an item’s figure: happened before the count, came in after it.',
            }),
          };
        })}
      />
      {why.horizonMs !== null && <Before item={row.item} horizonMs={why.horizonMs} provisional={why.provisional} />}
    </div>
  );
}

/** What this device holds as one figure, and the way to its history. */
function Before({
  item,
  horizonMs,
  provisional,
}: {
  readonly item: string;
  readonly horizonMs: number;
  readonly provisional: boolean;
}): ReactNode {
  const { t } = useLingui();
  const { clock, fetchHistory } = useDevice();
  const { timeZone } = useStore();
  const [outcome, setOutcome] = useState<HistoryOutcome | 'fetching' | null>(null);
  const day = formatMoment(horizonMs, clock(), { timeZone });
  const fetch = async (): Promise<void> => {
    setOutcome('fetching');
    setOutcome(await fetchHistory(item).catch(() => 'unreachable' as const));
  };
  return (
    <ErrorStrip
      tone={provisional ? 'warn' : 'quiet'}
      what={
        provisional
          ? t({
              message: `News from before ${day} arrived and is not in this figure yet.`,
              comment: 'Under the sum that explains a figure; day is 18 Nov. The history must be fetched first.',
            })
          : t({
              message: `What happened before ${day} is one figure here, from the starting snapshot.`,
              comment: 'Under the sum that explains a figure; day is 18 Nov.',
            })
      }
      {...(outcome === 'unreachable' || outcome === 'later' || outcome === 'none'
        ? {
            todo:
              outcome === 'none'
                ? t({ message: 'Head office has no more of it.', comment: 'The history of an item was not found.' })
                : t({
                    message: 'Head office did not answer. The figure stays as it is; try again later.',
                    comment: 'The history of an item could not be fetched now.',
                  }),
          }
        : {})}
      actions={
        <Button disabled={outcome === 'fetching'} onClick={() => void fetch()}>
          {outcome === 'fetching'
            ? t({ message: 'Fetching…', comment: 'On the button while an item’s history is fetched.' })
            : t({ message: 'Fetch history', comment: 'Button: brings an item’s old movements onto this device.' })}
        </Button>
      }
    />
  );
}

function useKindWord(): (what: WhyKind, reason: string | null) => string {
  const { t } = useLingui();
  const reasonWord = useReasonWord();
  return (what, reason) => {
    const words: Record<WhyKind, string> = {
      received: t({ message: 'Received', comment: 'A movement of goods in the sum that explains a figure; short.' }),
      sold: t({ message: 'Sold', comment: 'A movement of goods in the sum that explains a figure; short.' }),
      returned: t({ message: 'Returned', comment: 'A movement of goods in the sum that explains a figure; short.' }),
      adjusted: t({ message: 'Corrected', comment: 'A movement of goods in the sum that explains a figure; short.' }),
      'returned-to-supplier': t({
        message: 'Sent back to the supplier',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
      picked: t({
        message: 'Set aside for an order',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
      'put-back': t({
        message: 'Put back on the shelf',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
      'handed-over': t({
        message: 'Handed over',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
      dispatched: t({
        message: 'Sent to a store',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
      'transferred-in': t({
        message: 'Came from a store',
        comment: 'A movement of goods in the sum that explains a figure; short.',
      }),
    };
    return reason === null ? words[what] : reasonWord(reason);
  };
}

function useRowWords(timeZone: string): (row: WhyRow, index: number) => ArithmeticRow {
  const { t } = useLingui();
  const { clock } = useDevice();
  const kindWord = useKindWord();
  const time = (atMs: number): string => formatMoment(atMs, clock(), { timeZone });
  const rowOf = (row: WhyRow, index: number): ArithmeticRow => {
    const { quantity } = row;
    switch (row.kind) {
      case 'count':
        return {
          key: 'count',
          baseline: true,
          quantity,
          label: t({
            message: 'Count',
            comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.',
          }),
          meta: time(row.atMs),
        };
      case 'carried':
        return {
          key: row.bucket,
          quantity,
          label:
            row.bucket === 'picked'
              ? t({ message: 'Set aside', comment: 'In the sum that explains a figure: goods for orders; short.' })
              : t({ message: 'Unsellable', comment: 'Damaged goods awaiting a decision.' }),
        };
      case 'earlier': {
        const count = row.movements;
        return {
          key: 'earlier',
          quantity,
          label: t({
            message: plural(count, { one: '# earlier movement', other: '# earlier movements' }),
            comment: 'In the sum that explains a figure; short.',
          }),
        };
      }
      case 'folded': {
        const count = row.rows.length;
        const word = kindWord(row.what, row.rows[0]?.reason ?? null);
        return {
          key: `${row.what} ${index}`,
          quantity,
          label: t({
            message: `${word}, ${count} times`,
            comment: 'In the sum that explains a figure: so many movements of one kind on one day; short.',
          }),
          meta: time(row.toMs),
          folded: row.rows.map(rowOf),
        };
      }
      case 'movement': {
        const word = kindWord(row.what, row.reason);
        const meta = row.reference === null ? time(row.atMs) : `${row.reference} · ${time(row.atMs)}`;
        return {
          key: row.event,
          quantity,
          label: word,
          meta,
          ...(row.state === 'unknown' ? {} : { state: row.state }),
        };
      }
    }
  };
  return rowOf;
}
