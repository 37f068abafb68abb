// The public surface of sync: the wire protocol and the two sessions.
export * from './central-session-types.ts';
export { stepCentral } from './central-session.ts';
export { startCentralSession, type CentralSessionState, type CentralStep } from './central-state.ts';
export * from './device-session-types.ts';
export { stepDevice } from './device-session.ts';
export { startDeviceSession, viewOf, type DeviceSessionState, type DeviceStep } from './device-state.ts';
export {
  decodeFrame,
  encodeFrame,
  framedBytes,
  type DecodedFrame,
  type FrameProblem,
  type Outgoing,
  type Sender,
} from './frame.ts';
export * from './limits.ts';
export * from './protocol.ts';
