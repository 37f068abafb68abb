// Pairing: type the code or arrive with it; see which store this becomes; say yes; watch the store arrive; keep the data.
import { useLingui } from '@lingui/react/macro';
import type { Enrolment } from '@streamstock/api';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useDevice, useStatus } from '../../device/use-device.tsx';
import { CodeForm } from './code-form.tsx';
import { ConfirmStore } from './confirm-store.tsx';
import classes from './enrol-screen.module.css';
import { Loading } from './loading.tsx';
import { codeInFragment, pendingWrite, readPending } from './pairing.ts';

type Step =
  | { readonly kind: 'reading' }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'confirm'; readonly enrolment: Enrolment }
  | { readonly kind: 'loading' };

/** The code leaves the address bar as soon as it was read: it must not be bookmarked or shared. */
function takeCodeFromAddress(): string {
  const code = codeInFragment(location.hash);
  if (code !== null) history.replaceState(null, '', location.pathname + location.search);
  return code ?? '';
}

export function EnrolScreen({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { t } = useLingui();
  const device = useDevice();
  const { enrolled } = useStatus();
  const [step, setStep] = useState<Step>({ kind: 'reading' });
  useEffect(() => {
    document.title = 'StreamStock';
    const arrivedWith = takeCodeFromAddress();
    readPending(device.engine).then(
      (enrolment) => setStep(enrolment === null ? { kind: 'code', code: arrivedWith } : { kind: 'confirm', enrolment }),
      () => setStep({ kind: 'code', code: arrivedWith }),
    );
  }, [device]);
  useEffect(() => {
    // The picture was scanned while this page was open: only the fragment changes.
    const onFragment = (): void => {
      const code = takeCodeFromAddress();
      if (code !== '') setStep((now) => (now.kind === 'code' ? { kind: 'code', code } : now));
    };
    addEventListener('hashchange', onFragment);
    return () => removeEventListener('hashchange', onFragment);
  }, []);
  const paired = async (enrolment: Enrolment): Promise<void> => {
    setStep({ kind: 'confirm', enrolment });
    await device.engine.putLocal([pendingWrite(enrolment)]).catch(() => {});
  };
  const agreed = async (enrolment: Enrolment): Promise<void> => {
    await device.begin(enrolment);
    await device.engine.putLocal([pendingWrite(null)]).catch(() => {});
    setStep({ kind: 'loading' });
  };
  const declined = async (): Promise<void> => {
    await device.engine.putLocal([pendingWrite(null)]).catch(() => {});
    setStep({ kind: 'code', code: '' });
  };
  return (
    <main className={classes['enrol']}>
      <div className={classes['card']}>
        <p className={classes['brand']}>
          {t({ message: 'StreamStock', comment: 'Name of the product; not translated.' })}
        </p>
        {step.kind === 'code' && (
          <CodeForm key={step.code} code={step.code} onPaired={(enrolment) => void paired(enrolment)} />
        )}
        {step.kind === 'confirm' && (
          <ConfirmStore enrolment={step.enrolment} onYes={agreed} onNo={() => void declined()} />
        )}
        {(step.kind === 'loading' || (enrolled !== null && step.kind === 'reading')) && <Loading onDone={onDone} />}
      </div>
    </main>
  );
}
