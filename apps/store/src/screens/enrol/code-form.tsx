// The pairing code: typed in two groups of four, or brought along by the address (then it is sent at once).
import { useLingui } from '@lingui/react/macro';
import type { Enrolment, Fetch } from '@streamstock/api';
import type { DeviceStatus } from '@streamstock/device-engine';
import { ErrorStrip } from '@streamstock/ui';
import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { PlainButton } from '../../shell/plain-button.tsx';
import classes from './enrol-screen.module.css';
import { groupedCode, type PairingOutcome, type PairingProblem } from './pairing.ts';

const ForgottenStrip = lazy(async () => ({ default: (await import('./removed-strip.tsx')).ForgottenStrip }));
const RemovedStrip = lazy(async () => ({ default: (await import('./removed-strip.tsx')).RemovedStrip }));

/** Names that head office reads; a person may change it before pairing. */
function useDefaultLabel(): string {
  const { t } = useLingui();
  if (matchMedia('(max-width: 699px)').matches)
    return t({ message: 'Phone', comment: 'Name given to a new device; head office reads it.' });
  if (matchMedia('(pointer: coarse)').matches)
    return t({ message: 'Tablet', comment: 'Name given to a new device; head office reads it.' });
  return t({ message: 'Till', comment: 'Name given to a new device; head office reads it.' });
}

interface CodeFormProps {
  readonly code: string;
  readonly request: Fetch;
  readonly status: Pick<DeviceStatus, 'fault' | 'locked' | 'unsentCount'>;
  readonly onPaired: (enrolment: Enrolment) => void;
  /** The device is paired and can go on as it is. */
  readonly onLeave?: () => void;
}

export function CodeForm({ code, request, status, onPaired, onLeave }: CodeFormProps): ReactNode {
  const { t } = useLingui();
  const defaultLabel = useDefaultLabel();
  const [typed, setTyped] = useState(() => groupedCode(code));
  const [label, setLabel] = useState(defaultLabel);
  const [running, setRunning] = useState(code !== '');
  const [problem, setProblem] = useState<PairingProblem | null>(null);
  const ask = async (code: string, name: string): Promise<PairingOutcome> => {
    try {
      const { pair } = await import('./ask-head-office.ts');
      return await pair(request, code, name);
    } catch {
      return { ok: false, problem: { kind: 'unreachable' } };
    }
  };
  const exchange = async (): Promise<void> => {
    const outcome = await ask(typed, label.trim() === '' ? defaultLabel : label);
    setRunning(false);
    if (outcome.ok) onPaired(outcome.enrolment);
    else setProblem(outcome.problem);
  };
  // A code that came with the address is sent at once.
  const onArrival = useEffectEvent(exchange);
  useEffect(() => {
    if (code !== '') void onArrival();
  }, [code]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (running) return;
    setRunning(true);
    setProblem(null);
    void exchange();
  };
  return (
    <form className={classes['form']} onSubmit={submit}>
      {status.fault?.kind === 'wiped' && <WipedStrip unsent={status.fault.unsentAtMost} />}
      {status.locked && (
        <Suspense>
          <RemovedStrip unsent={status.unsentCount} />
        </Suspense>
      )}
      {onLeave !== undefined && !status.locked && (
        <Suspense>
          <ForgottenStrip />
        </Suspense>
      )}
      <h1 className={classes['title']}>
        {t({ message: 'Pair this device with a store', comment: 'Title of the first screen of a new device.' })}
      </h1>
      <p className={classes['text']}>
        {t({
          message:
            'Head office shows a pairing code under Stores & devices. Scan its picture with the camera of this device, or type its eight letters.',
          comment: 'First screen of a new device.',
        })}
      </p>
      <label className={classes['field']}>
        <span className="ss-meta">
          {t({ message: 'Pairing code', comment: 'Field on the first screen of a new device.' })}
        </span>
        <input
          className={classes['code']}
          value={typed}
          onChange={(event) => {
            setTyped(groupedCode(event.currentTarget.value));
            setProblem(null);
          }}
          placeholder="····-····"
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          maxLength={16}
          aria-invalid={problem !== null}
        />
      </label>
      <label className={classes['field']}>
        <span className="ss-meta">
          {t({
            message: 'Name of this device',
            comment: 'Field on the first screen of a new device: head office reads it.',
          })}
        </span>
        <input
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          maxLength={60}
          autoComplete="off"
        />
      </label>
      {problem !== null && <ProblemWords problem={problem} />}
      <div className={classes['bottom']}>
        <PlainButton type="submit" filled busy={running}>
          {running
            ? t({ message: 'Asking head office…', comment: 'On the button while the pairing code is checked.' })
            : t({ message: 'Pair this device', comment: 'Button on the first screen of a new device.' })}
        </PlainButton>
        {onLeave !== undefined && (
          <PlainButton onClick={onLeave}>
            {t({ message: 'Back to the store', comment: 'Button: leaves pairing; the device stays as it is.' })}
          </PlainButton>
        )}
      </div>
    </form>
  );
}

