// The lines of a count: what is left, what is counted; the line in hand with its tally; pause, review, finish.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { ItemRow } from '@streamstock/inventory';
import { Dock, ErrorStrip, formatQuantity } from '@streamstock/ui';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ItemSearch } from '../../documents/item-search.tsx';
import { UnknownCodeStrip, ProblemStrip } from '../../documents/problem-strips.tsx';
import { useKeys } from '../../scanning/use-scanner.tsx';
import { Screen } from '../../shell/screen.tsx';
import { Segments } from '../../shell/segments.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useWide } from '../../shell/use-wide.ts';
import { matchingItems } from './matching-items.ts';
import type { CountDesk, CountDeskState } from './count-desk.ts';
import { CountHand } from './count-hand.tsx';
import { CountList } from './count-list.tsx';
import classes from './count-lines.module.css';
import type { CountSession } from './count-session.ts';
import { countLists, useCountInput, useCountItems, type CountTab } from './use-count.ts';

export interface CountPartProps {
  readonly desk: CountDesk;
  readonly state: CountDeskState;
  readonly session: CountSession;
}

/** What is being counted, for the title. */
export function useScopeWord(): (session: CountSession) => string {
  const { t } = useLingui();
  return ({ scope }) => {
    if (scope.kind === 'category') return scope.category;
    if (scope.kind === 'all')
      return t({ message: 'Everything', comment: 'What to count: all items of the store. One word.' });
    const count = scope.items.length;
    return t({
      message: plural(count, { one: '# item', other: '# items' }),
      comment: 'How many items a category has; short.',
    });
  };
}

export function CountLines({
  desk,
  state,
  session,
  onReview,
}: CountPartProps & { readonly onReview: () => void }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const wide = useWide();
  const items = useCountItems(session);
  const lists = countLists(session, items);
  const [chosen, setTab] = useState<CountTab>('to-count');
  const [query, setQuery] = useState('');
  const [asking, setAsking] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const tab = chosen === 'differences' && session.blind ? 'counted' : chosen;
  const lines = { 'to-count': lists.toCount, counted: lists.counted, differences: lists.differences }[tab];
  const next = (): void => {
    const item = nextToCount(lists.toCount, session.inHand, items);
    desk.act({ kind: 'take-in-hand', item });
  };
  const input = useCountInput(desk, session, next);
  useKeys((key) => {
    if (key === '/') search.current?.focus();
    else if (key === 'Escape' && query !== '') setQuery('');
    else return false;
    return true;
  });
  const review = async (): Promise<void> => {
    if (await desk.sayAll()) onReview();
  };
  const scope = useScopeWord()(session);
  const shown = query.trim() === '' ? lines : matchingItems(items, query);
  const progress = <Progress counted={lists.counted.length} all={lists.all} />;
  return (
    <Screen
      title={t({ message: `Count: ${scope}`, comment: 'Title of a count; scope is a category or "Everything".' })}
      leave={{ kind: 'close', to: '/' }}
      fixed
      top={<CountStrips desk={desk} state={state} input={input} onMatch={() => search.current?.focus()} />}
    >
      {progress}
      <div className={classes['columns']}>
        <div className={classes['main']}>
          <div className={classes['tools']}>
            <Tabs tab={tab} lists={lists} blind={session.blind} onChange={setTab} />
            <ItemSearch value={query} onChange={setQuery} inputRef={search} />
          </div>
          <CountList
            items={shown}
            session={session}
            onTake={(item) => {
              setQuery('');
              desk.act({ kind: 'take-in-hand', item });
            }}
            empty={query.trim() === '' ? tab : 'search'}
          />
          {!wide && <CountHand desk={desk} session={session} wide={false} onNext={next} />}
        </div>
        {wide && (
          <aside className={classes['side']}>
            <CountHand desk={desk} session={session} wide onNext={next} />
          </aside>
        )}
      </div>
      {asking && (
        <NotCountedQuestion
          count={lists.toCount.length}
          onLeave={() => void desk.finish()}
          onGoOn={() => setAsking(false)}
        />
      )}
      <Dock
        secondary={
          <Button onClick={() => go.to('/')}>
            {t({ message: 'Pause', comment: 'Button of a count: leaves it, it can be continued. One word.' })}
          </Button>
        }
        primary={
          lists.differences.length > 0 || session.blind ? (
            <Button variant="filled" onClick={() => void review()}>
              <ReviewWords count={lists.differences.length} blind={session.blind} />
            </Button>
          ) : (
            <Button variant="filled" onClick={() => (lists.toCount.length > 0 ? setAsking(true) : void desk.finish())}>
              {t({ message: 'Finish', comment: 'Button that ends a count. One word.' })}
            </Button>
          )
        }
      />
    </Screen>
  );
}

