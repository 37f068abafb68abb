// Keeps the read models in step with the log. Owns when a step runs, its retries, and what is left out in the end; the log
// owns each step's transaction, the projectors own the tables.
//
//   idle ──poke──▶ stepping ──checkpoint = head──▶ idle          pause(): waits for the running step, holds the next one back
//                    │  ▲
//               fails│  │after a wait, with fewer events, until the one at fault is alone in its step; after the last retry
//                    ▼  │it becomes a dead letter of that projector, and everything else goes on
//                  waiting
//
// 1. At most one step runs. 2. `stepped` is called after each step's commit, in order, and never for a step that failed.
// 3. Between two steps everything else has its turn. 4. What is not a projector's fault (the disk) is retried for ever.
// 5. A step is as large as fits in a few milliseconds: it holds up who writes; larger ones write less in all. 6. While others
// are busy with the log a step waits, at most `PATIENCE_MS` after the one before; not when someone waits for the read models. After `BEHIND_PATIENCE_MS` without
// having been in step it takes turns with them, half of the time each: read models fall behind for seconds, not for hours.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { StepFailed, type CentralLog, type Position, type Projector } from '@streamstock/event-log';
import { messageOf } from './group-commit.ts';

/** Events of a step: as many as took less than this last time, while others write and while nobody does… */
const STEP_AIM_BUSY_MS = 3;
const STEP_AIM_MS = 12;
const STEP_EVENTS_FIRST = 100;
/** …within these bounds. */
const STEP_EVENTS_MIN = 10;
const STEP_EVENTS_MAX = 500;
/** How long the read models stand back behind those who write. */
const PATIENCE_MS = 250;
const PATIENCE_LOOK_MS = 5;
const BEHIND_PATIENCE_MS = 5_000;
/** A step that a projector makes fail is tried again with a part of its events… */
const STEP_SHRINKS_BY = 8;
/** …and so often when it holds a single one. */
const RETRIES_MAX = 5;
const RETRY_DELAY_FIRST_MS = 50;
const RETRY_DELAY_MAX_MS = 10_000;
const PROBLEM_CHARACTERS_MAX = 500;

export interface ProjectionProblem {
  /** null: not a projector's fault. */
  readonly projector: string | null;
  readonly position: Position | null;
  /** This projector goes on without the event at `position`. */
  readonly leftOut: boolean;
  readonly detail: string;
}

export interface ProjectionLoopOptions {
  readonly log: Pick<CentralLog, 'project' | 'deadLetter' | 'head'>;
  readonly projectors: readonly Projector[];
  readonly clock: () => number;
  readonly stepped: (step: { readonly checkpoint: Position; readonly head: Position }) => void;
  readonly failed: (problem: ProjectionProblem) => void;
  /** Others want to write to the log now. */
  readonly othersBusy?: () => boolean;
  readonly retryDelayFirstMs?: number;
  /** Milliseconds that only grow; tests give their own. */
  readonly monotonicMs?: () => number;
}

export class ProjectionLoop {
  readonly #options: ProjectionLoopOptions;
  readonly #stop = new AbortController();
  #checkpoint: Position = 0;
  /** Small steps until the read models are past what failed. */
  #careful: { readonly events: number; readonly upTo: Position } | null = null;
  #stepEvents = STEP_EVENTS_FIRST;
  #steppedAtMs = -Infinity;
  #stepTookMs = 0;
  /** When the read models were in step with the log last. */
  #inStepAtMs: number;
  /** Callers that wait for the read models. */
  #awaited = 0;
  #poked = false;
  #running: Promise<void> | null = null;
  #held: Promise<void> | null = null;

  constructor(options: ProjectionLoopOptions) {
    this.#options = options;
    this.#inStepAtMs = this.#nowMs();
  }

  /** Where the read models stand, as far as this loop has seen. */
  get checkpoint(): Position {
    return this.#checkpoint;
  }

  /** The log may have grown. */
  poke(): void {
    this.#poked = true;
    if (this.#stop.signal.aborted || this.#held !== null) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      // A poke between the last look and here found a run that was over.
      if (this.#poked) this.poke();
    });
  }

