// A verb of the store app as a large tile, and the fixed grid they stand in. The order is the caller's and never changes:
// hands learn it. Exactly one tile of a screen is filled.
import type { ReactNode } from 'react';
import type { IconComponent } from './icon.ts';
import { Pressable } from './pressable.tsx';
import classes from './verb-tile.module.css';

export interface VerbTileProps {
  readonly icon: IconComponent;
  /** Ten letters fit. */
  readonly label: string;
  readonly href?: string;
  readonly onPress?: () => void;
  readonly filled?: boolean;
}

export function VerbTile({ icon: Icon, label, href, onPress, filled = false }: VerbTileProps): ReactNode {
  return (
    <Pressable className={classes['tile']} data-filled={filled} href={href} onPress={onPress}>
      <Icon aria-hidden="true" />
      <span className={classes['word']}>{label}</span>
    </Pressable>
  );
}

/** Four to a row. */
export function VerbGrid({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={classes['grid']}>{children}</div>;
}
