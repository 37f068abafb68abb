// Runs the session's effects on the log, one at a time and in order, and answers each once. Owns the queue; decides
// nothing.
import type { DeviceLog } from '@streamstock/event-log';
import type { DeviceEffect, StatusReport } from '@streamstock/sync';
import type { SessionInput } from './session-input.ts';

export type LogEffect = Extract<
  DeviceEffect,
  {
    type:
      | 'readLog'
      | 'readOutbox'
      | 'applyFrame'
      | 'storeMark'
      | 'readHashes'
      | 'rechain'
      | 'setDamagedAside'
      | 'readHeld'
      | 'readLines'
      | 'readStatus';
  }
>;

const LOG_EFFECTS: ReadonlySet<DeviceEffect['type']> = new Set<LogEffect['type']>([
  'readLog',
  'readOutbox',
  'applyFrame',
  'storeMark',
  'readHashes',
  'rechain',
  'setDamagedAside',
  'readHeld',
  'readLines',
  'readStatus',
]);

export function isLogEffect(effect: DeviceEffect): effect is LogEffect {
  return LOG_EFFECTS.has(effect.type);
}

export interface LogEffectsOptions {
  readonly log: DeviceLog;
  readonly readStatus: () => Promise<StatusReport>;
  readonly answer: (input: SessionInput) => void;
  /** Told of every effect that the log could not run, beside the session, which only needs to know that it failed. */
  readonly failed: (error: unknown) => void;
}

export class LogEffects {
  readonly #options: LogEffectsOptions;
  #turn: Promise<void> = Promise.resolve();
  constructor(options: LogEffectsOptions) {
    this.#options = options;
  }

  run(effect: LogEffect): void {
    this.#turn = this.#turn.then(async () => {
      try {
        this.#options.answer(await this.#answerTo(effect));
      } catch (error) {
        const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.#options.answer({ type: 'logFailed', connection: effect.connection, detail });
        this.#options.failed(error);
      }
    });
  }

  async #answerTo(effect: LogEffect): Promise<SessionInput> {
    const { log } = this.#options;
    const { connection } = effect;
    switch (effect.type) {
      case 'readLog':
        return { type: 'logRead', connection, log: await log.state() };
      case 'readOutbox': {
        const { afterSeq, limit } = effect;
        return { type: 'outboxRead', connection, afterSeq, part: await log.outbox(afterSeq, limit) };
      }
      case 'applyFrame': {
        const outcome = await log.applyFrame(effect.frame);
        return { type: 'frameApplied', connection, to: effect.frame.to, outcome };
      }
      case 'storeMark':
        await log.accept(effect.mark, effect.over);
        return { type: 'markStored', connection, mark: effect.mark };
      case 'readHashes':
        return { type: 'hashesRead', connection, points: await log.hashesAt(effect.seqs) };
      case 'rechain':
        await log.rechain({ commonSeq: effect.commonSeq, device: effect.device, from: effect.from });
        return { type: 'rechained', connection };
      case 'setDamagedAside':
        await log.setDamagedAside(effect.seq, effect.problem);
        return { type: 'damagedSetAside', connection, seq: effect.seq };
      case 'readHeld':
        return { type: 'heldRead', connection, ids: await log.heldIds(effect.afterId, effect.idsMax) };
      case 'readLines':
        return { type: 'linesRead', connection, lines: await log.heldLines(effect.ids, effect.limit) };
      case 'readStatus':
        return { type: 'statusRead', connection, report: await this.#options.readStatus() };
    }
  }
}
