// The review of a count: one till roll for each line that is not as it should be, the biggest value first. What sales and
// deliveries explain is told; what is left has a name: unexplained.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import {
  Arithmetic,
  Dock,
  EmptyState,
  formatMoney,
  formatMoment,
  formatQuantity,
  SkeletonRows,
  type ArithmeticRow,
} from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Device } from '../../device/device.ts';
import { useCatalogue, useDevice, useLive, useStoreId } from '../../device/use-device.tsx';
import { lineAmount, unitPriceOf } from '../../format/money-sum.ts';
import { ProblemStrip } from '../../documents/problem-strips.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useStore } from '../today/use-store-facts.ts';
import { useScopeWord, type CountPartProps } from './count-lines.tsx';
import { reviewLine, type ReviewedLine, type ReviewKind } from './count-review.ts';
import classes from './count-review-screen.module.css';
import { countedItems, countLineOf, type CountSession } from './count-session.ts';
import { useCountItems, countLists } from './use-count.ts';

/** Differences shown one by one; a count with more shows the largest. */
const REVIEWED_LINES_MAX = 200;

async function readReviews(device: Device, store: string, session: CountSession): Promise<readonly ReviewedLine[]> {
  const reviews: ReviewedLine[] = [];
  for (const item of countedItems(session)) {
    const { said } = countLineOf(session, item);
    const review = said === null ? null : await reviewLine(device.engine.tables, store, item, said);
    if (review !== null && review.unexplained !== 0) reviews.push(review);
  }
  return reviews;
}

export function CountReview({
  desk,
  state,
  session,
  onBack,
}: CountPartProps & { readonly onBack: () => void }): ReactNode {
  const { t } = useLingui();
  const store = useStoreId();
  const { index } = useCatalogue();
  const lists = countLists(session, useCountItems(session));
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const counted = countedItems(session).length;
  const reviews = useLive(`review ${session.session} ${counted} ${session.lines.size}`, (device) =>
    readReviews(device, store, session),
  ).value;
  const valueOf = (review: ReviewedLine): bigint => {
    const row = index.item(review.item);
    const price = row?.price ?? null;
    if (row === undefined || price === null) return 0n;
    const amount = lineAmount(unitPriceOf(price, row.quantityScale), Math.abs(review.unexplained), row.quantityScale);
    return amount.minorUnits * 10n ** BigInt(6 - amount.scale);
  };
  const open = (reviews ?? [])
    .filter(({ item }) => !kept.has(item) && countLineOf(session, item).said !== null)
    .toSorted((a, b) => Number(valueOf(b) - valueOf(a)) || (a.item < b.item ? -1 : 1))
    .slice(0, REVIEWED_LINES_MAX);
  const recount = (item: string): void => {
    desk.act({ kind: 'take-in-hand', item });
    desk.act({ kind: 'clear' });
    onBack();
  };
  const scope = useScopeWord()(session);
  const left = lists.toCount.length;
  return (
    <Screen
      title={t({
        message: `Review: ${scope}`,
        comment: 'Title of the review of a count; scope is a category or "Everything".',
      })}
      leave={{ kind: 'close', to: '/' }}
      top={
        state.problem !== null && (
          <ProblemStrip
            what={t({
              message: 'The last lines of this count were not saved',
              comment: 'Beginning of "… were not saved: the disk is full."',
            })}
            problem={state.problem}
            onTryAgain={() => desk.retry()}
          />
        )
      }
      dock={
        <Dock
          summary={
            left > 0 && (
              <span className="ss-meta">
                {t({
                  message: plural(left, {
                    one: '# line was not counted. It keeps its figure.',
                    other: '# lines were not counted. They keep their figures.',
                  }),
                  comment: 'Above the button that finishes a count.',
                })}
              </span>
            )
          }
          secondary={
            <Button onClick={onBack}>
              {t({ message: 'Go on counting', comment: 'Button: does not finish the count.' })}
            </Button>
          }
          primary={
            <Button variant="filled" onClick={() => void desk.finish()}>
              {t({ message: 'Finish', comment: 'Button that ends a count. One word.' })}
            </Button>
          }
        />
      }
    >
      {reviews === undefined && <SkeletonRows rows={4} />}
      {reviews !== undefined && open.length === 0 && (
        <EmptyState
          kind="done"
          text={t({
            message: 'Nothing is left unexplained. Finish the count when you are ready.',
            comment: 'Review of a count without differences.',
          })}
        />
      )}
      {open.map((review) => (
        <ReviewCard
          key={review.item}
          review={review}
          onKeep={() => setKept(new Set([...kept, review.item]))}
          onRecount={() => recount(review.item)}
        />
      ))}
    </Screen>
  );
}

