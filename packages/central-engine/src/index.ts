// The public surface of central-engine.
export {
  startCentralEngine,
  type CentralEngine,
  type CentralEngineOptions,
  type Committed,
  type EngineReport,
  type Projected,
} from './central-engine.ts';
export type { DeviceNews, DeviceStatus } from './device-statuses.ts';
export { SOCKET_PAYLOAD_BYTES_MAX, WIRE_LIMITS } from './limits.ts';
export type { Authenticate, Authenticated } from './log-answers.ts';
export type { ProjectionProblem } from './projection-loop.ts';
