// Answers to what a session asks of the log and of the app: greeting facts, lines, hashes, a new id after a fork, a ticket.
// Owns nothing; every answer is one input of the session.
import { randomBytes } from 'node:crypto';
import type { CentralLog, DeviceId } from '@streamstock/event-log';
import type { CentralEffect, CentralInput, Hello, TicketResult } from '@streamstock/sync';
import { FORKS_FOLLOWED_MAX } from './limits.ts';

/** The app's check of a ticket: whom it was given to (it is used up by that), or a refusal. */
export type Authenticate = (hello: Hello) => Promise<Authenticated>;
export type Authenticated =
  | { readonly kind: 'granted'; readonly device: DeviceId }
  | Extract<TicketResult, { kind: 'refused' }>;

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;
/** An input of the session before the engine has put its clock on it. */
export type SessionInput = Untimed<CentralInput>;

/** Effects that are answered by one read or write. */
export type AskingEffect = Extract<
  CentralEffect,
  { type: 'redeemTicket' | 'readGreeting' | 'readForStore' | 'readDeviceHashes' | 'mintDevice' }
>;

export interface LogAnswersOptions {
  readonly log: CentralLog;
  readonly authenticate: Authenticate;
  readonly clock: () => number;
}

export async function answerFromLog(options: LogAnswersOptions, effect: AskingEffect): Promise<SessionInput> {
  const { log } = options;
  switch (effect.type) {
    case 'redeemTicket':
      return { type: 'ticketRedeemed', result: await redeem(options, effect.hello) };
    case 'readGreeting': {
      const record = await log.device(effect.device);
      const head = await log.head();
      const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      return { type: 'greetingRead', facts: { record, head, hashAtCursor, points } };
    }
    case 'readForStore':
      return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, effect.limit) };
    case 'readDeviceHashes':
      return { type: 'hashesRead', points: await log.deviceHashesAt(effect.device, effect.seqs) };
    case 'mintDevice':
      return { type: 'deviceMinted', device: await mint(options, effect.parent) };
  }
}

async function redeem({ log, authenticate }: LogAnswersOptions, hello: Hello): Promise<TicketResult> {
  const result = await authenticate(hello);
  if (result.kind === 'refused') return result;
  if (await descendsFrom(log, hello.device, result.device)) return { kind: 'granted' };
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

async function mint({ log, clock }: LogAnswersOptions, parent: DeviceId): Promise<DeviceId> {
  const record = await log.device(parent);
  if (record === null) throw new Error(`Device ${parent} forks, but is not registered.`);
  const device = `device-${randomBytes(12).toString('hex')}`;
  const { store, kind, label } = record;
  await log.registerDevice({ device, store, kind, label, parent, enrolledAtMs: clock() });
  return device;
}
