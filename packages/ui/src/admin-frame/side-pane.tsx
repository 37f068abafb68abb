// A detail beside its list: 480 wide, with an address of its own. Escape closes it, wherever inside it focus is.
import { useLingui } from '@lingui/react/macro';
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './side-pane.module.css';

export interface SidePaneProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
}

export function SidePane({ title, onClose, children, actions }: SidePaneProps): ReactNode {
  const { t } = useLingui();
  const titleId = useId();
  const pane = useRef<HTMLElement>(null);

  useEffect(() => {
    const element = pane.current;
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      onClose();
    };
    element?.addEventListener('keydown', close);
    return () => element?.removeEventListener('keydown', close);
  }, [onClose]);

  return (
    <aside ref={pane} className={classes['pane']} aria-labelledby={titleId}>
      <header className={classes['head']}>
        <h2 id={titleId} className="ss-title" title={title}>
          {title}
        </h2>
        <ActionIcon
          onClick={onClose}
          aria-label={t({ message: 'Close details', comment: 'The ✕ of the pane beside a list.' })}
        >
          <IconX size={18} aria-hidden="true" />
        </ActionIcon>
      </header>
      {/* A scrolling area must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={classes['body']} tabIndex={0} aria-labelledby={titleId}>
        {children}
      </section>
      {actions !== undefined && <footer className={classes['foot']}>{actions}</footer>}
    </aside>
  );
}
