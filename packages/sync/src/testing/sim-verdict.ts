// What a simulated chain looks like from outside, read off its disks: who holds what, whether everything has come to rest, and
// whether it is as the book says. Changes nothing.
import {
  JUDGEMENTS_TABLE,
  type DeviceId,
  type DeviceLog,
  type EventId,
  type Judgement,
  type KeptEvent,
  type MemoryDisk,
  type OwnEntry,
} from '@streamstock/event-log';
import { isDrained } from '../device-sending.ts';
import { HOLES_NAMED_MAX } from '../limits.ts';
import type { Book } from './book.ts';
import { MOVES_TABLE } from './counters.ts';
import type { SimCentre } from './sim-centre.ts';
import type { SimDevice } from './sim-device.ts';
import { credentialOn, identityOn, ownEvents } from './sim-disk-contents.ts';

const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

/** What is judged: the centre, every installation there is, and the book. */
export interface JudgedWorld {
  readonly centre: SimCentre;
  readonly devices: readonly SimDevice[];
  readonly book: Book;
}

/**
 * The events that some disk holds in sound bytes, and that can still reach the centre from there: of a removed device (also
 * of its fork that a restored centre has forgotten) only its own log can, and not even that when nobody lets it in any more.
 */
export async function heldAnywhere(world: JudgedWorld): Promise<Set<EventId>> {
  const ids = new Set((await world.centre.log.read(0, EVERYTHING)).map(({ id }) => id));
  const byDisk = new Map(world.devices.map((device) => [device.disk, device]));
  for (const [disk, device] of byDisk) {
    const { events = [], own = [] } = disk.dump().records;
    if (await isShutOut(world, device)) continue;
    const out = await isOut(world, device);
    const chain = new Set(own.map(({ value }) => (value as OwnEntry).id));
    for (const { key, value } of events)
      if (world.book.isAsMade(key, (value as KeptEvent).line) && (!out || chain.has(key))) ids.add(key);
  }
  return ids;
}

/** Removed, or a fork of a removed one that a restored centre has forgotten. */
export async function isOut({ centre }: JudgedWorld, { disk }: SimDevice): Promise<boolean> {
  const [identity, credential] = [identityOn(disk), credentialOn(disk)];
  if (identity === null || credential === null) return false;
  if (await centre.door.isRevoked(identity)) return true;
  return (await centre.log.device(identity)) === null && (await centre.door.isRevoked(credential));
}

/** Removed, and its credential went with a directory that was put back: nobody gives it a ticket, nor a code to pair it. */
async function isShutOut({ centre }: JudgedWorld, { disk }: SimDevice): Promise<boolean> {
  const [identity, credential] = [identityOn(disk), credentialOn(disk)];
  if (identity === null || credential === null || centre.door.knows(credential)) return false;
  return centre.door.isRevoked(identity);
}

/**
 * A9: a copy declared lost what stands here in sound bytes, and nobody has brought it by any way. "Sent" means committed to disk at the
 * centre, and of a hole that holds the hash at its end, not the events: a chain that agrees there does not say that they are sent.
 */
async function hasToFill({ centre, book }: JudgedWorld, disk: MemoryDisk, device: DeviceId): Promise<boolean> {
  const holes = await centre.log.damagedHoles(device, HOLES_NAMED_MAX);
  if (holes.length === 0) return false;
  const { events = [], own = [] } = disk.dump().records;
  const chain = new Map(own.map(({ value }) => [(value as OwnEntry).seq, value as OwnEntry]));
  const sound = new Set(
    events.filter(({ key, value }) => book.isAsMade(key, (value as KeptEvent).line)).map(({ key }) => key),
  );
  for (const { fromSeq, toSeq, hashAfter } of holes) {
    if (chain.get(toSeq)?.hash !== hashAfter) continue;
    const ids = [...chain.values()].flatMap(({ seq, id }) => (fromSeq <= seq && seq <= toSeq ? [id] : []));
    const isWhole = ids.length === toSeq - fromSeq + 1 && ids.every((id) => sound.has(id));
    if (isWhole && (await centre.log.unknownOf(ids)).length > 0) return true;
  }
  return false;
}

