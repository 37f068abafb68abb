// Signing out: this device forgets its store. Blocked while anything is only here; the way out is sending it or a copy.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { ErrorStrip } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { forgetDevice } from '../../device/forget-device.ts';
import { useDevice, useStatus } from '../../device/use-device.tsx';
import { ExportButton } from '../../shell/export-button.tsx';
import { Sheet } from '../../shell/sheet.tsx';
import { useOpenDrafts, useStore } from '../today/use-store-facts.ts';
import classes from './device-screen.module.css';

export function SignOut(): ReactNode {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const title = t({ message: 'Sign out', comment: 'Button at the end of "This device", and title of its sheet.' });
  return (
    <div className={classes['signout']}>
      <Button onClick={() => setOpen(true)}>{title}</Button>
      {open && (
        <Sheet title={title} onClose={() => setOpen(false)}>
          <SignOutSheet onStay={() => setOpen(false)} />
        </Sheet>
      )}
    </div>
  );
}

function SignOutSheet({ onStay }: { readonly onStay: () => void }): ReactNode {
  const { unsentCount } = useStatus();
  return unsentCount > 0 ? <Blocked unsent={unsentCount} onStay={onStay} /> : <Leave onStay={onStay} />;
}

function Blocked({ unsent, onStay }: { readonly unsent: number; readonly onStay: () => void }): ReactNode {
  const { t } = useLingui();
  const { engine } = useDevice();
  return (
    <div className={classes['sheet']}>
      <p className="ss-body">
        {t({
          message: plural(unsent, {
            one: '# change is only on this device. Send or export it before you sign out.',
            other: '# changes are only on this device. Send or export them before you sign out.',
          }),
          comment: 'Signing out is blocked while something is unsent.',
        })}
      </p>
      <Button variant="filled" onClick={() => engine.tryNow()}>
        {t({ message: 'Send now', comment: 'Button: sends what is unsent.' })}
      </Button>
      <ExportButton />
      <Button onClick={onStay}>{t({ message: 'Stay', comment: 'Button: does not sign out. One word.' })}</Button>
    </div>
  );
}

function Leave({ onStay }: { readonly onStay: () => void }): ReactNode {
  const { t } = useLingui();
  const device = useDevice();
  const { name } = useStore();
  const drafts = useOpenDrafts()?.length ?? 0;
  const [error, setError] = useState<string | null>(null);
  const leave = (): void => {
    forgetDevice(device).catch((caught: unknown) =>
      setError(caught instanceof Error ? caught.message : String(caught)),
    );
  };
  return (
    <div className={classes['sheet']}>
      <p className="ss-body">
        {t({
          message: `This device forgets ${name}. Everything it recorded is at head office. To use it again it needs a new pairing code.`,
          comment: 'Before signing out; name is a store.',
        })}
      </p>
      {drafts > 0 && (
        <ErrorStrip
          tone="warn"
          what={t({
            message: plural(drafts, {
              one: '# unfinished entry on this device will be gone.',
              other: '# unfinished entries on this device will be gone.',
            }),
            comment: 'Before signing out.',
          })}
        />
      )}
      {error !== null && (
        <ErrorStrip
          what={t({ message: 'This device could not forget the store.', comment: 'Signing out did not work.' })}
          todo={t({
            message: 'Close other tabs of StreamStock, then sign out again.',
            comment: 'Follows "This device could not forget the store."',
          })}
          code={error}
        />
      )}
      <Button variant="filled" onClick={onStay}>
        {t({ message: 'Stay', comment: 'Button: does not sign out. One word.' })}
      </Button>
      <Button variant="danger" onClick={leave}>
        {t({ message: `Sign out of ${name}`, comment: 'Button; name is a store.' })}
      </Button>
    </div>
  );
}
