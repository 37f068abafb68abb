// The store arrives: items, stock, then everything that happened; selling may begin as soon as there are items. Then the browser is
// asked, with the reason, to keep what this device saves.
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip, ProgressSteps, type ProgressStep } from '@streamstock/ui';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { fetchWholeApp } from '../../app/updates.ts';
import { useCatalogue, useDevice, useStatus } from '../../device/use-device.tsx';
import { megabytes } from '../device/megabytes.ts';
import { fetchOtherScreens } from './fetch-ahead.ts';
import { loadingView, type Came } from './loading-steps.ts';
import { PlainButton } from '../../shell/plain-button.tsx';
import classes from './enrol-screen.module.css';

export function Loading({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { t } = useLingui();
  const { enrolment, engine } = useDevice();
  const status = useStatus();
  const catalogue = useCatalogue();
  const [headSeen, setHeadSeen] = useState(0);
  const head = status.catchUp?.head ?? 0;
  if (head > headSeen) setHeadSeen(head);
  const view = loadingView(status, catalogue.index.size, catalogue.fresh, headSeen);
  useEffect(() => {
    if (!view.caughtUp) return;
    // Whoever stays here may be without a network when the first screen is wanted.
    fetchOtherScreens();
    fetchWholeApp();
  }, [view.caughtUp]);
  const inBytes = ({ done, total }: Came): Pick<ProgressStep, 'doneCount' | 'totalCount' | 'amount'> => {
    const used = megabytes(done);
    const quota = megabytes(total ?? 0);
    const amount = t({
      message: `${used} of ${quota}`,
      comment: 'Storage used and available, "212 MB of 4.1 GB"; short.',
    });
    return { doneCount: done, totalCount: total, amount };
  };
  const [asking, setAsking] = useState(false);
  const name = enrolment()?.store.name ?? '';
  if (asking) return <KeepData onDone={onDone} />;
  const next = (): void => {
    if (status.storage?.persisted === true) onDone();
    else setAsking(true);
  };
  const ready = view.canSell || view.caughtUp;
  return (
    <div className={classes['form']}>
      <h1 className={classes['title']}>
        {t({
          message: `${name} is coming to this device`,
          comment: 'Title while a new device loads its store; name is a store.',
        })}
      </h1>
      <ProgressSteps
        steps={[
          {
            key: 'items',
            label: t({ message: 'Items', comment: 'Place: tab at the bottom of a phone. One word.' }),
            state: view.items.state,
            ...(view.items.bytes === null ? counted(view.items.count) : inBytes(view.items.bytes)),
          },
          {
            key: 'stock',
            label: t({ message: 'Stock', comment: 'Step while a new device loads its store. One word.' }),
            state: view.stock.state,
            ...(view.stock.events === null
              ? counted(0)
              : { doneCount: view.stock.events.done, totalCount: view.stock.events.total }),
          },
          {
            key: 'history',
            label: t({ message: 'History', comment: 'Step while a new device loads its store. One word.' }),
            state: view.history.state,
            ...(view.history.bytes === null ? counted(view.history.events) : inBytes(view.history.bytes)),
          },
        ]}
        {...(ready
          ? {
              note: view.caughtUp
                ? t({ message: 'Everything is here.', comment: 'A new device has loaded its store; short.' })
                : t({
                    message: 'You can sell now. The rest arrives meanwhile.',
                    comment: 'A new device has its items; short.',
                  }),
            }
          : {})}
      />
      {status.connection === 'offline' && !view.caughtUp && (
        <ErrorStrip
          tone="quiet"
          what={t({
            message: 'The network is gone. What has arrived is safe.',
            comment: 'While a new device loads its store.',
          })}
          todo={t({
            message: 'The rest comes by itself when the network is back.',
            comment: 'Follows "The network is gone."',
          })}
          actions={
            <PlainButton onClick={() => engine.tryNow()}>
              {t({ message: 'Try now', comment: 'Button: sends at once.' })}
            </PlainButton>
          }
        />
      )}
      <div className={classes['bottom']}>
        {ready && (
          <PlainButton filled onClick={next}>
            {t({ message: 'Go to Today', comment: 'Button: leaves pairing.' })}
          </PlainButton>
        )}
      </div>
    </div>
  );
}

/** A count of nothing yet says nothing. */
function counted(count: number): Pick<ProgressStep, 'doneCount' | 'totalCount' | 'amount'> {
  return { doneCount: count, totalCount: null, ...(count === 0 ? { amount: '' } : {}) };
}

function KeepData({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { t } = useLingui();
  const { engine } = useDevice();
  const ask = async (): Promise<void> => {
    await engine.persist().catch(() => false);
    onDone();
  };
  return (
    <div className={classes['form']}>
      <h1 className={classes['title']}>
        {t({
          message: 'Keep what you save here?',
          comment: 'Question before the browser asks for persistent storage.',
        })}
      </h1>
      <p className={classes['text']}>
        {t({
          message:
            'Sales made without a network live only on this device until they are sent. When space runs short, a browser may clear such data by itself. Ask it not to.',
          comment: 'The reason for asking for persistent storage.',
        })}
      </p>
      <div className={classes['bottom']}>
        <PlainButton filled onClick={() => void ask()}>
          {t({ message: 'Keep my data', comment: 'Button: asks the browser for persistent storage.' })}
        </PlainButton>
        <PlainButton onClick={onDone}>
          {t({ message: 'Not now', comment: 'Button: goes on without persistent storage; it can be asked for later.' })}
        </PlainButton>
      </div>
    </div>
  );
}
