// One block of the first-run page: a number, what it is about, and its fields once it is its turn.
import type { ReactNode } from 'react';
import classes from './numbered-block.module.css';

export interface NumberedBlockProps {
  readonly number: number;
  readonly title: ReactNode;
  readonly open: boolean;
  /** Instead of the fields while it is not open. */
  readonly later?: ReactNode;
  readonly children: ReactNode;
}

export function NumberedBlock({ number, title, open, later, children }: NumberedBlockProps): ReactNode {
  const id = `block-${number}`;
  return (
    <section className={classes['block']} data-open={open} aria-labelledby={id}>
      <h2 id={id} className={classes['title']}>
        <span className={classes['number']}>{number}</span> {title}
      </h2>
      {open ? <div className={classes['fields']}>{children}</div> : <p className={classes['later']}>{later}</p>}
    </section>
  );
}
