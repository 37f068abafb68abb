// A document that was not saved: what happened, that it is still on the screen, and the two ways on. Everything stays.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { DOCUMENT_LINES_MAX } from '@streamstock/event-log';
import { ErrorStrip, formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { saveProblem } from '../device/save-problem.ts';
import type { KeeperState } from '../drafts/draft-keeper.ts';
import { ExportButton } from '../shell/export-button.tsx';
import type { DeskProblem } from './document-desk.ts';
import type { LinesRefusal } from './lines.ts';

export interface ProblemStripProps {
  /** "This sale was not saved" */
  readonly what: string;
  readonly problem: DeskProblem;
  readonly onTryAgain: () => void;
}

function useCauseWords(): (what: string, problem: DeskProblem) => string {
  const { t } = useLingui();
  return (what, problem) => {
    switch (problem.kind) {
      case 'full':
        return t({ message: `${what}: the disk is full.`, comment: 'what is "This sale was not saved".' });
      case 'lost':
        return t({
          message: `${what}: the device’s storage closed unexpectedly.`,
          comment: 'what is "This sale was not saved".',
        });
      case 'outdated':
        return t({
          message: `${what}: a newer version of the app is open on this device.`,
          comment: 'what is "This sale was not saved".',
        });
      case 'part-missing':
        return t({
          message: `${what}: a part of the app is not on this device yet.`,
          comment: 'what is "This sale was not saved".',
        });
      case 'too-long':
        return t({
          message: `${what}: it is too long for one document.`,
          comment: 'what is "This sale was not saved".',
        });
      case 'refused':
      case 'unknown':
        return `${what}.`;
    }
  };
}

export function ProblemStrip({ what, problem, onTryAgain }: ProblemStripProps): ReactNode {
  const { t } = useLingui();
  const words = useCauseWords()(what, problem);
  const todo =
    problem.kind === 'full'
      ? t({ message: 'Free some space, then save again.', comment: 'Follows "It is still on the screen."' })
      : problem.kind === 'part-missing'
        ? t({ message: 'Connect to the network, then save again.', comment: 'Follows "It is still on the screen."' })
        : problem.kind === 'refused'
          ? problem.message
          : undefined;
  return (
    <ErrorStrip
      what={words}
      safe={t({
        message: 'It is still on the screen.',
        comment: 'Follows "This sale was not saved: the disk is full."',
      })}
      {...(todo === undefined ? {} : { todo })}
      actions={
        <>
          <Button onClick={onTryAgain}>{t({ message: 'Try again', comment: 'Button: saves once more.' })}</Button>
          <ExportButton />
        </>
      }
      {...(problem.kind === 'unknown' || problem.kind === 'too-long' ? { code: problem.message } : {})}
    />
  );
}

/** The taps are on the screen but did not reach the disk. */
export function KeeperStrip({
  keeper,
  onTryAgain,
}: {
  readonly keeper: KeeperState;
  readonly onTryAgain: () => void;
}): ReactNode {
  const { t } = useLingui();
  if (keeper.kind !== 'failed') return null;
  const isFull = saveProblem(keeper.error).kind === 'full';
  return (
    <ErrorStrip
      tone="warn"
      what={
        isFull
          ? t({
              message: 'The disk is full: the last taps are only on the screen.',
              comment: 'An unfinished sale or count could not be written.',
            })
          : t({
              message: 'The last taps are on the screen, but not on the disk yet.',
              comment: 'An unfinished sale or count could not be written.',
            })
      }
      todo={t({ message: 'Keep this page open.', comment: 'Follows "The last taps are … not on the disk yet."' })}
      actions={<Button onClick={onTryAgain}>{t({ message: 'Try again', comment: 'Button: saves once more.' })}</Button>}
    />
  );
}

export function UnknownCodeStrip({
  code,
  onMatch,
  onDismiss,
}: {
  readonly code: string;
  readonly onMatch: () => void;
  readonly onDismiss: () => void;
}): ReactNode {
  const { t } = useLingui();
  const match = (): void => {
    onDismiss();
    onMatch();
  };
  return (
    <ErrorStrip
      what={t({ message: `Unknown code ${code}.`, comment: 'After scanning a code that no item has.' })}
      safe={t({ message: 'It is kept in Tasks; go on scanning.', comment: 'Follows "Unknown code".' })}
      actions={
        <>
          <Button onClick={match}>
            {t({ message: 'Match to an item', comment: 'Button: looks for the item that has the unknown code.' })}
          </Button>
          <Button onClick={onDismiss}>{t({ message: 'Got it', comment: 'Button: takes a notice away.' })}</Button>
        </>
      }
    />
  );
}

export function RefusedStrip({
  refusal,
  onDismiss,
}: {
  readonly refusal: LinesRefusal;
  readonly onDismiss: () => void;
}): ReactNode {
  const { t } = useLingui();
  const most = formatQuantity(DOCUMENT_LINES_MAX);
  return (
    <ErrorStrip
      tone="warn"
      what={
        refusal === 'too-many-lines'
          ? t({
              message: `This document is full: it holds ${most} lines. The last scan was not added.`,
              comment: 'A document can not take one more line.',
            })
          : t({
              message: 'The quantity of this line can not grow further. The last scan was not added.',
              comment: 'A line can not take more pieces.',
            })
      }
      todo={t({ message: 'Save this one, then go on in a new one.', comment: 'What to do when a document is full.' })}
      actions={<Button onClick={onDismiss}>{t({ message: 'Got it', comment: 'Button: takes a notice away.' })}</Button>}
    />
  );
}
