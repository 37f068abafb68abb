// Under the line in hand: taking back the last change, and the stepper of the line.
import { useLingui } from '@lingui/react/macro';
import { ActionIcon } from '@mantine/core';
import { Stepper } from '@streamstock/ui';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './hand-actions.module.css';
import type { LinesAction } from './lines.ts';

export interface HandActionsProps {
  readonly line: {
    readonly item: string;
    readonly name: string;
    readonly quantity: number;
    readonly scale: number;
  } | null;
  readonly canUndo: boolean;
  readonly apply: (action: LinesAction) => void;
  readonly onOpenKeypad: (() => void) | undefined;
}

export function HandActions({ line, canUndo, apply, onOpenKeypad }: HandActionsProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className={classes['actions']}>
      <ActionIcon
        className={classes['undo'] ?? ''}
        variant="default"
        aria-label={t({ message: 'Undo', comment: 'Button: takes back what was just saved. One word.' })}
        aria-disabled={!canUndo}
        onClick={() => apply({ kind: 'undo' })}
      >
        <IconArrowBackUp aria-hidden="true" data-mirror="" />
      </ActionIcon>
      {line !== null && (
        <Stepper
          label={line.name}
          value={line.quantity}
          scale={line.scale}
          onChange={(quantity) => apply({ kind: 'set', item: line.item, quantity })}
          {...(onOpenKeypad === undefined ? {} : { onOpenKeypad })}
        />
      )}
    </div>
  );
}
