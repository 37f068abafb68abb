// Keeps the read models in step with the log: one step at a time, retried, and in the end without the one event that a
// projector can not fold (it goes to that projector's dead letters, the rest goes on). Owns when and how often; the log owns
// the transaction, the projectors own the tables.
//
//   idle ──poke──▶ stepping ──checkpoint = head──▶ idle          pause(): waits for the running step, holds the next one back
//                    │ ▲
//               fails│ │after a wait; from the third time on single events; after the last, the event is left out
//                    ▼ │
//                  waiting
//
// 1. At most one step runs. 2. What a step wrote is told to `stepped` exactly once, after its commit, in order. 3. A step that
// failed is never told. 4. Between two steps everybody else has their turn.
import { setTimeout as delay } from 'node:timers/promises';
import type { CentralLog, Position, Projector } from '@streamstock/event-log';
import { breathe } from '../read/breathe.ts';
import type { RecordedWrite, WriteRecorder } from './recorded-writes.ts';

/** Events a step folds: small enough to hold nobody up, large enough to be fast at catching up. */
const STEP_EVENTS_LIVE = 50;
const STEP_EVENTS_CATCHING_UP = 500;
const RETRIES_MAX = 5;
const RETRY_DELAY_FIRST_MS = 50;
/** From this failure on, single events, so that the one that fails is known. */
const SINGLE_FROM_FAILURE = 3;

export interface ProjectionDriverOptions {
  readonly log: CentralLog;
  readonly recorder: WriteRecorder;
  readonly clock: () => number;
  readonly stepped: (writes: readonly RecordedWrite[], checkpoint: Position) => void;
  readonly failed: (error: unknown, left: { readonly projector: string; readonly position: Position } | null) => void;
}

/** A projector that could not fold a step. */
export class ProjectorFailed extends Error {
  override readonly name = 'ProjectorFailed';
  readonly projector: Pick<Projector, 'name' | 'version'>;
  /** Where the step began: with single events, the event that can not be folded. */
  readonly position: Position;
  constructor(projector: Pick<Projector, 'name' | 'version'>, position: Position, cause: unknown) {
    super(`The projector "${projector.name}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.projector = projector;
    this.position = position;
  }
}

export class ProjectionDriver {
  readonly #options: ProjectionDriverOptions;
  readonly #projectors: readonly Projector[];
  #running: Promise<void> | null = null;
  #held: Promise<void> | null = null;
  #closed = false;
  #checkpoint: Position = 0;

  constructor(options: ProjectionDriverOptions) {
    this.#options = options;
    this.#projectors = options.recorder.projectors.map(named);
  }

  get checkpoint(): Position {
    return this.#checkpoint;
  }

  /** Brings everything up to the head of now. Rejects when the log itself fails. */
  async catchUp(): Promise<void> {
    const { position } = await this.#options.log.head();
    while (this.#checkpoint < position && !this.#closed) {
      if (this.#held !== null) await this.#held;
      else await (this.#running ??= this.#run());
    }
  }

  /** The read models stay where they are until `resume`. */
  async pause(): Promise<{ readonly position: Position; readonly resume: () => void }> {
    while (this.#held !== null) await this.#held;
    let release = (): void => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    await this.#running;
    return {
      position: this.#checkpoint,
      resume: () => {
        this.#held = null;
        release();
      },
    };
  }

  /** Waits for the running step; nothing is stepped any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    // `#running` is set by now, and unset in the same turn in which the loop ends: nobody joins a run that is over.
    await breathe();
    try {
      for (let more = true; more && !this.#closed && this.#held === null; await breathe()) {
        const { checkpoint, head } = await this.#step();
        more = checkpoint < head;
      }
    } finally {
      this.#running = null;
    }
  }

  async #step(): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.#tryStep(failures);
      } catch (error) {
        this.#options.recorder.forget();
        if (!(error instanceof ProjectorFailed)) throw error;
        this.#options.failed(error, null);
        if (failures >= RETRIES_MAX) return await this.#leaveOut(error);
        await delay(RETRY_DELAY_FIRST_MS * 2 ** failures);
      }
    }
  }

  async #tryStep(failures: number): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    const { log, recorder, stepped } = this.#options;
    const { position } = await log.head();
    const events = position - this.#checkpoint > STEP_EVENTS_CATCHING_UP ? STEP_EVENTS_CATCHING_UP : STEP_EVENTS_LIVE;
    const result = await log.project(this.#projectors, failures >= SINGLE_FROM_FAILURE ? 1 : events);
    this.#checkpoint = result.checkpoint;
    stepped(recorder.take(), result.checkpoint);
    return result;
  }

  /** A step of a single event failed to the last: this projector goes on without it. */
  async #leaveOut(error: ProjectorFailed): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    const { log, clock, failed } = this.#options;
    const { position } = error;
    await log.deadLetter(error.projector, position, error.message.slice(0, 500), clock());
    failed(error, { projector: error.projector.name, position });
    return { checkpoint: this.#checkpoint, head: (await log.head()).position };
  }
}

/** Whoever fails says who they are. */
function named(projector: Projector): Projector {
  return {
    ...projector,
    project: async (tables, changes) => {
      try {
        await projector.project(tables, changes);
      } catch (error) {
        // New events come first, by position; what rulings move comes behind them.
        const position = changes[0]?.position;
        throw position === undefined ? error : new ProjectorFailed(projector, position, error);
      }
    },
  };
}
