// Group commit at the simulated centre, as the central engine has it: at once when idle; while a commit runs, what arrives is
// gathered for the next. Committed, then acknowledged, then published. Owns what waits; dies with the process.
import type { FaultPoint, MemoryCentralLog, Planner, PushOutcome, Submission } from '@streamstock/event-log';
import type { Random } from './random.ts';
import { DiskFull } from './sim-disk.ts';
import type { Task } from './virtual-time.ts';

/** Submissions of all connections that one transaction takes. */
const GROUP_SUBMISSIONS_MAX = 64;

/** The process that commits. `Asker`: a connection. */
export interface CommitHost<Asker> {
  readonly random: Random;
  readonly plan: Planner;
  readonly log: () => MemoryCentralLog;
  /** Throws what strikes the disk at this step. */
  readonly strike: (point: FaultPoint) => void;
  readonly later: (delayMs: number, task: Task) => void;
  readonly written: () => Promise<void>;
  /** null: nothing was written. */
  readonly answer: (asker: Asker, outcome: PushOutcome | null) => void;
  /** Something was committed behind this position. */
  readonly publish: (before: number) => Promise<void>;
}

export class SimGroupCommit<Asker> {
  readonly #host: CommitHost<Asker>;
  #waiting: { readonly asker: Asker; readonly submission: Submission }[] = [];
  #committing = false;

  constructor(host: CommitHost<Asker>) {
    this.#host = host;
  }

  /** The process is gone. */
  crash(): void {
    this.#waiting = [];
    this.#committing = false;
  }

  add(asker: Asker, submission: Submission): void {
    this.#waiting.push({ asker, submission });
    this.#commitNext();
  }

  #commitNext(): void {
    if (this.#committing || this.#waiting.length === 0) return;
    this.#committing = true;
    const { log, random, later, answer, publish } = this.#host;
    later(random.int(1, 6), async () => {
      const batch = this.#waiting.splice(0, GROUP_SUBMISSIONS_MAX);
      const before = (await log().head()).position;
      const outcomes = await this.#committed(batch.map(({ submission }) => submission));
      later(random.int(0, 2), async () => {
        for (const [index, { asker }] of batch.entries()) answer(asker, outcomes?.[index] ?? null);
        await publish(before);
        this.#committing = false;
        this.#commitNext();
      });
    });
  }

  /** null: nothing of it was written, and the centre lives. */
  async #committed(submissions: readonly Submission[]): Promise<readonly PushOutcome[] | null> {
    const { log, plan, strike, written } = this.#host;
    try {
      strike('open');
      const outcomes = await log().append(submissions, plan);
      strike('after-commit');
      await written();
      return outcomes;
    } catch (error) {
      if (error instanceof DiskFull) return null;
      throw error;
    }
  }
}
