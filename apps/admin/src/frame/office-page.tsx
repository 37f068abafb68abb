// One page of the office: past bar, head with the live state and the account, content, and a pane beside it.
import { useLingui } from '@lingui/react/macro';
import { PageHead, PastBar } from '@streamstock/ui/admin-frame';
import { useContext, useEffect } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTitle } from '../app/use-title.ts';
import { formatFullMoment } from '../text/full-moment.ts';
import { EpochNotice } from '../history/epoch-notice.tsx';
import { AccountMenu } from './account-menu.tsx';
import { LiveState } from './live-state.tsx';
import { PageContext } from './page-context.ts';

export interface OfficePageProps {
  readonly title: string;
  /** Counts: "20 of 12,480 items · 8 stores". */
  readonly meta?: ReactNode;
  /** Beside "Live": "3 changes/min". */
  readonly liveMeta?: ReactNode;
  readonly actions?: ReactNode;
  /** A SidePane, while a detail is open. */
  readonly pane?: ReactNode;
  /** A past moment, Unix milliseconds: the page says so everywhere, and is not live. */
  readonly pastMs?: number | null;
  readonly onBackToNow?: () => void;
  /** Instead of what every page says while a restore is not over. */
  readonly notice?: ReactNode;
  readonly children: ReactNode;
}

export function OfficePage(props: OfficePageProps): ReactNode {
  const { title, meta, liveMeta, actions, pane, pastMs = null, onBackToNow, notice, children } = props;
  const { t } = useLingui();
  const places = useContext(PageContext);
  const isPast = pastMs !== null;
  useTitle(isPast ? `${title}, ${formatFullMoment(pastMs)}` : title);

  const slot = places?.paneSlot ?? null;
  const setPast = places?.setPast;
  useEffect(() => {
    setPast?.(isPast);
    return () => setPast?.(false);
  }, [setPast, isPast]);

  const pastWhat = (atMs: number): string => {
    const moment = formatFullMoment(atMs);
    return t({
      message: `${title} as of ${moment}`,
      comment: 'In the bar over a page that shows the past: "Stock as of Tue 17 Nov 2026, 14:20".',
    });
  };
  return (
    <>
      {isPast && onBackToNow !== undefined && <PastBar what={pastWhat(pastMs)} onBackToNow={onBackToNow} />}
      <PageHead
        title={title}
        meta={meta}
        live={isPast ? undefined : <LiveState meta={liveMeta} />}
        actions={
          <>
            {actions}
            <AccountMenu />
          </>
        }
      />
      {!isPast && (notice ?? <EpochNotice onlyWhilePaused />)}
      {children}
      {pane !== undefined && slot !== null && createPortal(pane, slot)}
    </>
  );
}
