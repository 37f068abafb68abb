// A worker thread that answers one job at a time. Owns the thread; a thread that ends without an answer is an error with its
// exit code and its last words, never a promise that waits for ever.
import { Worker } from 'node:worker_threads';

/** Of what a thread wrote to standard error, the end is kept. */
const LAST_WORDS_CHARACTERS_MAX = 2_000;

export class Thread<Job, Answer> {
  readonly #worker: Worker;
  #lastWords = '';
  #exitCode: number | null = null;

  constructor(file: URL, data: unknown = null) {
    // Node warns on standard error that its module hooks are new: kept for the case that the thread dies.
    this.#worker = new Worker(file, { workerData: data, stderr: true });
    this.#worker.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARACTERS_MAX);
    });
    this.#worker.on('exit', (code) => {
      this.#exitCode = code;
    });
  }

  /** One at a time. Rejects if the thread throws or exits before it has answered. */
  ask(job: Job): Promise<Answer> {
    const worker = this.#worker;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (this.#exitCode !== null) return Promise.reject(this.#gone(this.#exitCode));
    const settle = (end: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      end();
    };
    const onMessage = (answer: Answer): void => settle(() => resolve(answer));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(this.#gone(code)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
    return promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #gone(code: number): Error {
    const words = this.#lastWords.trim();
    return new Error(`A thread ended with code ${code} before it answered.${words === '' ? '' : `\n${words}`}`);
  }
}

/** Gives each of so many threads the next job when it has answered the last one, as long as `onAnswer` wants more. */
export async function shareJobs<Job, Answer>(
  jobs: readonly Job[],
  threads: number,
  start: () => Thread<Job, Answer>,
  onAnswer: (answer: Answer) => boolean,
): Promise<void> {
  let next = 0;
  let wanted = true;
  const runOne = async (): Promise<void> => {
    const thread = start();
    try {
      for (let job = jobs[next++]; wanted && job !== undefined; job = jobs[next++])
        wanted = onAnswer(await thread.ask(job)) && wanted;
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, runOne));
}
