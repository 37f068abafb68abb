// The screen of a document that is not open: it is being opened, or its draft can not be taken up here, because it is open in another tab
// or already finished, or because too many drafts wait.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState } from '@streamstock/ui';
import { IconNotes } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DRAFT_SLOTS_MAX } from '../drafts/draft-slots.ts';
import { Screen } from '../shell/screen.tsx';
import { useGo } from '../shell/use-go.ts';

export function isNotOpen(phase: string): boolean {
  return phase === 'opening' || phase === 'elsewhere' || phase === 'full';
}

export interface DeskNotOpenProps {
  /** undefined: the desk is not here yet. */
  readonly phase: string | undefined;
  readonly title: string;
  readonly newPath: string;
}

export function DeskNotOpen({ phase, title, newPath }: DeskNotOpenProps): ReactNode {
  return (
    <Screen title={title} leave={{ kind: 'close', to: '/' }}>
      {phase === 'elsewhere' || phase === 'full' ? <DeskUnavailable phase={phase} newPath={newPath} /> : null}
    </Screen>
  );
}

function DeskUnavailable({
  phase,
  newPath,
}: {
  readonly phase: 'elsewhere' | 'full';
  readonly newPath: string;
}): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  if (phase === 'full') {
    return (
      <EmptyState
        kind="nothing-yet"
        icon={IconNotes}
        text={t({
          message: `${DRAFT_SLOTS_MAX} unfinished entries wait on this device. Finish or leave out one of them first.`,
          comment: 'No room for one more unfinished sale, delivery or count.',
        })}
        action={
          <Button onClick={() => go.to('/tasks')}>
            {t({ message: 'Show tasks', comment: 'Button: opens the list of tasks.' })}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      kind="nothing-yet"
      icon={IconNotes}
      text={t({
        message: 'This one is open in another tab, or was finished meanwhile.',
        comment: 'An unfinished sale, delivery or count that can not be taken up here.',
      })}
      action={
        <Button onClick={() => go.to(newPath, { replace: true })}>
          {t({ message: 'Begin a new one', comment: 'Button: begins another sale, delivery or count.' })}
        </Button>
      }
    />
  );
}
