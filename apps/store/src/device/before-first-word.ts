// What is known of a device before its engine said anything.
import type { DeviceStatus } from '@streamstock/device-engine';

export const BEFORE_FIRST_WORD: DeviceStatus = {
  enrolled: null,
  connection: 'connecting',
  connectionSinceMs: 0,
  needs: null,
  unsentCount: 0,
  oldestUnsentAtMs: null,
  needsAttentionCount: 0,
  parkedCount: 0,
  restriction: null,
  renewal: null,
  figuresIncomplete: false,
  locked: false,
  clockOffsetMs: null,
  lastHeardAtMs: null,
  catchUp: null,
  storage: null,
  sending: false,
  isSender: false,
  fault: null,
};
