// Today: what was sold, what is missing, what to do, and the eight verbs under the thumb.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import {
  EmptyState,
  Figure,
  formatQuantity,
  SkeletonRows,
  useLateFlag,
  useMinute,
  VerbGrid,
  VerbTile,
} from '@streamstock/ui';
import { lazy, Suspense, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useCatalogue, useStatus } from '../../device/use-device.tsx';
import { PlainLink } from '../../shell/plain-button.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';
import { useWide } from '../../shell/use-wide.ts';
import { VERBS } from '../../shell/verbs.ts';
import { TaskRows } from './task-rows.tsx';
import { stockFiguresOf } from './tasks.ts';
import classes from './today-screen.module.css';
import { useSalesToday, useStockLines, useStore } from './use-store-facts.ts';
import { useTasks } from './use-tasks.ts';

/** Beside the tasks where there is room; a phone does not fetch it. */
const RecentPanel = lazy(async () => ({ default: (await import('./recent-panel.tsx')).RecentPanel }));

/** Most days nothing much is on its way. */
const CatchUpCard = lazy(async () => ({ default: (await import('./catch-up-card.tsx')).CatchUpCard }));

/** Rows drawn while tasks are being read. */
const SKELETON_ROWS = 3;

export function TodayScreen(): ReactNode {
  const store = useStore();
  const minute = useMinute();
  const strip = useScanToItem();
  const wide = useWide();
  const { i18n } = useLingui();
  const date = new Intl.DateTimeFormat(i18n.locale === 'en' ? 'en-GB' : i18n.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: store.timeZone,
  }).format(minute);
  return (
    <Screen title={store.name} meta={<span className={classes['date']}>{date}</span>} top={strip} fixed>
      <div className={classes['today']}>
        <Figures timeZone={store.timeZone} />
        <div className={classes['columns']}>
          <ToDo />
          {wide && (
            <Suspense fallback={<div className={classes['recent']} />}>
              <RecentPanel />
            </Suspense>
          )}
        </div>
        <Verbs />
      </div>
    </Screen>
  );
}

function Verbs(): ReactNode {
  const { i18n } = useLingui();
  const go = useGo();
  return (
    <nav className={classes['verbs']}>
      <VerbGrid>
        {VERBS.map((verb) => (
          <VerbTile
            key={verb.id}
            icon={verb.icon}
            label={i18n._(verb.word)}
            filled={verb.id === 'sell'}
            href={go.href(verb.path)}
            onPress={() => go.to(verb.path)}
          />
        ))}
      </VerbGrid>
    </nav>
  );
}

interface FigureCardProps {
  readonly label: string;
  readonly value: number | null;
  readonly why: string;
  readonly wide?: boolean;
  readonly to?: string;
}

function FigureCard({ label, value, why, wide = false, to }: FigureCardProps): ReactNode {
  const go = useGo();
  const inner = (
    <>
      <span className="ss-meta">{label}</span>
      <span>{value === null ? <span className="ss-figure-l">&nbsp;</span> : <Figure value={value} size="l" />}</span>
      <span className="ss-meta">{why}</span>
    </>
  );
  if (to === undefined) {
    return (
      <div className={classes['card']} data-wide={wide} role="group" aria-label={label}>
        {inner}
      </div>
    );
  }
  return (
    <a
      className={classes['card']}
      data-wide={wide}
      href={go.href(to)}
      onClick={(event) => {
        event.preventDefault();
        go.to(to);
      }}
    >
      {inner}
    </a>
  );
}

function Figures({ timeZone }: { readonly timeZone: string }): ReactNode {
  const { t } = useLingui();
  const sales = useSalesToday(timeZone);
  const lines = useStockLines();
  const catalogue = useCatalogue();
  const { unsentCount, figuresIncomplete } = useStatus();
  const isKnown = catalogue.state !== 'loading' && !figuresIncomplete;
  const version = catalogue.version();
  const stock = useMemo(() => {
    void version;
    if (lines === undefined || !isKnown) return undefined;
    return stockFiguresOf(lines, (item) => catalogue.index.item(item)?.lifecycle !== 'archived');
  }, [lines, isKnown, catalogue, version]);
  const items = formatQuantity(stock?.items ?? 0);
  const ofItems =
    stock === undefined
      ? ''
      : t({ message: `of ${items} items`, comment: 'Under "Out of stock" and "Oversold": of how many items; short.' });
  const saleCount = sales?.sales ?? 0;
  return (
    <section
      className={classes['figures']}
      aria-label={t({
        message: 'Figures of today',
        comment: 'Name of the figures at the top of Today, read out only.',
      })}
    >
      <FigureCard
        label={t({ message: 'Sold today', comment: 'Figure on Today: pieces sold since midnight; short.' })}
        value={sales?.pieces ?? null}
        why={
          sales === undefined
            ? ''
            : t({
                message: plural(saleCount, { one: 'pieces · # sale', other: 'pieces · # sales' }),
                comment: 'Under "Sold today"; short.',
              })
        }
      />
      <FigureCard
        label={t({ message: 'Out of stock', comment: 'Figure on Today: items of which none is left; short.' })}
        value={stock?.out ?? null}
        why={ofItems}
        to="/items?show=out"
      />
      <FigureCard
        label={t({ message: 'Oversold', comment: 'Stock state, on a badge; more sold than was known of.' })}
        value={stock?.oversold ?? null}
        why={ofItems}
        wide
        to="/items?show=oversold"
      />
      <FigureCard
        label={t({ message: 'Unsent', comment: 'Figure on Today: changes that are only on this device; short.' })}
        value={unsentCount}
        why={
          unsentCount === 0
            ? t({ message: 'Everything is at head office', comment: 'Under "Unsent" when it is 0; short.' })
            : t({ message: 'safe on this device', comment: 'Under "Unsent"; short.' })
        }
        wide
        to="/device"
      />
    </section>
  );
}

function ToDo(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { catchUp, renewal } = useStatus();
  const tasks = useTasks();
  const late = useLateFlag(tasks === undefined);
  return (
    <section className={classes['todo']} aria-labelledby="to-do">
      <h2 id="to-do" className={classes['heading']}>
        {t({ message: 'To do', comment: 'Heading of the task list; short.' })}
        {tasks !== undefined && tasks.length > 0 && <span className="ss-meta">{formatQuantity(tasks.length)}</span>}
      </h2>
      <div className={classes['list']}>
        {(catchUp !== null || renewal !== null) && (
          <Suspense>
            <CatchUpCard />
          </Suspense>
        )}
        {tasks === undefined ? late && <SkeletonRows rows={SKELETON_ROWS} /> : <TaskRows tasks={tasks} />}
        {tasks?.length === 0 && (
          <EmptyState
            kind="done"
            text={t({
              message: 'Nothing to do. Counting is a good use of a quiet hour.',
              comment: 'Empty task list on Today.',
            })}
            action={
              <PlainLink href={go.href('/count')} onFollow={() => go.to('/count')}>
                {t({ message: 'Start a cycle count', comment: 'Button in the empty task list.' })}
              </PlainLink>
            }
          />
        )}
      </div>
    </section>
  );
}
