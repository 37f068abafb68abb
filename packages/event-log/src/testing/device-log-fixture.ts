// What a device log's contract suite needs of an implementation: handles on one storage, and ways to fail.
import type { DeviceLog } from '../device-log.ts';
import type { Event } from '../event.ts';
import type { EventId } from '../id.ts';
import type { Projector } from '../projection.ts';

/** One device's storage during one test. */
export interface DeviceLogFixture {
  /** Opens another handle (tab) on it. */
  open(projectors: readonly Projector[], understands?: (event: Event) => boolean): Promise<DeviceLog>;
  /**
   * The next write transaction fails at its commit, with nothing written, and an error that says so; `full`: because
   * there is no room.
   */
  failNextCommit(reason?: 'full'): void;
  /** The disk changes the stored line of an event on its own. */
  changeLine(id: EventId, line: string): Promise<void>;
  /** The disk changes the text of a stored page of a snapshot. */
  changePage(snapshot: string, index: number, text: string): Promise<void>;
  dispose(): Promise<void>;
}
