// What the central engine is given, and what it tells: the contract of central-engine.ts with the server.
import type { CentralLog, DeviceId, Judge, Position, Projector, Seal, Sha256 } from '@streamstock/event-log';
import type { CentralReport, WireLimits } from '@streamstock/sync';
import type { EngineBounds } from './limits.ts';
import type { Authenticate, RemovedToo } from './log-answers.ts';
import type { ProjectionProblem } from './projection-loop.ts';
import type { ReactorProblem } from './reactor-loop.ts';
import type { Reactor, ReactorMemory } from './reactor.ts';

export interface CentralEngineOptions {
  /** Open for writing, and nobody's else. The engine does not close it. */
  readonly log: CentralLog;
  /** The hash of the log's chains. */
  readonly hash: Sha256;
  readonly judge: Judge;
  readonly projectors: readonly Projector[];
  readonly seal: Seal;
  readonly authenticate: Authenticate;
  /** For whoever keeps a list of removed devices beside the log. */
  readonly removedToo?: RemovedToo;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly limits?: WireLimits;
  readonly bounds?: Partial<EngineBounds>;
  readonly reactors?: readonly Reactor[];
  /** Where reactors' checkpoints are kept; needed as soon as there are reactors. */
  readonly reactorMemory?: ReactorMemory;
  /** Whom reactors wait for after a restore; absent: every device that ever wrote and was not revoked. */
  readonly liveDevices?: () => Promise<readonly DeviceId[]>;
}

/** Positions after `after` up to `upTo` are committed and visible. */
export interface Committed {
  readonly after: Position;
  readonly upTo: Position;
}

export interface Projected {
  readonly checkpoint: Position;
  readonly head: Position;
}

/** What the operator should hear of. */
export type EngineReport =
  | CentralReport
  | ({ readonly kind: 'projection' } & ProjectionProblem)
  | ({ readonly kind: 'reactor' } & ReactorProblem)
  /** A device proved that the log had held more: another epoch has begun, devices hand back what they hold. */
  | { readonly kind: 'epoch-began'; readonly epoch: string; readonly position: Position }
  /** A bug ended one connection; the device comes back. */
  | { readonly kind: 'session-broken'; readonly device: DeviceId | null; readonly detail: string }
  /** Nothing of the commit was written; the devices come back with it. */
  | { readonly kind: 'commit-failed'; readonly detail: string };
