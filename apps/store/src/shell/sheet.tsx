// A sheet over the screen: from the bottom on a phone, in the middle on a tablet. The browser's own dialog keeps focus inside
// and Escape closing it; scans wait until it is gone.
import { useLingui } from '@lingui/react/macro';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useHoldScans, useLayerKeys } from '../scanning/use-scanner.tsx';
import classes from './sheet.module.css';

export interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Sheet({ title, onClose, children }: SheetProps): ReactNode {
  const { t } = useLingui();
  const dialog = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Not on ✕, which the browser would choose: Enter belongs to what the sheet asks.
    content.current?.focus();
    return () => element?.close();
  }, []);
  useHoldScans(true);
  // Keys that the sheet's content does not want reach nothing below it.
  useLayerKeys((key) => {
    if (key === 'Escape') onClose();
    return true;
  });
  return (
    <dialog
      ref={dialog}
      className={classes['sheet']}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={classes['head']}>
        <h2 className="ss-title">{title}</h2>
        <button
          type="button"
          className={classes['close']}
          onClick={onClose}
          aria-label={t({
            message: 'Close',
            comment: 'Leaves a task and keeps what was entered; name of the ✕ at the top left.',
          })}
        >
          <IconX aria-hidden="true" />
        </button>
      </div>
      <div ref={content} tabIndex={-1}>
        {children}
      </div>
    </dialog>
  );
}
