// What an app folds with, at once or in two parts.
import type { Event, FoldVersion, Projector } from '@streamstock/event-log';

/** What this app folds with. */
export interface DeviceDomain {
  readonly projectors: readonly Projector[];
  /** Whether these projectors know a type in its version; absent: all of them. Others are parked. */
  readonly understands?: (event: Event) => boolean;
}

/** The same, of which the larger part is fetched when something is written first. */
export interface LazyDomain {
  /** Names and versions of the projectors that `load` brings. */
  readonly folds: readonly FoldVersion[];
  readonly load: () => Promise<DeviceDomain>;
}