function useKindWord(): (kind: ReviewKind) => string {
  const { t } = useLingui();
  return (kind) => {
    const words: Record<ReviewKind, string> = {
      received: t({
        message: 'Received since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      sold: t({ message: 'Sold since', comment: 'Row of a count’s review: explains a part of the difference; short.' }),
      returned: t({
        message: 'Returned since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      adjusted: t({
        message: 'Corrected since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      'returned-to-supplier': t({
        message: 'Sent back to the supplier since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      picked: t({
        message: 'Set aside for orders since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      'put-back': t({
        message: 'Put back on the shelf since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      'handed-over': t({
        message: 'Handed over since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      dispatched: t({
        message: 'Sent to a store since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
      'transferred-in': t({
        message: 'Came from a store since',
        comment: 'Row of a count’s review: explains a part of the difference; short.',
      }),
    };
    return words[kind];
  };
}

function ReviewCard({
  review,
  onKeep,
  onRecount,
}: {
  readonly review: ReviewedLine;
  readonly onKeep: () => void;
  readonly onRecount: () => void;
}): ReactNode {
  const { t } = useLingui();
  const { index } = useCatalogue();
  const { clock } = useDevice();
  const { currency, timeZone } = useStore();
  const kindWord = useKindWord();
  const row = index.item(review.item);
  const scale = row?.quantityScale ?? 0;
  const time = (atMs: number): string => formatMoment(atMs, clock(), { timeZone });
  const saw = formatQuantity(review.saw, { scale });
  const start: ArithmeticRow =
    review.baseline === null
      ? {
          key: 'before',
          baseline: true,
          quantity: review.before,
          label: t({
            message: 'Before, never counted',
            comment: 'Row of a count’s review: where the sum starts when there was no earlier count; short.',
          }),
        }
      : {
          key: 'count',
          baseline: true,
          quantity: review.baseline.quantity,
          label: t({ message: 'Counted', comment: 'State of a line while counting.' }),
          meta: time(review.baseline.atMs),
        };
  const sawTime = time(review.sawAtMs);
  const rows: ArithmeticRow[] = [
    start,
    ...review.moves.map(({ kind, quantity }) => ({
      key: kind,
      label: kindWord(kind),
      quantity,
      meta: t({ message: 'explained', comment: 'Beside a row of a count’s review; one word.' }),
    })),
    {
      key: 'should',
      result: true,
      quantity: review.shouldBe,
      label: t({ message: 'Should be', comment: 'Row of a count’s review; short.' }),
    },
    {
      key: 'saw',
      result: true,
      quantity: review.saw,
      label: t({ message: `You saw at ${sawTime}`, comment: 'Row of a count’s review; time is 10:42; short.' }),
    },
  ];
  const price = row?.price ?? null;
  const value =
    row === undefined || price === null
      ? null
      : lineAmount(unitPriceOf(price, row.quantityScale), Math.abs(review.unexplained), row.quantityScale);
  const worth = value === null ? null : formatMoney(value.minorUnits, value.scale, currency);
  return (
    <section className={classes['card']} aria-label={row?.name ?? review.item}>
      <div className={classes['head']}>
        <h2 className="ss-body-strong">{row?.name ?? review.item}</h2>
        <div className={classes['actions']}>
          <Button onClick={onKeep}>
            {t({
              message: `Keep ${saw}`,
              comment: 'Button in a count’s review: what was seen stands; a figure follows.',
            })}
          </Button>
          <Button onClick={onRecount}>
            {t({ message: 'Recount', comment: 'Stock state, on a badge; the figure should be counted again.' })}
          </Button>
        </div>
      </div>
      <Arithmetic
        caption={row?.name ?? review.item}
        captionHidden
        rows={rows}
        scale={scale}
        total={{
          label: t({
            message: 'Unexplained',
            comment: 'Total of a count’s review: what sales and deliveries do not account for; short.',
          }),
          quantity: review.unexplained,
        }}
      />
      {worth !== null && (
        <p className="ss-meta">
          {t({
            message: `${worth} at the shelf price`,
            comment: 'Under a count’s review: what the unexplained difference is worth.',
          })}
        </p>
      )}
    </section>
  );
}
