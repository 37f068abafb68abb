// Answers to what the simulated centre's sessions ask of its log, as the central engine gives them. Owns nothing.
import type { CentralLog, DeviceId, Seal } from '@streamstock/event-log';
import type { CentralEffect, CentralInput, TicketResult } from '../central-session-types.ts';
import { HOLES_NAMED_MAX } from '../limits.ts';
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
  readonly redeem: (hello: Hello) => Promise<TicketResult>;
  readonly mint: () => DeviceId;
  /** A fork of a removed device was given this id. */
  readonly removedToo: (device: DeviceId) => void;
}

/** The centre's own seal. */
export const simSeal: Seal = (text) => quickHash(`a key that is kept outside the database\n${text}`).slice(0, 32);

export async function answerFromLog(effect: AskingEffect, options: AnswerOptions): Promise<Untimed<CentralInput>> {
  const { log, nowMs, frameEventsMax, mint } = options;
  switch (effect.type) {
    case 'redeemTicket':
      return { type: 'ticketRedeemed', result: await options.redeem(effect.hello) };
    case 'readGreeting': {
      const record = await log.device(effect.device);
      const ticketRecord = await log.device(effect.ticketDevice);
      const head = await log.head();
      const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      const holes = await log.damagedHoles(effect.device, HOLES_NAMED_MAX);
      return { type: 'greetingRead', facts: { record, ticketRecord, head, hashAtCursor, points, holes } };
    }
    case 'readForStore': {
      const limit = { ...effect.limit, eventsMax: Math.min(effect.limit.eventsMax, frameEventsMax) };
      return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, limit) };
    }
    case 'readUnknown':
      return { type: 'unknownRead', ids: await log.unknownOf(effect.ids) };
    case 'readDeviceHashes': {
      const points = await log.deviceHashesAt(effect.device, effect.seqs);
      const [lost] = await log.damagedHoles(effect.device, 1);
      return { type: 'hashesRead', points, lostFrom: lost?.fromSeq ?? null };
    }
    case 'mintDevice': {
      const device = mint();
      const { store, parent } = effect;
      await log.registerDevice({ device, store, kind: 'installation', label: device, parent, enrolledAtMs: nowMs });
      // Whatever descends from a removed device is removed, and no restore forgets it.
      if ((await log.device(parent))?.revokedAtMs !== null) {
        options.removedToo(device);
        await log.revokeDevice(device, nowMs);
      }
      return { type: 'deviceMinted', device };
    }
  }
}
