// Group commit: pushes of all connections, in the order they came, as few transactions as possible. Owns the waiting line and
// nothing else; the log owns the transaction.
//
//   idle ──push──▶ committing ──on disk──▶ answered, then published ──▶ more waiting? ──▶ committing … idle
//                     │  what arrives meanwhile waits for the next
//
// 1. At most one commit runs. 2. A push is answered after its commit is on disk, in the order of arrival. 3. News of a commit
// go out after its answers. 4. Waiting pushes are bounded in bytes; past that a push is turned away at once. 5. When a group
// can not be written, each of its pushes is tried alone.
import { utf8Length, type CentralLog, type EventLine, type Planner, type PushOutcome, type Submission } from '@streamstock/event-log';
import { GROUP_EVENTS_MAX, WAITING_BYTES_MAX } from './limits.ts';

export type PushAnswer =
  | { readonly kind: 'committed'; readonly outcome: PushOutcome }
  /** Nothing of it was written. */
  | { readonly kind: 'failed'; readonly detail: string };

export interface GroupCommitOptions {
  readonly log: Pick<CentralLog, 'append'>;
  readonly plan: Planner;
  /** After the answers of every commit. */
  readonly committed: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly waitingBytesMax?: number;
}

interface Waiting {
  readonly submission: Submission;
  readonly bytes: number;
  readonly answer: (answer: PushAnswer) => void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waitingBytesMax: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | null = null;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#waitingBytesMax = options.waitingBytesMax ?? WAITING_BYTES_MAX;
  }

  /** `answer` is called exactly once, never before this returns. */
  submit(submission: Submission, answer: (answer: PushAnswer) => void): void {
    const bytes = linesOf(submission).reduce((sum, line) => sum + utf8Length(line), 0);
    if (this.#waitingBytes + bytes > this.#waitingBytesMax) {
      queueMicrotask(() =>
        answer({ kind: 'failed', detail: `More than ${this.#waitingBytesMax} bytes wait for their commit.` }),
      );
      return;
    }
    this.#waiting.push({ submission, bytes, answer });
    this.#waitingBytes += bytes;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // Frames that came in one turn of the event loop are one group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const answers = await this.#commit(group);
      for (const [index, { answer }] of group.entries())
        answer(answers[index] ?? { kind: 'failed', detail: 'The log gave no answer.' });
      try {
        await this.#options.committed();
      } catch (error) {
        this.#options.failed(error);
      }
    }
    this.#running = null;
  }

  #takeGroup(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const { submission } of this.#waiting) {
      events += linesOf(submission).length;
      if (count > 0 && events > GROUP_EVENTS_MAX) break;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const { bytes } of group) this.#waitingBytes -= bytes;
    return group;
  }

  async #commit(group: readonly Waiting[]): Promise<PushAnswer[]> {
    const { log, plan, failed } = this.#options;
    try {
      const outcomes = await log.append(
        group.map(({ submission }) => submission),
        plan,
      );
      return outcomes.map((outcome) => ({ kind: 'committed', outcome }));
    } catch (error) {
      failed(error);
      if (group.length === 1) return [{ kind: 'failed', detail: messageOf(error) }];
    }
    // One push that can not be written must not hold up the others.
    const answers: PushAnswer[] = [];
    for (const one of group) answers.push(...(await this.#commit([one])));
    return answers;
  }
}

function linesOf(submission: Submission): readonly EventLine[] {
  return submission.kind === 'hole' ? [] : submission.lines;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
