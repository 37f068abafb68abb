// A program of a benchmark in a process of its own, asked and answering over the pipe between the two. Owns the child's
// life; knows nothing of what is measured.
import { fork, type ChildProcess } from 'node:child_process';
import { BenchmarkProblem } from './benchmark.ts';

const END_TIMEOUT_MS = 5_000;

interface Question {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

type Answer = { readonly number: number } & ({ readonly value: unknown } | { readonly problem: string });

export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(script: URL, execArgv: readonly string[] = []) {
    this.#process = fork(script, { execArgv: [...execArgv] });
    this.#process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      if ('problem' in answer) waiting?.reject(new BenchmarkProblem(answer.problem));
      else waiting?.resolve(answer.value);
    });
    this.#process.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new BenchmarkProblem(`${script.pathname} ended (${signal ?? String(code)}).`));
      this.#waiting.clear();
    });
  }

  async ask<Value>(name: string, argument: unknown = null): Promise<Value> {
    const question: Question = { number: (this.#asked += 1), name, argument };
    return await new Promise<Value>((resolve, reject) => {
      this.#waiting.set(question.number, { resolve: (value) => resolve(value as Value), reject });
      this.#process.send(question);
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_TIMEOUT_MS);
    this.#process.disconnect();
    await ended;
    clearTimeout(timer);
  }
}

/** The other end: what a child can be asked. */
export function answerParent(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  // Nobody asks any more: also when the parent was killed.
  process.once('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    void answer(answers, question).then((reply) => process.send?.(reply));
  });
}

async function answer(
  answers: Readonly<Record<string, (argument: never) => unknown>>,
  { number, name, argument }: Question,
): Promise<Answer> {
  try {
    const reply = answers[name];
    if (reply === undefined) throw new Error(`Nothing is known here by the name of ${name}.`);
    return { number, value: await reply(argument as never) };
  } catch (error) {
    return { number, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
