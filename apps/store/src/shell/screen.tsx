// One screen: the head with the two signs, strips of news, the scrolling part, and what sits under the thumb. Focus rests on
// the screen itself, so that a scanner's keys land nowhere else.
import { ScreenHeader, SyncStatus } from '@streamstock/ui';
import { useEffect, useRef } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import { useSyncStatus } from '../device/use-sync-status.ts';
import { DeviceStrips } from './device-strips.tsx';
import classes from './screen.module.css';
import { Tabs } from './tabs.tsx';
import { useGo } from './use-go.ts';

export interface ScreenProps {
  readonly title: string;
  /** Beside the title: a date, a count. */
  readonly meta?: ReactNode;
  /** `close` leaves a verb (its draft is kept), `back` a detail; without one this is a place with the tabs below. */
  readonly leave?: { readonly kind: 'close' | 'back'; readonly to: string };
  /** Under the head, never scrolled away. */
  readonly top?: ReactNode;
  /** Under the thumb; a verb's dock. */
  readonly dock?: ReactNode;
  /** The content scrolls by itself (a list with its own pane). */
  readonly fixed?: boolean;
  readonly children: ReactNode;
}

export function Screen({ title, meta, leave, top, dock, fixed = false, children }: ScreenProps): ReactNode {
  const main = useRef<HTMLElement>(null);
  const go = useGo();
  const status = useSyncStatus();
  useEffect(() => {
    document.title = `${title} · StreamStock`;
  }, [title]);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  // After a tap the keys are the screen's again: a scanner's Enter must not press the last button once more.
  const giveBackFocus = (event: MouseEvent): void => {
    const isTap = event.detail > 0 && document.activeElement instanceof HTMLButtonElement;
    if (isTap && document.querySelector('dialog[open]') === null) main.current?.focus({ preventScroll: true });
  };
  return (
    // Taps only; nothing that a key could not do.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className={classes['screen']} onClick={giveBackFocus}>
      <ScreenHeader
        title={title}
        {...(meta === undefined ? {} : { meta })}
        {...(leave === undefined
          ? {}
          : { leave: { kind: leave.kind, href: go.href(leave.to), onLeave: () => go.to(leave.to) } })}
        status={<SyncStatus status={status} onOpen={() => go.to('/device')} />}
      />
      <div className={classes['news']}>
        <DeviceStrips />
        {top}
      </div>
      <main ref={main} tabIndex={-1} className={classes['main']} data-fixed={fixed}>
        {children}
      </main>
      {dock}
      {leave === undefined && <Tabs />}
    </div>
  );
}
