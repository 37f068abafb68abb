// What scenarios ask of a simulated chain. Reads only.
import type { EventId } from '@streamstock/event-log';
import type { SimDevice } from './sim-device.ts';
import { identityOn } from './sim-disk-contents.ts';
import type { SimWorld } from './sim-world.ts';

export const SECOND_MS = 1_000;

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

export async function timesAtCentre(world: SimWorld, id: EventId): Promise<number> {
  const lines = await world.centre.log.read(0, EVERYTHING);
  return lines.filter((line) => line.id === id).length;
}

export function deviceId({ disk }: SimDevice): string | null {
  return identityOn(disk);
}

/** What a device shows of counters of its store. */
export async function counters(device: SimDevice, ...names: readonly string[]): Promise<number[]> {
  const keys = names.map((name) => `${device.store}|${name}`);
  return (await device.log.tables.getMany<number>('counters', keys)).map((value) => value ?? 0);
}

/** The effective time of an event on a device, in milliseconds of the simulated world's clock. */
export async function happenedAtMs(world: SimWorld, device: SimDevice, id: EventId): Promise<number> {
  const [row] = await device.log.tables.getMany<{ readonly effectiveAt: number }>('moves', [id]);
  if (row === undefined) throw new Error(`${device.name} does not show ${id}.`);
  return Math.floor(row.effectiveAt / 2_048) - (world.centre.nowMs() - world.time.nowMs);
}

/** Cut off from the centre. */
export function goDark(world: SimWorld, device: SimDevice): void {
  world.network.block(device.name, 'both');
  for (const connection of world.network.open) if (connection.link === device.name) connection.cut();
}

export function comeBack(world: SimWorld, device: SimDevice): void {
  world.network.block(device.name, null);
}

/** A first event, so that everybody is connected and hears. */
export async function settled(world: SimWorld): Promise<void> {
  await world.run(5 * SECOND_MS);
}
