// What a command of `pnpm faults` is: a tier of the simulation or a part of the hunt for planted bugs. Only shapes, and
// the reading of arguments; what a command runs is its own matter.
import { availableParallelism, totalmem } from 'node:os';

/** The arguments were no good: told without a stack. */
export class UsageError extends Error {}

export type OptionKind = 'string' | 'boolean';

export interface FaultsCommand {
  /** What `--tier` or `--part` calls it. */
  readonly name: string;
  /** Its paragraph of `--help`, each line indented by two spaces. */
  readonly help: string;
  /** Its options beyond those that every command knows: seeds, from, seed, workers, json. */
  readonly options?: Readonly<Record<string, OptionKind>>;
  /** Returns the exit code. */
  run(request: FaultsRequest): Promise<number>;
}

export const COMMON_OPTIONS = {
  seeds: 'string',
  from: 'string',
  seed: 'string',
  workers: 'string',
  json: 'boolean',
} as const satisfies Record<string, OptionKind>;

/** The arguments of one call. */
export class FaultsRequest {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== false;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A whole number from 1 on. */
  count(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`--${name} must be a whole number from 1 on, not "${text}".`);
    return value;
  }

  get json(): boolean {
    return this.has('json');
  }

  /** Threads: one per core unless told otherwise. */
  get workers(): number {
    return this.count('workers', availableParallelism());
  }

  /** Overwritten in place, and only where a person watches. */
  progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text} `);
  }
}

export const machine = () => ({
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

/** The last line of the output, where `--json` asks for it. */
export function printJson(fields: object): void {
  console.log(JSON.stringify({ ...fields, machine: machine() }));
}
