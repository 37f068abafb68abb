// Lights up a cell whose figure changed: a fading fill, a bar, and by how much. Written straight onto the element: it is
// decoration of a moment, and a render per change would cost more than the change.
import { createContext, useContext, useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { formatSigned } from '../format/number.ts';
import type { ChangeMeter } from './change-meter.ts';

/** Null while nothing may glow: looking at the past, or a grid that is not live. */
export const ChangeMeterContext = createContext<ChangeMeter | null>(null);

export const glowShownMs = 2000;

function light(element: HTMLElement, delta: string): () => void {
  delete element.dataset['glow'];
  // Reading the layout makes the browser see the removal, so that a second change starts the fade again.
  void element.offsetWidth;
  element.dataset['glow'] = '';
  element.dataset['delta'] = delta;
  const timer = setTimeout(() => {
    delete element.dataset['glow'];
    delete element.dataset['delta'];
  }, glowShownMs);
  return () => clearTimeout(timer);
}

/** A change from or to unknown is no change of stock and does not glow; nor does the first sight of a cell. */
export function useGlow(
  cell: RefObject<HTMLElement | null>,
  value: number | null,
  scale: number,
  glows: boolean,
): void {
  const meter = useContext(ChangeMeterContext);
  const seen = useRef(value);

  useEffect(() => {
    const before = seen.current;
    seen.current = value;
    if (before === value || before === null || value === null || !glows || meter === null) return;
    if (!meter.take(performance.now()) || cell.current === null) return;
    return light(cell.current, formatSigned(value - before, { scale }));
  }, [cell, value, scale, glows, meter]);
}
