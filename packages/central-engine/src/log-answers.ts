// Answers to what a session asks of the log and of the app: greeting facts, lines, hashes, a new id after a fork, a ticket.
// Owns nothing; every answer is one input of the session.
import { randomBytes } from 'node:crypto';
import type { CentralLog, DeviceId, DeviceRecord } from '@streamstock/event-log';
import {
  FORKS_PER_DEVICE_DAY_MAX,
  FORKS_RETRY_AFTER_MS,
  HOLES_NAMED_MAX,
  type CentralEffect,
  type CentralInput,
  type Hello,
  type TicketResult,
} from '@streamstock/sync';
import { FORKS_FOLLOWED_MAX } from './limits.ts';

/** The app's check of a ticket: whom it was given to (it is used up by that), or a refusal. */
export type Authenticate = (hello: Hello) => Promise<Authenticated>;
export type Authenticated =
  | { readonly kind: 'granted'; readonly device: DeviceId }
  | Extract<TicketResult, { kind: 'refused' }>;

/** A fork of a removed device was given this id, and is removed like it; told before anyone else hears of the id. */
export type RemovedToo = (device: DeviceId) => void;

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;
/** An input of the session before the engine has put its clock on it. */
export type SessionInput = Untimed<CentralInput>;

/** Effects that are answered by one read or write. */
export type AskingEffect = Extract<
  CentralEffect,
  { type: 'redeemTicket' | 'readGreeting' | 'readForStore' | 'readDeviceHashes' | 'readUnknown' | 'mintDevice' }
>;

export interface LogAnswersOptions {
  readonly log: CentralLog;
  readonly authenticate: Authenticate;
  readonly clock: () => number;
  readonly removedToo?: RemovedToo;
}

export async function answerFromLog(options: LogAnswersOptions, effect: AskingEffect): Promise<SessionInput> {
  const { log } = options;
  switch (effect.type) {
    case 'redeemTicket':
      return { type: 'ticketRedeemed', result: await redeem(options, effect.hello) };
    case 'readGreeting': {
      const record = await log.device(effect.device);
      const ticketRecord = await log.device(effect.ticketDevice);
      const head = await log.head();
      const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      const holes = await log.damagedHoles(effect.device, HOLES_NAMED_MAX);
      return { type: 'greetingRead', facts: { record, ticketRecord, head, hashAtCursor, points, holes } };
    }
    case 'readForStore':
      return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, effect.limit) };
    case 'readDeviceHashes': {
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      const [lost] = await log.damagedHoles(effect.device, 1);
      return { type: 'hashesRead', points, lostFrom: lost?.fromSeq ?? null };
    }
    case 'mintDevice':
      return await mint(options, effect.parent);
    case 'readUnknown':
      return { type: 'unknownRead', ids: await log.unknownOf(effect.ids) };
  }
}

async function redeem({ log, authenticate }: LogAnswersOptions, hello: Hello): Promise<TicketResult> {
  const result = await authenticate(hello);
  if (result.kind === 'refused') return result;
  const { device } = result;
  // An id that nobody knows may be one that was minted after the backup: the session judges.
  const isForgotten = (await log.device(hello.device)) === null;
  if (isForgotten || (await descendsFrom(log, hello.device, device))) return { kind: 'granted', device };
  return {
    kind: 'refused',
    refusal: 'unauthorised',
    message: 'The ticket was given to another device.',
    retryAfterMs: null,
  };
}

/** A fork's new id keeps the installation's credential. */
async function descendsFrom(log: CentralLog, device: DeviceId, ancestor: DeviceId): Promise<boolean> {
  let current: DeviceId | null = device;
  for (let forks = 0; current !== null && forks <= FORKS_FOLLOWED_MAX; forks += 1) {
    if (current === ancestor) return true;
    current = (await log.device(current))?.parent ?? null;
  }
  return false;
}

const DAY_MS = 86_400_000;

/** A new id for an installation that forked, `revoked` if its parent is: what it still brings is set aside. */
async function mint({ log, clock, removedToo }: LogAnswersOptions, parent: DeviceId): Promise<SessionInput> {
  const record = await log.device(parent);
  if (record === null) throw new Error(`Device ${parent} forks, but is not registered.`);
  const nowMs = clock();
  if (forksSince(await log.devices(), parent, nowMs - DAY_MS) >= FORKS_PER_DEVICE_DAY_MAX)
    return { type: 'mintRefused', retryAfterMs: FORKS_RETRY_AFTER_MS };
  const device = `device-${randomBytes(12).toString('hex')}`;
  const { store, kind, label } = record;
  await log.registerDevice({ device, store, kind, label, parent, enrolledAtMs: nowMs });
  // Asked again: a removal from before now did not reach the new id, and one from now on does. Nobody is told of the id before it
  // is revoked too: a crash in between leaves one that nobody uses.
  const isRevoked = (await log.device(parent))?.revokedAtMs !== null;
  if (isRevoked) {
    removedToo?.(device);
    await log.revokeDevice(device, nowMs);
  }
  return { type: 'deviceMinted', device };
}

/** Ids that one installation, under whatever id it began, was given for forks. */
function forksSince(devices: readonly DeviceRecord[], device: DeviceId, sinceMs: number): number {
  const parents = new Map(devices.map((record) => [record.device, record.parent]));
  const rootOf = (of: DeviceId): DeviceId => {
    let current = of;
    for (let forks = 0; forks <= FORKS_FOLLOWED_MAX; forks += 1) {
      const parent = parents.get(current) ?? null;
      if (parent === null) return current;
      current = parent;
    }
    return current;
  };
  const root = rootOf(device);
  const recent = devices.filter(({ parent, enrolledAtMs }) => parent !== null && enrolledAtMs > sinceMs);
  return recent.filter((record) => rootOf(record.device) === root).length;
}