function ProblemWords({ problem }: { readonly problem: PairingProblem }): ReactNode {
  const { t } = useLingui();
  const newCode = t({
    message: 'Ask head office for a new code, and type its eight letters.',
    comment: 'What to do when a pairing code does not work.',
  });
  switch (problem.kind) {
    case 'not-a-code':
      return (
        <ErrorStrip
          tone="quiet"
          what={t({ message: 'A pairing code has eight letters.', comment: 'The pairing code typed can not be one.' })}
          todo={t({
            message: 'It has no I, O, S or Z, and no digits. Look at it once more.',
            comment: 'Follows "A pairing code has eight letters."',
          })}
        />
      );
    case 'unknown':
      return (
        <ErrorStrip
          what={t({ message: 'This code is not known at head office.', comment: 'A pairing code did not work.' })}
          todo={t({
            message: 'Look at its letters once more, or ask for a new code.',
            comment: 'Follows "This code is not known".',
          })}
        />
      );
    case 'used':
      return (
        <ErrorStrip
          what={t({
            message: 'This code was used already: a code is for one device.',
            comment: 'A pairing code did not work.',
          })}
          todo={newCode}
        />
      );
    case 'expired':
      return (
        <ErrorStrip
          what={t({
            message: 'This code is too old: a code works for ten minutes.',
            comment: 'A pairing code did not work.',
          })}
          todo={newCode}
        />
      );
    case 'unreachable':
      return (
        <ErrorStrip
          tone="quiet"
          what={t({ message: 'Head office did not answer.', comment: 'Pairing needs a network and there is none.' })}
          todo={t({
            message: 'Pairing needs a network, only this once. Connect this device, then try again.',
            comment: 'Follows "Head office did not answer."',
          })}
        />
      );
    case 'too-many':
      return (
        <ErrorStrip
          tone="quiet"
          what={t({ message: 'Too many codes were tried.', comment: 'A pairing code did not work.' })}
          todo={t({ message: 'Wait a minute, then try again.', comment: 'Follows "Too many codes were tried."' })}
        />
      );
    case 'other':
      return (
        <ErrorStrip
          what={t({ message: 'This device was not paired.', comment: 'A pairing code did not work.' })}
          safe={problem.message}
        />
      );
  }
}

/** This browser was a till before, and its database is empty. */
function WipedStrip({ unsent }: { readonly unsent: number }): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      what={t({
        message: 'This browser lost StreamStock’s data.',
        comment: 'First screen, when this browser was paired before and its database is empty.',
      })}
      safe={
        unsent === 0
          ? t({
              message: 'Everything it had saved was sent and is safe at head office.',
              comment: 'Follows "This browser lost StreamStock’s data."',
            })
          : t({
              message: `What was sent is safe at head office; up to ${unsent} unsent changes may be gone.`,
              comment: 'Follows "This browser lost StreamStock’s data."',
            })
      }
      todo={t({
        message: 'Start again from head office with a new pairing code.',
        comment: 'What to do when the browser lost its data.',
      })}
    />
  );
}
