// Writes the central log in a thread of its own: judging, hashing, folding and waiting for the disk hold no socket up. Owns the
// thread and what was asked of it; the transactions are the write side's over there (serve-writer.ts).
//
//   asked ──▶ number, question ──▶ the thread ──▶ committed lines, notes ──▶ answer ──▶ resolved, in the order of commits
//                                     └── ends by itself ──▶ what waits is rejected; the next question begins another thread
//
// 1. What was committed is told before its append resolves. 2. While something was asked the thread keeps the process alive; idle,
// it does not. 3. When a thread ends by itself, its last commit may be on disk though its append was rejected: asked again, it
// finds the lines held and answers as it would have. Followers are told that they were not told of everything.
import type { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type {
  CentralHead,
  DeviceId,
  EventDraft,
  NewDevice,
  NewEpoch,
  Position,
  Projector,
  PushOutcome,
  Submission,
} from '@streamstock/event-log';
import { Followers } from './followers.ts';
import type { Follower, LogWriter } from './log-writer.ts';
import {
  problemAgain,
  unpackLines,
  type CallName,
  type ProjectorKey,
  type WriterCalls,
  type WriterMessage,
  type WriterQuestion,
} from './writer-messages.ts';

/** What is used of a worker. */
export type WriterWorker = Pick<Worker, 'postMessage' | 'ref' | 'unref'> & Pick<EventEmitter, 'on' | 'once'>;

/** The thread that writes the log. */
export interface WriterThreadOptions {
  /** A worker that calls `serveWriter` for this file. */
  readonly start: () => WriterWorker;
  /** What its projectors noted of each committed step, before `project` resolves. */
  readonly noted?: (note: unknown) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread ended by itself. */
class WriterEnded extends Error {
  override readonly name = 'WriterEnded';
  constructor(reason: string) {
    super(
      `The thread that writes the log ended (${reason}). What was acknowledged is safe; ask again, another one is started.`,
    );
  }
}

export class WriterThread implements LogWriter {
  readonly #options: WriterThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #followers = new Followers<Parameters<Follower>[0]>();
  #worker: WriterWorker | null = null;
  #asked = 0;
  #closed: Promise<void> | null = null;

  constructor(options: WriterThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** The thread has a planner of its own. */
  async append(submissions: readonly Submission[]): Promise<readonly PushOutcome[]> {
    return await this.#ask('append', submissions);
  }

  async appendOwn(
    writer: DeviceId,
    drafts: readonly EventDraft[],
    nowMs: number,
  ): Promise<{ readonly appended: number; readonly known: number }> {
    return await this.#ask('appendOwn', writer, drafts, nowMs);
  }

  async beginEpoch(epoch: Required<NewEpoch>): Promise<CentralHead> {
    return await this.#ask('beginEpoch', epoch);
  }

  async registerDevice(record: NewDevice): Promise<void> {
    await this.#ask('registerDevice', record);
  }

  async revokeDevice(device: DeviceId, nowMs: number): Promise<void> {
    await this.#ask('revokeDevice', device, nowMs);
  }

  async project(
    projectors: readonly Projector[],
    eventsMax: number,
  ): Promise<{ readonly checkpoint: Position; readonly head: Position }> {
    return await this.#ask('project', projectors.map(keyOf), eventsMax);
  }

  async deadLetter(projector: ProjectorKey, position: Position, problem: string, nowMs: number): Promise<void> {
    await this.#ask('deadLetter', keyOf(projector), position, problem, nowMs);
  }

  follow(follower: Follower): () => void {
    return this.#followers.add(follower);
  }

  /** Resolves when what was asked before is done and the thread has let go of the file. A repeat waits for the same. */
  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await this.#send('close').catch(() => {});
    worker.ref();
    await ended;
  }

  async #ask<Name extends CallName>(
    name: Name,
    ...given: Parameters<WriterCalls[Name]>
  ): Promise<ReturnType<WriterCalls[Name]>> {
    if (this.#closed !== null) throw new Error('The log is closed. Nothing was written.');
    return await this.#send(name, ...given);
  }

  async #send<Name extends CallName>(
    name: Name,
    ...given: Parameters<WriterCalls[Name]>
  ): Promise<ReturnType<WriterCalls[Name]>> {
    const worker = (this.#worker ??= this.#start());
    const number = (this.#asked += 1);
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    // What can not be sent is a bug, and must not wait for an answer.
    try {
      worker.postMessage({ number, name, given } as unknown as WriterQuestion);
    } catch (error) {
      this.#waiting.delete(number);
      throw error;
    }
    worker.ref();
    return (await answered) as ReturnType<WriterCalls[Name]>;
  }

  #start(): WriterWorker {
    const worker = this.#options.start();
    let reason = 'without a word';
    worker.on('message', (message: WriterMessage) => this.#take(worker, message));
    worker.once('error', (error) => (reason = String(error)));
    worker.once('exit', () => this.#ended(worker, reason));
    worker.unref();
    return worker;
  }

  #take(worker: WriterWorker, message: WriterMessage): void {
    switch (message.kind) {
      case 'committed':
        this.#followers.tell(unpackLines(message.lines));
        return;
      case 'noted':
        this.#options.noted?.(message.note);
        return;
      case 'done':
        this.#taken(worker, message.number)?.resolve(message.value);
        return;
      case 'failed':
        this.#taken(worker, message.number)?.reject(problemAgain(message.problem));
        return;
    }
  }

  #taken(worker: WriterWorker, number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) worker.unref();
    return waiting;
  }

  #ended(worker: WriterWorker, reason: string): void {
    if (this.#worker === worker) this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    if (this.#closed === null) {
      process.emitWarning(new WriterEnded(reason));
      this.#followers.tell(null);
    }
    for (const { reject } of waiting) reject(new WriterEnded(reason));
  }
}

function keyOf({ name, version }: ProjectorKey): ProjectorKey {
  return { name, version };
}
