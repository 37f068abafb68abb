// What a screen may ask of the frame around it: the place for a pane, and to show that it tells of the past.
import { createContext } from 'react';

export interface PagePlaces {
  /** Null until the frame stands. */
  readonly paneSlot: HTMLElement | null;
  readonly setPast: (past: boolean) => void;
}

export const PageContext = createContext<PagePlaces | null>(null);