function ReviewWords({ count, blind }: { readonly count: number; readonly blind: boolean }): ReactNode {
  const { t } = useLingui();
  if (blind) return t({ message: 'Review', comment: 'Button of a blind count: shows what was found. One word.' });
  return t({
    message: plural(count, { one: 'Review # difference', other: 'Review # differences' }),
    comment: 'Button of a count: shows lines that are not as expected.',
  });
}

/** The next line after the one in hand that nobody has counted; from the top when there is none below. */
function nextToCount(toCount: readonly ItemRow[], inHand: string | null, all: readonly ItemRow[]): string | null {
  const at = all.findIndex(({ item }) => item === inHand);
  const rest = new Set(toCount.map(({ item }) => item));
  const below = all.slice(at + 1).find(({ item }) => rest.has(item));
  return below?.item ?? toCount.find(({ item }) => item !== inHand)?.item ?? null;
}

function Progress({ counted, all }: { readonly counted: number; readonly all: number }): ReactNode {
  const { t } = useLingui();
  const done = formatQuantity(counted);
  const total = formatQuantity(all);
  const words = t({ message: `${done} of ${total}`, comment: 'Progress of one step; beside its bar; short.' });
  return (
    <div className={classes['progress']}>
      <progress
        max={Math.max(1, all)}
        value={counted}
        aria-label={t({ message: 'Counted', comment: 'State of a line while counting.' })}
      />
      <span className="ss-meta figure" data-testid="count-progress">
        {words}
      </span>
    </div>
  );
}

function Tabs({
  tab,
  lists,
  blind,
  onChange,
}: {
  readonly tab: CountTab;
  readonly lists: ReturnType<typeof countLists>;
  readonly blind: boolean;
  readonly onChange: (tab: CountTab) => void;
}): ReactNode {
  const { t } = useLingui();
  const toCount = formatQuantity(lists.toCount.length);
  const counted = formatQuantity(lists.counted.length);
  const differing = formatQuantity(lists.differences.length);
  const choices: { value: CountTab; label: string }[] = [
    {
      value: 'to-count',
      label: t({ message: `To count ${toCount}`, comment: 'Tab of a count, with a number; short.' }),
    },
    { value: 'counted', label: t({ message: `Counted ${counted}`, comment: 'Tab of a count, with a number; short.' }) },
  ];
  if (!blind)
    choices.push({
      value: 'differences',
      label: t({
        message: `Diff ${differing}`,
        comment: 'Tab of a count: lines that are not as expected, with a number; very short.',
      }),
    });
  return (
    <Segments
      fullWidth
      label={t({ message: 'Which lines', comment: 'Name of the tabs of a count, read out only.' })}
      choices={choices}
      value={tab}
      onChange={onChange}
    />
  );
}

function NotCountedQuestion({
  count,
  onLeave,
  onGoOn,
}: {
  readonly count: number;
  readonly onLeave: () => void;
  readonly onGoOn: () => void;
}): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: plural(count, { one: '# line was not counted.', other: '# lines were not counted.' }),
        comment: 'Asked in place when a count is finished.',
      })}
      actions={
        <>
          <Button onClick={onLeave}>
            {t({
              message: 'Leave them as they are',
              comment: 'Button: finishes the count; lines not counted keep their figure.',
            })}
          </Button>
          <Button onClick={onGoOn}>
            {t({ message: 'Go on counting', comment: 'Button: does not finish the count.' })}
          </Button>
        </>
      }
    />
  );
}

function CountStrips({
  desk,
  state,
  input,
  onMatch,
}: {
  readonly desk: CountDesk;
  readonly state: CountDeskState;
  readonly input: ReturnType<typeof useCountInput>;
  readonly onMatch: () => void;
}): ReactNode {
  const { t } = useLingui();
  const [seen, setSeen] = useState(false);
  const lines = state.continuedLines;
  return (
    <>
      {state.problem !== null && (
        <ProblemStrip
          what={t({
            message: 'The last lines of this count were not saved',
            comment: 'Beginning of "… were not saved: the disk is full."',
          })}
          problem={state.problem}
          onTryAgain={() => desk.retry()}
        />
      )}
      {input.unknown !== null && <UnknownCodeStrip code={input.unknown} onMatch={onMatch} onDismiss={input.dismiss} />}
      {lines > 0 && !seen && (
        <ErrorStrip
          tone="quiet"
          what={t({
            message: plural(lines, { one: 'Continued. # line was safe.', other: 'Continued. # lines were safe.' }),
            comment: 'An unfinished sale or count was found on the device.',
          })}
          actions={
            <Button onClick={() => setSeen(true)}>
              {t({ message: 'Got it', comment: 'Button: takes a notice away.' })}
            </Button>
          }
        />
      )}
    </>
  );
}
