// How lively the chain is: figures that changed in the last minute, beside "Live".
import { Plural, Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { changesPerMinute } from '../../data/live/change-rate.ts';
import { useLiveFeed } from '../../data/live/live-context.tsx';

const refreshEveryMs = 2_000;

export function ChangesPerMinute(): ReactNode {
  const { changeRate$ } = useLiveFeed();
  const [count, setCount] = useState(() => changesPerMinute(changeRate$.value, Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setCount(changesPerMinute(changeRate$.value, Date.now())), refreshEveryMs);
    return () => clearInterval(timer);
  }, [changeRate$]);
  return (
    <Trans comment="Beside Live: how many figures changed in the last minute. Short.">
      <Plural value={count} one="# change/min" other="# changes/min" />
    </Trans>
  );
}
