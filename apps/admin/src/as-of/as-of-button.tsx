// Says which moment a page is about, and opens the window that chooses another.
import { Button, type ButtonProps } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { IconHistory } from '@tabler/icons-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { useServerNow } from '../data/live/live-context.tsx';
import { formatDayAndTime } from '../text/full-moment.ts';

export interface AsOfButtonProps
  extends ButtonProps, Pick<ComponentPropsWithRef<'button'>, 'onClick' | 'onPointerEnter' | 'ref'> {
  /** Unix milliseconds; null = now. */
  readonly atMs: number | null;
}

/** Takes on what the window behind it needs of its target. */
export function AsOfButton({ atMs, ...rest }: AsOfButtonProps): ReactNode {
  const nowMs = useServerNow();
  const moment = atMs === null ? null : formatDayAndTime(atMs, nowMs);
  return (
    <Button {...rest} leftSection={<IconHistory size={16} aria-hidden="true" />}>
      {moment === null ? (
        <Trans comment="Button that asks for a past moment; shown while looking at now. Short.">As of now</Trans>
      ) : (
        <Trans comment="Button that asks for another past moment: as of 17 Nov, 14:20. Short.">As of {moment}</Trans>
      )}
    </Button>
  );
}
