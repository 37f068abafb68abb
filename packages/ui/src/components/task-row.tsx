// One thing to do: what, why in one line, and the number that matters. Sorted by the caller, worst first, then oldest.
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Figure } from './figure.tsx';
import type { IconComponent } from './icon.ts';
import { Pressable } from './pressable.tsx';
import classes from './task-row.module.css';

export interface TaskRowProps {
  readonly icon: IconComponent;
  readonly tone?: 'quiet' | 'warn' | 'crit' | 'plus';
  readonly name: string;
  readonly why: ReactNode;
  readonly figure?: number;
  /** Decimals hidden in the figure. */
  readonly scale?: number;
  /** Instead of a figure: a badge, an age. */
  readonly trailing?: ReactNode;
  readonly href?: string;
  readonly onPress?: () => void;
}

export function TaskRow(props: TaskRowProps): ReactNode {
  const { icon: Icon, tone = 'quiet', name, why, figure, scale = 0, trailing, href, onPress } = props;
  return (
    <Pressable className={classes['row']} href={href} onPress={onPress}>
      <span className={classes['tile']} data-tone={tone}>
        <Icon aria-hidden="true" />
      </span>
      <span className={classes['words']}>
        <span className="ss-body-strong ss-name">{name}</span>
        <span className={classNames('ss-meta', classes['why'])}>{why}</span>
      </span>
      {trailing}
      {figure !== undefined && <Figure className={classes['figure'] ?? ''} value={figure} scale={scale} />}
    </Pressable>
  );
}
