// The public surface of central-engine.
export { startCentralEngine, type CentralEngine } from './central-engine.ts';
export type { AttachedTo } from './conversations.ts';
export type { CentralEngineOptions, Committed, EngineReport, Projected } from './central-engine-options.ts';
export type { DeviceNews, DeviceStatus } from './device-statuses.ts';
export { CONNECTIONS_MAX, ENGINE_BOUNDS, SOCKET_PAYLOAD_BYTES_MAX, WIRE_LIMITS, type EngineBounds } from './limits.ts';
export type { Authenticate, Authenticated } from './log-answers.ts';
export type { ProjectionProblem } from './projection-loop.ts';
export type { ReactorProblem } from './reactor-loop.ts';
export type { ReactorsStatus } from './reactors.ts';
export type { Reactor, ReactorMemory, ReactorNotes } from './reactor.ts';
export {
  buildSnapshot,
  type PreparedRow,
  type SnapshotBuilt,
  type SnapshotPlan,
  type SnapshotPreparation,
  type SnapshotTask,
} from './snapshot-build.ts';
export { removeSnapshot, streamPages, type SnapshotRecord } from './snapshot-file.ts';
export * from './snapshot-shelf.ts';
