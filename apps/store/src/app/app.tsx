// From an empty page to the first screen: opens the device, then shows pairing or the store. An empty browser sees pairing at
// once: what works with data (engine, domain, database) is loaded meanwhile. Owns the opening only.
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip, useLateFlag } from '@streamstock/ui';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { isEmptyBrowser } from '../device/database-name.ts';
import type { Device, DeviceBrowser } from '../device/device.ts';
import { DeviceProvider } from '../device/use-device.tsx';
import { PlainButton } from '../shell/plain-button.tsx';
import { BASE_PATH } from '../shell/use-go.ts';
import classes from './app.module.css';
import { Gate } from './gate.tsx';
import { fetchWholeApp } from './updates.ts';

/** After this long the page says in words what it waits for. */
const SLOW_AFTER_MS = 4_000;

type Opening = { readonly device: Device } | { readonly error: unknown } | null;

async function openDevice(browser: DeviceBrowser): Promise<Device> {
  return (await import('../device/device.ts')).openDevice(browser);
}

export function App({ browser }: { readonly browser: DeviceBrowser }): ReactNode {
  const [empty, setEmpty] = useState(false);
  const [opening, setOpening] = useState<Opening>(null);
  const [attempt, setAttempt] = useState(1);
  useEffect(() => {
    void attempt;
    // Asked before the database is made: opening it would answer the question.
    isEmptyBrowser()
      .then((answer) => {
        setEmpty(answer);
        if (!answer) fetchWholeApp();
        return openDevice(browser);
      })
      .then(
        (device) => setOpening({ device }),
        (error: unknown) => setOpening({ error }),
      );
  }, [browser, attempt]);
  const tryAgain = (): void => {
    setOpening(null);
    setAttempt(attempt + 1);
  };
  if (opening === null && !empty) return <Slow />;
  if (opening !== null && 'error' in opening) return <NotOpened error={opening.error} onTryAgain={tryAgain} />;
  return (
    <DeviceProvider device={opening?.device ?? null}>
      <Router base={BASE_PATH}>
        <Gate request={browser.fetch} />
      </Router>
    </DeviceProvider>
  );
}

function Slow(): ReactNode {
  const { t } = useLingui();
  const slow = useLateFlag(true, { showAfterMs: SLOW_AFTER_MS, shownMinMs: 0 });
  if (!slow) return null;
  return (
    <main className={classes['opening']}>
      <p className="ss-body">
        {t({ message: 'Opening this device’s storage…', comment: 'Shown when the start takes longer than 4 seconds.' })}
      </p>
    </main>
  );
}

function NotOpened({ error, onTryAgain }: { readonly error: unknown; readonly onTryAgain: () => void }): ReactNode {
  const { t } = useLingui();
  return (
    <main className={classes['opening']}>
      <ErrorStrip
        what={t({
          message: 'This device’s storage did not open.',
          comment: 'Start of the app; the database could not be opened.',
        })}
        safe={t({
          message: 'What was saved is still there.',
          comment: 'Start of the app; follows "storage did not open".',
        })}
        todo={t({
          message:
            'Close other tabs of StreamStock, then open it again. In a private window storage may be switched off.',
          comment: 'Start of the app; what to do.',
        })}
        actions={
          <PlainButton onClick={onTryAgain}>
            {t({ message: 'Open it again', comment: 'Button: tries to open the storage once more.' })}
          </PlainButton>
        }
        code={error instanceof Error ? `${error.name}: ${error.message}` : String(error)}
      />
    </main>
  );
}
