// Whether the page hears of changes: "Live", or since when it does not. Words come late, so that a blink of the network says nothing.
import { Trans } from '@lingui/react/macro';
import { IconActivity, IconPlugConnectedX } from '@tabler/icons-react';
import { formatAge, useLateFlag, useMinute } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useLiveState } from '../data/live/live-context.tsx';
import classes from './live-state.module.css';

/** A loss is told after this long, and then long enough to be read. */
const lossTiming = { showAfterMs: 3_000, shownMinMs: 2_000 };

export function LiveState({ meta }: { readonly meta?: ReactNode }): ReactNode {
  const state = useLiveState();
  const nowMs = useMinute();
  const isLive = state.kind === 'live';
  const isLossShown = useLateFlag(!isLive, lossTiming);
  if (isLossShown) {
    const lostAtMs = 'lostAtMs' in state ? state.lostAtMs : null;
    const age = lostAtMs === null ? null : formatAge(nowMs - lostAtMs);
    return (
      <output className={classes['state']} data-live="false">
        <IconPlugConnectedX aria-hidden="true" />
        <span>
          {age === null ? (
            <Trans comment="In the head of a page: no connection yet. One word.">Connecting</Trans>
          ) : (
            <Trans comment="In the head of a page: the live connection is lost since so long, and is being made again. Short.">
              Reconnecting · {age}
            </Trans>
          )}
        </span>
      </output>
    );
  }
  return (
    <output className={classes['state']} data-live={isLive}>
      <IconActivity aria-hidden="true" />
      {/* Before the first word of the server nothing is claimed, but the place is kept. */}
      <span className={isLive ? undefined : classes['unclaimed']} aria-hidden={!isLive}>
        <Trans comment="In the head of a page: changes arrive at once. One word.">Live</Trans>
      </span>
      {isLive && meta !== undefined && <span aria-live="off">· {meta}</span>}
    </output>
  );
}
