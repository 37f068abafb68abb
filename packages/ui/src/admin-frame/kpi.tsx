// A figure of the overview: what, how much, and one line that says why or which. Every one leads to the list behind it.
import type { ReactNode } from 'react';
import { classNames } from '../components/class-names.ts';
import { Pressable } from '../components/pressable.tsx';
import classes from './kpi.module.css';

export interface KpiProps {
  readonly label: string;
  /** A Figure, or formatted money. */
  readonly figure: ReactNode;
  /** "3 oversold", "Setúbal since Thu"; a comparison names what it compares to. */
  readonly why: ReactNode;
  readonly href?: string;
  readonly onPress?: () => void;
}

export function Kpi({ label, figure, why, href, onPress }: KpiProps): ReactNode {
  const content = (
    <>
      <span className={classNames('ss-body', classes['label'])}>{label}</span>
      <span className="ss-figure-l">{figure}</span>
      <span className={classNames('ss-meta', classes['why'])}>{why}</span>
    </>
  );
  if (href === undefined) return <div className={classes['kpi']}>{content}</div>;
  return (
    <Pressable className={classes['kpi']} href={href} onPress={onPress}>
      {content}
    </Pressable>
  );
}

/** Kpis side by side, without cards. */
export function KpiStrip({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={classes['strip']}>{children}</div>;
}
