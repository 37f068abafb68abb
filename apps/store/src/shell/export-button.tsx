// "Export a copy": the way out for work that can not be sent. Says when the copy was made, and when it could not be.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { formatMoment } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { exportCopy } from '../device/export-copy.ts';
import { useDevice } from '../device/use-device.tsx';

type Made = { readonly atMs: number } | 'failed' | null;

export interface ExportButtonProps {
  readonly onMade?: () => void;
}

export function ExportButton({ onMade }: ExportButtonProps): ReactNode {
  const { t } = useLingui();
  const device = useDevice();
  const [made, setMade] = useState<Made>(null);
  const run = async (): Promise<void> => {
    try {
      setMade(await exportCopy(device.engine, device.clock(), device.status.value().unsentCount));
      onMade?.();
    } catch {
      setMade('failed');
    }
  };
  const time = made === null || made === 'failed' ? '' : formatMoment(made.atMs, device.clock());
  return (
    <>
      <Button onClick={() => void run()}>
        {t({ message: 'Export a copy', comment: 'Button: writes unsent changes into a file.' })}
      </Button>
      <output className="ss-meta">
        {made === 'failed' &&
          t({
            message: 'The copy was not made. The changes are still on this device.',
            comment: 'After "Export a copy" did not work; beside the button.',
          })}
        {time !== '' &&
          t({
            message: `Copy made ${time}`,
            comment: 'After "Export a copy"; time is 09:41. Beside the button; short.',
          })}
      </output>
    </>
  );
}
