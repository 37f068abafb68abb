// Watching that what is unsent gets sent: with unsent events, and connections, and nothing accepted for a minute, the
// app reports a fault by itself. The watch outlives connections, so a loop of connecting and being cut off is noticed
// too. Pure.
import { isDrained, type Sending } from './device-sending.ts';
import type { DeviceEffect } from './device-session-types.ts';
import { stay, type DeviceSessionState, type DeviceStep } from './device-state.ts';
import { UNSENT_FAULT_AFTER_MS } from './limits.ts';

/** Unsent events, and nothing accepted for a while although there are connections: the app says so itself. */
export function watchUnsent(state: DeviceSessionState, sending: Sending, progress: boolean): DeviceStep {
  if (isDrained(sending)) return unsentSettled(state);
  const unsent = sending.inFlight.length > 0 || sending.settingAside !== null;
  const settled = progress ? unsentSettled(state) : stay(state);
  if (!unsent || settled.state.unsentArmed || settled.state.unsentFault) return settled;
  const arm: DeviceEffect = { type: 'setTimer', timer: 'unsent', afterMs: UNSENT_FAULT_AFTER_MS };
  return { state: { ...settled.state, unsentArmed: true }, effects: [...settled.effects, arm] };
}

export function unsentSettled(state: DeviceSessionState): DeviceStep {
  const effects: DeviceEffect[] = [];
  if (state.unsentArmed) effects.push({ type: 'clearTimer', timer: 'unsent' });
  if (state.unsentFault) effects.push({ type: 'report', report: { kind: 'unsent-fault', active: false } });
  return { state: { ...state, unsentArmed: false, unsentFault: false }, effects };
}
