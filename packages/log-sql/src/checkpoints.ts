// When the write-ahead log is copied into the file, and by whom: a thread of its own, so that no commit has to wait for it.
// Owns that thread. The writing connection still copies by itself (`CHECKPOINT_PAGES` in connection.ts) what has grown past
// the thread's reach, or all of it if the thread can not be had: then commits take longer, and nothing else changes.
//
//   idle ──about 1,000 pages written──▶ copying ──▶ idle            an error ends the thread; the next 1,000 pages begin another
import { Worker } from 'node:worker_threads';
import { PAGE_BYTES } from './connection.ts';

export type CheckpointQuestion = 'checkpoint' | 'close';

/** How many pages the write-ahead log held, and how many of them are in the file now. */
export interface CheckpointMessage {
  readonly pages: number;
  readonly copied: number;
}

/** The log is copied when about so many pages were written to it since the last time. */
const PAGES_BETWEEN = 1_000;
/** What a transaction writes whatever is in it, and what its events add: need not be exact. */
const PAGES_PER_TRANSACTION = 10;
const PAGES_PER_ROW = 0.25;

export class Checkpoints {
  readonly #path: string;
  #worker: Worker | null = null;
  #isCopying = false;
  #pages = 0;

  /** Nothing is started before there is something to copy. */
  constructor(path: string) {
    this.#path = path;
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** A transaction of so many rows, and texts so long together, was committed. Takes no time. */
  committed(rows: number, characters = 0): void {
    this.#pages += PAGES_PER_TRANSACTION + rows * PAGES_PER_ROW + characters / PAGE_BYTES;
    if (this.#pages < PAGES_BETWEEN || this.#isCopying) return;
    this.#pages = 0;
    this.#isCopying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('checkpoint' satisfies CheckpointQuestion);
  }

  /** Resolves when the thread has let go of the file. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#worker = null;
    worker.ref();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close' satisfies CheckpointQuestion);
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint.worker.ts', import.meta.url), { workerData: { path: this.#path } });
    // It alone keeps no process alive.
    worker.unref();
    worker.on('message', () => (this.#isCopying = false));
    worker.on('error', (error) =>
      process.emitWarning(
        `The thread that copies the write-ahead log ended; commits copy it meanwhile. ${String(error)}`,
      ),
    );
    worker.once('exit', () => {
      this.#isCopying = false;
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }
}