/**
 * Nothing is unsent, nothing unheard; whoever was removed has sent what it had, if the centre still knows it: locked, it asks again
 * every few minutes, and pushes then what is missing from it since, after a backup was put back or a copy declared it lost. What a device
 * believes is compared by its hashes: a centre that was put back by hand may reach the old positions with other events before
 * the device that knows better has come back.
 */
export async function isAtRest(world: JudgedWorld): Promise<boolean> {
  const { position, epoch, hash } = await world.centre.log.head();
  for (const device of world.devices) {
    const state = await device.log.state();
    if (state === null) return false;
    // What it was told of a history that a backup replaced says nothing: what counts is what the centre holds.
    const [held] = await world.centre.log.deviceHashesAt(state.identity.device, [state.head.seq]);
    const isHeld = held?.hash === state.head.hash && !(await hasToFill(world, device.disk, state.identity.device));
    if (await isOut(world, device)) {
      if (!isHeld && !(await isShutOut(world, device))) return false;
      continue;
    }
    const { cursor } = state;
    // What a copy of its disk declared lost counts as accepted, and is pushed all the same.
    const { phase } = device.session;
    const isIdle = phase.kind === 'live' && isDrained(phase.sending);
    const isThere = cursor?.position === position && cursor.epoch === epoch && cursor.hash === hash;
    if (!isIdle || !isHeld || state.pending.events > 0 || !isThere || state.needsSnapshot) return false;
  }
  return true;
}

export async function standingOf(world: JudgedWorld): Promise<string> {
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

/** Some event on this disk is not what was saved. */
export function isDamaged(book: Book, disk: MemoryDisk): boolean {
  const events = disk.dump().records['events'] ?? [];
  return events.some(({ key, value }) => book.isDamagedAnywhere(key) && !book.isAsMade(key, (value as KeptEvent).line));
}

/** Own moves that are on a disk in sound bytes, and that the device neither shows nor knows a reason not to. */
export async function unseenOwnEvents(book: Book, log: DeviceLog, disk: MemoryDisk): Promise<EventId[]> {
  const own = new Set(ownEvents(disk));
  const moves = (disk.dump().records['events'] ?? [])
    // Damaged on one disk, an event can be declared lost under an id that a copy of that disk still writes under.
    .filter(({ key }) => own.has(key) && !book.isDamagedAnywhere(key))
    .filter(({ value }) => (value as KeptEvent).line.includes('"type":"CounterMoved"'))
    .map(({ key }) => key);
  const shown = await log.tables.getMany(MOVES_TABLE, moves);
  const unseen = moves.filter((_, index) => shown[index] === undefined);
  const judgements = await log.tables.getMany<Judgement>(JUDGEMENTS_TABLE, unseen);
  return unseen.filter((_, index) => judgements[index] === undefined);
}

/** What only such an installation holds stays with it. */
async function excuseUnreachable(world: JudgedWorld): Promise<void> {
  const reachable = await heldAnywhere(world);
  for (const device of world.devices)
    if (await isShutOut(world, device)) world.book.excuse(ownEvents(device.disk).filter((id) => !reachable.has(id)));
}

/** Everything is as the book says, at the centre and on every device. */
export async function checkEverything(world: JudgedWorld): Promise<string[]> {
  const { book, centre, devices } = world;
  await excuseUnreachable(world);
  const reading = await book.read(centre.log);
  const wrong = await book.checkCentre(centre.log, reading);
  for (const device of devices) {
    if (await isOut(world, device)) continue;
    wrong.push(...(await book.checkDevice(device.name, device.log, device.store, reading)));
  }
  return wrong;
}
