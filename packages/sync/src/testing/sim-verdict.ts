// What a simulated chain looks like from outside, read off its disks: who holds what, whether everything has come to rest, and
// whether it is as the book says. Changes nothing.
import type { DeviceId, DeviceMeta, EventId, KeptEvent, MemoryDisk, OwnEntry } from '@streamstock/event-log';
import type { SimDevice } from './sim-device.ts';
import type { SimWorld } from './sim-world.ts';

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

/**
 * The events that some disk holds in sound bytes, and that can still reach the centre from there: of a removed device only
 * its own log can, and not even that when the centre does not know it any more.
 */
export async function heldAnywhere(world: SimWorld): Promise<Set<EventId>> {
  const ids = new Set((await world.centre.log.read(0, EVERYTHING)).map(({ id }) => id));
  const disks = new Set(world.devices.map(({ disk }) => disk));
  for (const disk of disks) {
    const { events = [], own = [] } = disk.dump().records;
    const identity = identityOn(disk);
    const revoked = identity !== null && (await world.centre.isRevoked(identity));
    const known = identity !== null && (await world.centre.log.device(identity)) !== null;
    if (revoked && !known) continue;
    const chain = new Set(own.map(({ value }) => (value as OwnEntry).id));
    for (const { key, value } of events)
      if (world.book.isAsMade(key, (value as KeptEvent).line) && (!revoked || chain.has(key))) ids.add(key);
  }
  return ids;
}

/** Under which device id a disk writes; null: it was never paired. */
export function identityOn(disk: MemoryDisk): DeviceId | null {
  const [meta] = disk.dump().records['meta'] ?? [];
  return (meta?.value as DeviceMeta | undefined)?.identity.device ?? null;
}

/** Ids of own events, oldest first. */
export function ownEvents(disk: MemoryDisk): EventId[] {
  return (disk.dump().records['own'] ?? []).map(({ value }) => (value as OwnEntry).id);
}

/** Removed, and the centre knows it or will never. */
async function isOut(world: SimWorld, device: SimDevice): Promise<boolean> {
  const state = await device.log.state();
  return state !== null && (await world.centre.isRevoked(state.identity.device));
}

/** Nothing is unsent, nothing unheard; whoever was removed has sent what it had, if the centre still knows it. */
export async function isAtRest(world: SimWorld): Promise<boolean> {
  const { position, epoch } = await world.centre.log.head();
  for (const device of world.devices) {
    const state = await device.log.state();
    if (state === null) return false;
    if (await isOut(world, device)) {
      const known = (await world.centre.log.device(state.identity.device)) !== null;
      if (known && state.pending.events > 0) return false;
      continue;
    }
    const isThere = state.cursor?.position === position && state.cursor.epoch === epoch;
    if (state.pending.events > 0 || !isThere || state.needsSnapshot) return false;
  }
  return true;
}

export async function standingOf(world: SimWorld): Promise<string> {
  const { position, epoch } = await world.centre.log.head();
  const words = [`the centre at ${position} of ${epoch}`];
  for (const device of world.devices) {
    const state = await device.log.state();
    const cursor = state?.cursor;
    const where = cursor === null || cursor === undefined ? 'nowhere' : `at ${cursor.position} of ${cursor.epoch}`;
    const { phase } = device.session;
    const renewal = phase.kind === 'live' ? `${phase.restriction?.kind ?? ''} ${phase.renewal?.step ?? ''}` : '';
    const needs = state?.needsSnapshot === true ? ', needs a snapshot' : '';
    words.push(
      `${device.name} (${state?.identity.device}) ${phase.kind} ${renewal}, ${state?.pending.events} unsent, ${where}${needs}`,
    );
  }
  return words.join('; ');
}

/** Everything is as the book says, at the centre and on every device. */
export async function checkEverything(world: SimWorld): Promise<string[]> {
  const { book, centre, devices } = world;
  const reading = await book.read(centre.log);
  const wrong = await book.checkCentre(centre.log, reading);
  for (const device of devices) {
    if (await isOut(world, device)) continue;
    wrong.push(...(await book.checkDevice(device.name, device.log, device.store, reading)));
  }
  return wrong;
}
