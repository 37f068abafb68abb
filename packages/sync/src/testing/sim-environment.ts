// What a simulated device and a simulated centre find around them: time, network, the book, and someone who watches. Only
// shapes; the world (sim-world.ts) puts them together.
import type {
  AcceptedMark,
  Cursor,
  DeviceFrame,
  DeviceId,
  DeviceLog,
  MemoryDisk,
  OutboxPart,
  SnapshotHeader,
} from '@streamstock/event-log';
import type { CentralReport } from '../central-session-types.ts';
import type { Book } from './book.ts';
import type { DiskTrouble } from './sim-disk.ts';
import type { Connection, SimNetwork } from './sim-network.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Virtual time 0 as Unix milliseconds. */
export const WORLD_BEGINS_MS = 1_800_000_000_000;

/** What a device can ask of the centre without a session. */
export interface CentreDoor {
  readonly isUp: boolean;
  issueTicket(credential: DeviceId): Promise<TicketAnswer>;
  accept(connection: Connection): void;
  snapshotFor(device: DeviceId): Promise<SnapshotAnswer>;
  /** The text of a page; null: that snapshot is no more. */
  page(header: SnapshotHeader, index: number): string | null;
}

/** `unknown`: the credential is; `failed`: no answer came. */
export type TicketAnswer =
  | { readonly kind: 'issued'; readonly ticket: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed' };

export type SnapshotAnswer =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused' };

/** Looks wherever something is about to be called stored. */
export interface Watch {
  /** A device was told that its log is accepted up to here. */
  markStored(name: string, log: DeviceLog, mark: AcceptedMark): Promise<void>;
  /** A device is about to call a frame applied; `stood`: where its log stood before. */
  frameApplied(name: string, log: DeviceLog, frame: DeviceFrame, stood: Cursor | null): Promise<void>;
  /** A device says that a frame is applied, on a disk that others write too. */
  appliedSaid(name: string, disk: MemoryDisk, cursor: Cursor): void;
  /** A snapshot was installed. */
  installed(name: string, log: DeviceLog, disk: MemoryDisk): Promise<void>;
  /** A fork was repaired: what followed the common point, and what the new log begins with. */
  rechained(name: string, follows: OutboxPart, reappended: OutboxPart): void;
}

export interface SimEnvironment {
  readonly watch: Watch;
  readonly time: VirtualTime;
  readonly network: SimNetwork;
  readonly book: Book;
  readonly centre: CentreDoor;
  readonly centralReports: CentralReport[];
  /** null: nobody listens, so nothing need be put into words. */
  readonly trace: ((actor: string, input: { readonly type: string; readonly text?: string }) => void) | null;
  /** More than one installation (tab) works on this disk. */
  isShared(disk: MemoryDisk): boolean;
  /** The installation on this disk was removed, and the centre's database said so. */
  wasRemoved(disk: MemoryDisk): boolean;
  /** What goes wrong with this disk. */
  troubleOf(disk: MemoryDisk): DiskTrouble;
  /** The centre does not know this installation (any more): somebody will see to it. */
  onUnknown(disk: MemoryDisk): void;
}
