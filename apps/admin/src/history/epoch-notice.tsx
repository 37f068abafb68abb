// Says that the log began a new epoch, who is back, and that automatic work waits; lets a person decide not to wait longer.
import { Button } from '@mantine/core';
import { Plural, Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Epoch } from '@streamstock/api';
import { ErrorStrip } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../data/api.ts';
import { useServerNow } from '../data/live/live-context.tsx';
import { historyQuery } from '../data/queries.ts';
import { queryKeys } from '../data/query-keys.ts';
import { ProblemStrip } from '../problem/problem-strip.tsx';
import { formatDayAndTime } from '../text/full-moment.ts';
import classes from './epoch-notice.module.css';
import { epochState, type EpochState } from './epoch-state.ts';

function What({ epoch, nowMs }: { readonly epoch: Epoch; readonly nowMs: number }): ReactNode {
  const began = formatDayAndTime(epoch.beganAtMs, nowMs);
  if (epoch.cause === 'rolled-back') {
    return (
      <Trans comment="Notice: someone put an old copy of the server's data back. A moment stands in it.">
        Found {began}: an old copy of the data was put back.
      </Trans>
    );
  }
  if (epoch.backupTakenAtMs === null) {
    return (
      <Trans comment="Notice: the server's data comes from a backup. A moment stands in it.">Restored {began}.</Trans>
    );
  }
  const taken = formatDayAndTime(epoch.backupTakenAtMs, nowMs);
  return (
    <Trans comment="Notice: the server's data comes from a backup. Two moments stand in it.">
      Restored {began} from the backup of {taken}.
    </Trans>
  );
}

function Back({ state: { kind, back, awaited } }: { readonly state: EpochState }): ReactNode {
  if (kind === 'back') {
    return (
      <Trans comment="After a restore: all devices have come back. What they held is here again.">
        <Plural
          value={back}
          one="# device is back and brought what it still held."
          other="All # devices are back and brought what they still held."
        />
      </Trans>
    );
  }
  return (
    <>
      <Trans comment="After a restore: how many devices have come back. A sentence.">
        <Plural value={back} _0="No device is back" one="# device is back" other="# devices are back" />,
      </Trans>{' '}
      <Trans comment="After a restore, goes on the sentence '3 devices are back,': how many have not come back yet.">
        <Plural value={awaited} one="# not yet." other="# not yet." />
      </Trans>{' '}
      {kind === 'paused' ? (
        <Trans comment="After a restore: the server decides nothing by itself until the devices are back.">
          Devices bring back what they still hold. Until then automatic work is paused.
        </Trans>
      ) : (
        <Trans comment="After a restore: someone decided not to wait for the missing devices.">
          Automatic work goes on without them.
        </Trans>
      )}
    </>
  );
}

/** Asks once more: what is decided before a device is back can be decided twice. */
function GoOn({ epoch, awaited }: { readonly epoch: string; readonly awaited: number }): ReactNode {
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const goOn = useMutation({
    mutationFn: async () => await api.resumeAutomaticWork({ params: { epoch } }),
    onSuccess: (history) => queryClient.setQueryData(queryKeys.history, history),
    onError: async () => await queryClient.invalidateQueries({ queryKey: queryKeys.history }),
  });
  if (goOn.isError) return <ProblemStrip error={goOn.error} onRetry={() => goOn.mutate()} />;
  if (!asking) {
    return (
      <Button onClick={() => setAsking(true)}>
        <Trans comment="Button after a restore: do not wait for the missing devices. The next step asks once more.">
          Go on without them…
        </Trans>
      </Button>
    );
  }
  return (
    <>
      <p className={classes['question']}>
        <Trans comment="Asks once more before automatic work goes on after a restore.">
          An order that <Plural value={awaited} one="the missing device has" other="one of the # missing devices has" />{' '}
          picked already could be confirmed again elsewhere.
        </Trans>
      </p>
      <Button variant="danger" onClick={() => goOn.mutate()} loading={goOn.isPending}>
        <Trans comment="Button: automatic work goes on now.">Go on now</Trans>
      </Button>
      <Button onClick={() => setAsking(false)}>
        <Trans comment="Button: keep waiting for the devices.">Wait</Trans>
      </Button>
    </>
  );
}

/** `onlyWhilePaused`: pages that are not about devices tell it no longer than it concerns them. */
export function EpochNotice({ onlyWhilePaused }: { readonly onlyWhilePaused: boolean }): ReactNode {
  const nowMs = useServerNow();
  const { data } = useQuery(historyQuery);
  const state = data === undefined ? null : epochState(data, nowMs);
  if (state === null || (onlyWhilePaused && state.kind !== 'paused')) return null;
  const { epoch, awaited } = state;
  return (
    <ErrorStrip
      tone={state.kind === 'paused' ? 'warn' : 'quiet'}
      what={<What epoch={epoch} nowMs={nowMs} />}
      safe={<Back state={state} />}
      {...(state.kind === 'paused'
        ? {
            actions: (
              <>
                <GoOn key={epoch.epoch} epoch={epoch.epoch} awaited={awaited} />
                {onlyWhilePaused && (
                  <Button component={Link} to="/stores">
                    <Trans comment="Button: opens the list of devices.">Show devices</Trans>
                  </Button>
                )}
              </>
            ),
          }
        : {})}
    />
  );
}
