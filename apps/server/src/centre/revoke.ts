// Taking back a device's access: into the file that survives a restore first, then into the log. Owns that order.
import type { CentralLog, DeviceId } from '@streamstock/event-log';
import { withDescendants, type Revocations } from './revocations.ts';

/** Resolves with everyone who is revoked by this: the device and all that descend from it. A repeat changes nothing. */
export async function revokeDevice(
  { log, revocations }: { readonly log: Pick<CentralLog, 'devices'>; readonly revocations: Revocations },
  device: DeviceId,
  nowMs: number,
  revokeInLog: () => Promise<void>,
): Promise<readonly DeviceId[]> {
  revocations.add(withDescendants(device, await log.devices()), nowMs);
  await revokeInLog();
  // A fork that was found in between was revoked with it.
  const late = withDescendants(device, await log.devices());
  revocations.add(late, nowMs);
  return late;
}
