// Answers to what the simulated centre's sessions ask of its log, as the central engine gives them. Owns nothing.
import type { CentralLog, DeviceId, Seal } from '@streamstock/event-log';
import type { CentralEffect, CentralInput, TicketResult } from '../central-session-types.ts';
import type { Hello } from '../protocol.ts';
import { quickHash } from './random.ts';

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

export type AskingEffect = Extract<
  CentralEffect,
  { type: 'redeemTicket' | 'readGreeting' | 'readForStore' | 'readUnknown' | 'readDeviceHashes' | 'mintDevice' }
>;

export interface AnswerOptions {
  readonly log: CentralLog;
  readonly nowMs: number;
  readonly frameEventsMax: number;
  /** Whom a ticket was given to; it is used up by that. */
  readonly redeem: (ticket: string) => DeviceId | undefined;
  /** By the list beside the database, which knows more than a restored database. */
  readonly isRemoved: (device: DeviceId) => boolean;
  readonly mint: () => DeviceId;
}

/** The centre's own seal. */
export const simSeal: Seal = (text) => quickHash(`a key that is kept outside the database\n${text}`).slice(0, 32);

export async function answerFromLog(effect: AskingEffect, options: AnswerOptions): Promise<Untimed<CentralInput>> {
  const { log, nowMs, frameEventsMax, mint } = options;
  switch (effect.type) {
    case 'redeemTicket':
      return { type: 'ticketRedeemed', result: await redeem(effect.hello, options) };
    case 'readGreeting': {
      const record = await log.device(effect.device);
      const ticketRecord = await log.device(effect.ticketDevice);
      const head = await log.head();
      const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      return { type: 'greetingRead', facts: { record, ticketRecord, head, hashAtCursor, points } };
    }
    case 'readForStore': {
      const limit = { ...effect.limit, eventsMax: Math.min(effect.limit.eventsMax, frameEventsMax) };
      return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, limit) };
    }
    case 'readUnknown':
      return { type: 'unknownRead', ids: await log.unknownOf(effect.ids) };
    case 'readDeviceHashes':
      return { type: 'hashesRead', points: await log.deviceHashesAt(effect.device, effect.seqs) };
    case 'mintDevice': {
      const device = mint();
      const { store, parent } = effect;
      await log.registerDevice({ device, store, kind: 'installation', label: device, parent, enrolledAtMs: nowMs });
      // Whatever descends from a removed device is removed.
      if ((await log.device(parent))?.revokedAtMs !== null) await log.revokeDevice(device, nowMs);
      return { type: 'deviceMinted', device };
    }
  }
}

/**
 * Single use; good for the device it was issued to, for whatever that became by forks, and for an id that nobody knows: after
 * a restore those of later forks are forgotten.
 */
async function redeem(
  { ticket, device }: Hello,
  { log, redeem: use, isRemoved }: AnswerOptions,
): Promise<TicketResult> {
  const credential = use(ticket);
  if (credential !== undefined) {
    if ((await log.device(device)) === null && isRemoved(device))
      return { kind: 'refused', refusal: 'revoked', message: 'This device was removed.', retryAfterMs: null };
    let current = await log.device(device);
    if (current === null) return { kind: 'granted', device: credential };
    for (; current !== null; current = current.parent === null ? null : await log.device(current.parent))
      if (current.device === credential) return { kind: 'granted', device: credential };
  }
  return { kind: 'refused', refusal: 'unauthorised', message: 'No such ticket.', retryAfterMs: null };
}
