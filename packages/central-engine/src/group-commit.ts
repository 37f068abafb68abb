// Group commit: what devices of all connections submit, as few transactions as possible. Owns the waiting line and nothing
// else; the log owns the transaction.
//
//   idle ──submission──▶ committing ──on disk──▶ answered, then published ──▶ a turn for others ──▶ committing … idle
//                           │  what arrives meanwhile waits for the next
//
// 1. At most one commit runs. The next one begins before the answers of the one before it are given: a log that writes in a
// thread of its own works on meanwhile. After the answers everything else has its turn. 2. A submission is answered after its commit is
// on disk; those of one device in the order they came. 3. Devices take turns: each that waits has one submission in a round,
// whatever the others have waiting. 4. News of a commit go out after its answers. 5. What waits is bounded in bytes; past
// that a submission is turned away at once. 6. When a group can not be written, each of its submissions is tried alone.
// 7. A group is as large as was committed within `GROUP_AIM_MS`: whoever comes next waits for it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CentralLog, DeviceId, Planner, PushOutcome, Submission } from '@streamstock/event-log';
import { BUSY_FOR_MS, GROUP_AIM_MS, GROUP_EVENTS_MAX, GROUP_EVENTS_MIN, WAITING_BYTES_MAX } from './limits.ts';

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
  readonly events: number;
  readonly bytes: number;
  readonly answer: (answer: PushAnswer) => void;
}

interface Running {
  readonly group: readonly Waiting[];
  readonly events: number;
  readonly answered: Promise<readonly PushAnswer[]>;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waitingBytesMax: number;
  /** By device, in the order of their turns; none is empty. */
  readonly #waiting = new Map<DeviceId, Waiting[]>();
  #waitingBytes = 0;
  #waitingEvents = 0;
  #groupEvents = GROUP_EVENTS_MIN;
  #submittedAtMs = -Infinity;
  #running: Promise<void> | null = null;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#waitingBytesMax = options.waitingBytesMax ?? WAITING_BYTES_MAX;
  }

  /** Something waits for the next commit, or did a moment ago: more of it is likely to be on its way. */
  get isBusy(): boolean {
    return this.#waiting.size > 0 || performance.now() - this.#submittedAtMs < BUSY_FOR_MS;
  }

  /** `answer` is called exactly once, never before this returns. */
  submit(submission: Submission, answer: (answer: PushAnswer) => void): void {
    const lines = submission.kind === 'hole' ? [] : submission.lines;
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    if (this.#waitingBytes + bytes > this.#waitingBytesMax) {
      queueMicrotask(() =>
        answer({ kind: 'failed', detail: `More than ${this.#waitingBytesMax} bytes wait for their commit.` }),
      );
      return;
    }
    const device = submission.kind === 'resupply' ? submission.supplier : submission.device;
    const waiting = { submission, events: Math.max(1, lines.length), bytes, answer };
    const ofDevice = this.#waiting.get(device);
    if (ofDevice === undefined) this.#waiting.set(device, [waiting]);
    else ofDevice.push(waiting);
    this.#waitingBytes += bytes;
    this.#waitingEvents += waiting.events;
    this.#submittedAtMs = performance.now();
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // Frames that came in one turn of the event loop are one group.
    await nextTurn();
    let next = this.#begin();
    while (next !== null) {
      const { group, events, answered } = next;
      const answers = await answered;
      // Who sends much will have more in a moment: a commit of little costs nearly as much as one of all of it.
      const ebbs = events > GROUP_EVENTS_MIN && this.#waitingEvents < GROUP_EVENTS_MIN;
      next = ebbs ? null : this.#begin();
      for (const [index, { answer }] of group.entries())
        answer(answers[index] ?? { kind: 'failed', detail: 'The log gave no answer.' });
      try {
        await this.#options.committed();
      } catch (error) {
        this.#options.failed(error);
      }
      await nextTurn();
      next ??= this.#begin();
    }
    this.#running = null;
  }

  /** null: nothing waits. */
  #begin(): Running | null {
    if (this.#waiting.size === 0) return null;
    const group = this.#takeGroup();
    const events = group.reduce((sum, one) => sum + one.events, 0);
    return { group, events, answered: this.#timed(group) };
  }

  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let events = 0;
    for (;;) {
      // A round: the map's order is that of the turns; who had one goes to the end of it.
      const round = [...this.#waiting];
      if (round.length === 0) return group;
      for (const [device, ofDevice] of round) {
        const [first] = ofDevice;
        if (first === undefined) throw new Error('A device without anything waiting stood in the line.');
        if (group.length > 0 && events + first.events > this.#groupEvents) return group;
        ofDevice.shift();
        this.#waiting.delete(device);
        if (ofDevice.length > 0) this.#waiting.set(device, ofDevice);
        group.push(first);
        events += first.events;
        this.#waitingBytes -= first.bytes;
        this.#waitingEvents -= first.events;
      }
    }
  }

  /** One commit; the next may be larger or smaller by how long it took. */
  async #timed(group: readonly Waiting[]): Promise<PushAnswer[]> {
    const beganMs = performance.now();
    const answers = await this.#commit(group);
    const tookMs = performance.now() - beganMs;
    if (tookMs > GROUP_AIM_MS) this.#groupEvents = Math.max(GROUP_EVENTS_MIN, Math.floor(this.#groupEvents / 2));
    else if (tookMs < GROUP_AIM_MS / 2) this.#groupEvents = Math.min(GROUP_EVENTS_MAX, this.#groupEvents * 2);
    return answers;
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
    // One submission that can not be written must not hold up the others.
    const answers: PushAnswer[] = [];
    for (const one of group) answers.push(...(await this.#commit([one])));
    return answers;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
