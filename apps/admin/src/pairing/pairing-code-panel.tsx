// A pairing code to read out or to scan: the picture, the letters in two groups, and how long it holds. Asks for a new one
// when it has run out and a person wants it.
import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { PairingCode } from '@streamstock/api';
import { useMutation } from '@tanstack/react-query';
import { SkeletonRows } from '@streamstock/ui';
import { QrCode } from '@streamstock/ui/qr-code';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../data/api.ts';
import { ProblemStrip } from '../problem/problem-strip.tsx';
import classes from './pairing-code-panel.module.css';
import { timeLeftText } from './time-left.ts';

const tickMs = 1_000;

/** The present, once a second. `offsetMs`: the server's clock − ours. */
function useSecond(offsetMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs + offsetMs;
}

function CodeLetters({ code }: { readonly code: string }): ReactNode {
  const { t } = useLingui();
  const [first = '', second = ''] = code.split('-');
  const spelled = code.replace('-', '').split('').join(' ');
  return (
    <p className={classes['letters']} data-testid="pairing-code">
      <span aria-hidden="true">{first}</span>
      <span aria-hidden="true">{second}</span>
      <span className="ss-visually-hidden">
        {t({ message: `Pairing code ${spelled}`, comment: 'Read out letter by letter.' })}
      </span>
    </p>
  );
}

export interface PairingCodePanelProps {
  readonly store: string;
  readonly storeName: string;
  /** A code that was made already; without one it is asked for. */
  readonly initial?: PairingCode;
  readonly clockOffsetMs?: number;
  /** A device has used the code. */
  readonly used?: boolean;
  /** A new code is being made: from now on. */
  readonly onMake?: () => void;
}

interface CodeViewProps {
  readonly code: PairingCode;
  readonly storeName: string;
  readonly nowMs: number;
}

function CodeView({ code, storeName, nowMs }: CodeViewProps): ReactNode {
  const { t } = useLingui();
  const timeLeft = timeLeftText(code.expiresAtMs - nowMs);
  return (
    <>
      <QrCode
        text={code.url}
        size={240}
        label={t({
          message: `Pairing code for ${storeName}, as a picture to scan`,
          comment: 'Alternative text of a QR code.',
        })}
      />
      <CodeLetters code={code.code} />
      <p>
        <Trans comment="Under a pairing code; the time is minutes and seconds.">
          Good for one device, for another <span className={classes['time']}>{timeLeft}</span>
        </Trans>
      </p>
      <p className={classes['how']}>
        <Trans comment="Under a pairing code: how to use it. The address stays as it is.">
          Scan it with the device, or open <code>/store/</code> of this server there and type the letters.
        </Trans>
      </p>
    </>
  );
}

export function PairingCodePanel(props: PairingCodePanelProps): ReactNode {
  const { store, storeName, initial, clockOffsetMs = 0, used = false, onMake } = props;
  const nowMs = useSecond(clockOffsetMs);
  const make = useMutation({ mutationFn: async () => await api.createPairingCode({ params: { store } }) });
  const code = make.data ?? initial;
  const isWanted = code === undefined && make.isIdle;
  const { mutate } = make;
  useEffect(() => {
    if (isWanted) mutate();
  }, [isWanted, mutate]);

  if (make.isError) return <ProblemStrip error={make.error} onRetry={() => mutate()} />;
  if (code === undefined) return <SkeletonRows rows={6} />;
  const isOver = code.expiresAtMs <= nowMs;
  return (
    <div className={classes['panel']}>
      {isOver && !used && (
        <output className={classes['over']}>
          <Trans comment="In place of a pairing code whose time has run out.">
            This code has run out. Nobody can use it any more.
          </Trans>
        </output>
      )}
      {!isOver && !used && <CodeView code={code} storeName={storeName} nowMs={nowMs} />}
      <Button
        loading={make.isPending}
        onClick={() => {
          onMake?.();
          mutate();
        }}
      >
        {used ? (
          <Trans comment="Button, after a device was paired.">Pair another device</Trans>
        ) : (
          <Trans comment="Button under a pairing code.">Make a new code</Trans>
        )}
      </Button>
    </div>
  );
}
