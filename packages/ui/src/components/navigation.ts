// One entry of a tab bar, rail or sidebar.
import type { IconComponent } from './icon.ts';

export interface NavigationItem {
  readonly key: string;
  readonly label: string;
  readonly icon: IconComponent;
  readonly href: string;
  /** How many things a person must do there; not shown when 0. */
  readonly count?: number;
  /** Something there needs a person, without a number: ▲. */
  readonly attention?: boolean;
}

export interface NavigationProps {
  readonly items: readonly NavigationItem[];
  /** Key of the item whose screen is shown. */
  readonly current: string | null;
  /** Plain presses; other ways of opening a link stay the browser's. */
  readonly onNavigate: (href: string) => void;
  /** Names the landmark. */
  readonly label: string;
}