  /** Resolves when the read models hold everything up to the head of now. */
  async catchUp(): Promise<Position> {
    const { position } = await this.#options.log.head();
    this.#awaited += 1;
    try {
      while (this.#checkpoint < position && !this.#stop.signal.aborted) {
        if (this.#held !== null) await this.#held;
        this.poke();
        await this.#running;
      }
    } finally {
      this.#awaited -= 1;
    }
    return this.#checkpoint;
  }

  /** The read models stay where they are until `resume`. */
  async pause(): Promise<{ readonly position: Position; readonly resume: () => void }> {
    while (this.#held !== null) await this.#held;
    let release = (): void => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    await this.#running;
    const resume = (): void => {
      this.#held = null;
      release();
      this.poke();
    };
    return { position: this.#checkpoint, resume };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted && this.#held === null;) {
      await nextTurn();
      await this.#standBack();
      const events = this.#careful?.events ?? this.#stepEvents;
      try {
        this.#poked = false;
        const step = await this.#timed(events);
        failures = 0;
        this.#checkpoint = step.checkpoint;
        if (this.#careful !== null && step.checkpoint >= this.#careful.upTo) this.#careful = null;
        this.#options.stepped(step);
        if (step.checkpoint >= step.head && !this.#poked) return;
      } catch (error) {
        failures = await this.#afterFailure(error, failures + 1, events);
      }
    }
  }

  async #standBack(): Promise<void> {
    const { othersBusy } = this.#options;
    while (othersBusy?.() === true && this.#awaited === 0 && !this.#stop.signal.aborted) {
      const nowMs = this.#nowMs();
      const patienceMs = nowMs - this.#inStepAtMs > BEHIND_PATIENCE_MS ? this.#stepTookMs : PATIENCE_MS;
      if (nowMs - this.#steppedAtMs >= patienceMs) return;
      await delay(PATIENCE_LOOK_MS, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
    }
  }

  /** One step; the next is larger or smaller by how long it took. */
  async #timed(events: number): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    const before = this.#checkpoint;
    const beganMs = this.#nowMs();
    const step = await this.#options.log.project(this.#options.projectors, events);
    this.#steppedAtMs = this.#nowMs();
    const tookMs = this.#steppedAtMs - beganMs;
    this.#stepTookMs = tookMs;
    if (step.checkpoint >= step.head) this.#inStepAtMs = this.#steppedAtMs;
    const aimMs = this.#options.othersBusy?.() === true ? STEP_AIM_BUSY_MS : STEP_AIM_MS;
    if (tookMs > aimMs) this.#stepEvents = Math.max(STEP_EVENTS_MIN, Math.floor((this.#stepEvents * aimMs) / tookMs));
    else if (tookMs < aimMs / 2 && step.checkpoint - before >= this.#stepEvents)
      this.#stepEvents = Math.min(STEP_EVENTS_MAX, this.#stepEvents * 2);
    return step;
  }

  #nowMs(): number {
    return this.#options.monotonicMs?.() ?? performance.now();
  }

  /** Waits, or leaves out what fails for good. Returns the failures that still count. */
  async #afterFailure(error: unknown, failures: number, events: number): Promise<number> {
    const detail = messageOf(error).slice(0, PROBLEM_CHARACTERS_MAX);
    if (!(error instanceof StepFailed)) {
      this.#options.failed({ projector: null, position: null, leftOut: false, detail });
      return await this.#wait(failures);
    }
    const { projector, position } = error;
    if (events === 1 && failures > RETRIES_MAX)
      return (await this.#leaveOut(error, detail)) ? 0 : await this.#wait(failures);
    this.#options.failed({ projector: projector.name, position, leftOut: false, detail });
    if (events === 1) return await this.#wait(failures);
    const upTo = Math.max(this.#careful?.upTo ?? 0, position + events);
    this.#careful = { events: Math.max(1, Math.floor(events / STEP_SHRINKS_BY)), upTo };
    await this.#wait(1);
    return 0;
  }

  async #wait(failures: number): Promise<number> {
    const { retryDelayFirstMs = RETRY_DELAY_FIRST_MS } = this.#options;
    const waitMs = Math.min(RETRY_DELAY_MAX_MS, retryDelayFirstMs * 2 ** (failures - 1));
    await delay(waitMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
    return failures;
  }

  async #leaveOut({ projector, position }: StepFailed, detail: string): Promise<boolean> {
    try {
      await this.#options.log.deadLetter(projector, position, detail, this.#options.clock());
    } catch (error) {
      this.#options.failed({ projector: null, position, leftOut: false, detail: messageOf(error) });
      return false;
    }
    this.#careful = null;
    this.#options.failed({ projector: projector.name, position, leftOut: true, detail });
    return true;
  }
}
