// Whether somebody is in the way of new rows: reads further down, points at the list or has the focus in it. And when the end
// of the list comes near, so that older rows can be asked for.
import { useCallback, useEffect, useState } from 'react';
import type { FocusEvent } from 'react';

const endNearPx = 600;

export interface ListPresence {
  /** For the element around the list. */
  readonly attach: (element: HTMLElement | null) => void;
  readonly element: HTMLElement | null;
  readonly inTheWay: boolean;
  readonly handlers: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocusCapture: () => void;
    readonly onBlurCapture: (event: FocusEvent<HTMLElement>) => void;
  };
  readonly scrollToTop: () => void;
}

export function useListPresence(): ListPresence {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [atTop, setAtTop] = useState(true);
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);

  useEffect(() => {
    if (element === null) return;
    // The scrolling element is the grid inside; scrolling does not bubble but can be caught on its way down.
    const onScroll = (event: Event): void => {
      if (event.target instanceof HTMLElement) setAtTop(event.target.scrollTop <= 0);
    };
    element.addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => element.removeEventListener('scroll', onScroll, { capture: true });
  }, [element]);

  const scrollToTop = useCallback(() => {
    element?.querySelector('[role="grid"]')?.scrollTo({ top: 0 });
  }, [element]);

  return {
    attach: setElement,
    element,
    inTheWay: !atTop || pointer || focus,
    handlers: {
      onPointerEnter: () => setPointer(true),
      onPointerLeave: () => setPointer(false),
      onFocusCapture: () => setFocus(true),
      onBlurCapture: (event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
          setFocus(false);
      },
    },
    scrollToTop,
  };
}

/** Calls when someone scrolls near to the end of a list. */
export function useEndNear(element: HTMLElement | null, onEndNear: () => void): void {
  useEffect(() => {
    if (element === null) return;
    const onScroll = ({ target }: Event): void => {
      if (!(target instanceof HTMLElement)) return;
      if (target.scrollHeight - target.scrollTop - target.clientHeight < endNearPx) onEndNear();
    };
    element.addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => element.removeEventListener('scroll', onScroll, { capture: true });
  }, [element, onEndNear]);
}
