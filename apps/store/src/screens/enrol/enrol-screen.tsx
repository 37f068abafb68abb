// Pairing: type the code or arrive with it; see which store this becomes; say yes; watch the store arrive; keep the data.
// The code can be typed before the device is open; everything after it waits for that.
import { useLingui } from '@lingui/react/macro';
import type { Enrolment, Fetch } from '@streamstock/api';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Device } from '../../device/device.ts';
import { useDeviceIfOpen } from '../../device/use-device.tsx';
import { CodeForm } from './code-form.tsx';
import { ConfirmStore } from './confirm-store.tsx';
import classes from './enrol-screen.module.css';
import { fetchWhatComesNext } from './fetch-ahead.ts';
import { Loading } from './loading.tsx';
import { codeInFragment, pendingWrite, readPending } from './pairing.ts';

type Step =
  | { readonly kind: 'reading' }
  | { readonly kind: 'code'; readonly code: string }
  /** Told by head office, not kept yet: the device is still being opened. */
  | { readonly kind: 'keeping'; readonly enrolment: Enrolment }
  | { readonly kind: 'confirm'; readonly enrolment: Enrolment }
  | { readonly kind: 'loading' };

/** The code leaves the address bar as soon as it was read: it must not be bookmarked or shared. */
function takeCodeFromAddress(): string {
  const code = codeInFragment(location.hash);
  if (code !== null) history.replaceState(null, '', location.pathname + location.search);
  return code ?? '';
}

/** What was told is kept, so that a reload does not cost the code. A loss of it costs a new code, no more. */
async function keep(device: Device, enrolment: Enrolment | null): Promise<void> {
  await device.engine.putLocal([pendingWrite(enrolment)]).catch(() => {});
}

/** Somebody who is typing already is not interrupted. */
function afterReading(now: Step, enrolment: Enrolment | null, code: string): Step {
  if (enrolment !== null && (now.kind === 'reading' || now.kind === 'code')) return { kind: 'confirm', enrolment };
  return now.kind === 'reading' ? { kind: 'code', code } : now;
}

interface EnrolScreenProps {
  readonly request: Fetch;
  /** It is paired, and a person wants to pair it anew. */
  readonly again: boolean;
  readonly onDone: () => void;
}

export function EnrolScreen({ request, again, onDone }: EnrolScreenProps): ReactNode {
  const { t } = useLingui();
  const { device, status } = useDeviceIfOpen();
  const [before] = useState(again ? (status.enrolled?.device ?? null) : null);
  const [step, setStep] = useState<Step>({ kind: 'reading' });
  useEffect(() => {
    document.title = 'StreamStock';
    const code = takeCodeFromAddress();
    // An empty browser has nothing pending: its device need not be open to ask for the code.
    if (device === null) return setStep({ kind: 'code', code });
    readPending(device.engine)
      .catch(() => null)
      .then((enrolment) => setStep((now) => afterReading(now, enrolment, code)))
      .catch(() => {});
  }, [device]);
  const isKnown = step.kind !== 'reading' && step.kind !== 'code';
  useEffect(() => {
    if (isKnown) fetchWhatComesNext();
  }, [isKnown]);
  useEffect(() => {
    if (step.kind !== 'keeping' || device === null) return;
    const { enrolment } = step;
    void keep(device, enrolment).then(() => setStep({ kind: 'confirm', enrolment }));
  }, [step, device]);
  useEffect(() => {
    // The picture was scanned while this page was open: only the fragment changes.
    const onFragment = (): void => {
      const code = takeCodeFromAddress();
      if (code !== '') setStep((now) => (now.kind === 'code' ? { kind: 'code', code } : now));
    };
    addEventListener('hashchange', onFragment);
    return () => removeEventListener('hashchange', onFragment);
  }, []);
  const agreed = async (enrolment: Enrolment): Promise<void> => {
    if (device === null) return;
    await device.begin(enrolment);
    await keep(device, null);
    setStep({ kind: 'loading' });
  };
  const declined = async (): Promise<void> => {
    if (device !== null) await keep(device, null);
    setStep({ kind: 'code', code: '' });
  };
  // Another tab paired it meanwhile; or this one did, before the page was loaded again.
  const pairedElsewhere =
    status.enrolled !== null &&
    status.enrolled.device !== before &&
    !status.locked &&
    (step.kind === 'reading' || step.kind === 'code');
  return (
    <main className={classes['enrol']}>
      <div className={classes['card']}>
        <p className={classes['brand']}>
          {t({ message: 'StreamStock', comment: 'Name of the product; not translated.' })}
        </p>
        {step.kind === 'code' && !pairedElsewhere && (
          <CodeForm
            key={step.code}
            code={step.code}
            request={request}
            status={status}
            {...(before === null ? {} : { onLeave: onDone })}
            onPaired={(enrolment) => setStep({ kind: 'keeping', enrolment })}
          />
        )}
        {step.kind === 'confirm' && (
          <ConfirmStore enrolment={step.enrolment} onYes={agreed} onNo={() => void declined()} />
        )}
        {(step.kind === 'loading' || pairedElsewhere) && <Loading onDone={onDone} />}
      </div>
    </main>
  );
}
