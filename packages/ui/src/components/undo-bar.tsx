// After a commit: what was done, and a way back for ten seconds. The time stands still while the pointer is on it or focus
// is in it. Never the only way to undo: the record keeps its own.
import { Button } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useCountdown } from '../timing/use-countdown.ts';
import classes from './undo-bar.module.css';

export const undoShownMs = 10_000;

export interface UndoBarProps {
  /** A fact: "Sale saved on this device." */
  readonly message: string;
  readonly onUndo: () => void;
  /** The time has run out; take the bar away. */
  readonly onExpire: () => void;
  readonly shownMs?: number;
}

export function UndoBar({ message, onUndo, onExpire, shownMs = undoShownMs }: UndoBarProps): ReactNode {
  const { t } = useLingui();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const paused = hovered || focused;
  useCountdown(shownMs, paused, onExpire);
  return (
    <div
      className={classes['bar']}
      data-paused={paused}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <output className={classes['message']}>{message}</output>
      <Button variant="subtle" onClick={onUndo}>
        {t({ message: 'Undo', comment: 'Button: takes back what was just saved. One word.' })}
      </Button>
      <span className={classes['time']} style={{ animationDuration: `${shownMs}ms` }} />
    </div>
  );
}
