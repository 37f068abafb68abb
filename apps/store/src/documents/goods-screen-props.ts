// What a kind of document passes to the goods screen, and the screen on to its parts.
import type { ReactNode } from 'react';
import type { AnyGoodsControl, GoodsLine } from './use-goods.ts';

export interface GoodsWords {
  readonly title: string;
  readonly empty: string;
  /** "This delivery was not saved" */
  readonly notSaved: string;
  readonly done: string;
  readonly another: string;
  /** In the undo bar. */
  readonly saved: string;
  readonly undone: string;
}

export interface GoodsScreenProps {
  readonly goods: AnyGoodsControl;
  readonly words: GoodsWords;
  readonly path: string;
  /** What the kind asks for besides lines; under the search. */
  readonly head?: ReactNode;
  /** What the kind asks of the line in hand. */
  readonly lineHead?: (line: GoodsLine) => ReactNode;
  /** Small print of a line in the roll, besides its SKU. */
  readonly lineMeta?: (line: GoodsLine) => string | null;
  /** Something is missing before it can be saved; `words.done` says what. */
  readonly blocked?: boolean;
  /** +1 or −1: which way the stock goes. */
  readonly direction: 1 | -1 | 0;
}
