// A button (or a link that looks like one) without the component library: for what stands in the first load. Everything else
// uses the library's button; both take their looks from the same tokens.
import type { MouseEvent, ReactNode } from 'react';
import classes from './plain-button.module.css';

interface Looks {
  /** The one accent button of a screen. */
  readonly filled?: boolean;
  readonly children: ReactNode;
}

export interface PlainButtonProps extends Looks {
  readonly type?: 'button' | 'submit';
  readonly busy?: boolean;
  readonly onClick?: () => void;
}

export function PlainButton({
  filled = false,
  type = 'button',
  busy = false,
  onClick,
  children,
}: PlainButtonProps): ReactNode {
  return (
    <button
      type={type === 'submit' ? 'submit' : 'button'}
      className={classes['button']}
      data-filled={filled}
      aria-busy={busy}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

export interface PlainLinkProps extends Looks {
  readonly href: string;
  readonly onFollow: () => void;
}

export function PlainLink({ filled = false, href, onFollow, children }: PlainLinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onFollow();
  };
  return (
    <a className={classes['button']} data-filled={filled} href={href} onClick={follow}>
      {children}
    </a>
  );
}
