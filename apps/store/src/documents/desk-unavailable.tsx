// A draft that can not be taken up here: open in another tab, or already finished; or too many drafts wait.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState } from '@streamstock/ui';
import { IconNotes } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DRAFT_SLOTS_MAX } from '../drafts/draft-slots.ts';
import { useGo } from '../shell/use-go.ts';

export function DeskUnavailable({
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
