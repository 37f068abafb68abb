// Writes a draft after every tap: one write at a time, the newest state last, and never one after the draft was let go.
// Owns the order of writes to one slot; knows nothing of what is in it.
import type { LocalWrite } from '@streamstock/event-log';

export type KeeperState =
  | { readonly kind: 'kept' }
  | { readonly kind: 'writing' }
  /** The last write was not committed; the next tap or `retry` writes the newest state again. */
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * `writesOf(state, last)`: what must be written so that the device holds `state`, given that it holds `last` (null: nothing).
 */
export class DraftKeeper<State> {
  readonly #put: (writes: readonly LocalWrite[]) => Promise<void>;
  readonly #writesOf: (state: State, last: State | null) => readonly LocalWrite[];
  readonly #onChange: (state: KeeperState) => void;
  #held: State | null;
  #wanted: State | null = null;
  #running: Promise<void> | null = null;
  #open = true;

  constructor(options: {
    readonly put: (writes: readonly LocalWrite[]) => Promise<void>;
    readonly writesOf: (state: State, last: State | null) => readonly LocalWrite[];
    readonly held: State | null;
    readonly onChange: (state: KeeperState) => void;
  }) {
    this.#put = options.put;
    this.#writesOf = options.writesOf;
    this.#held = options.held;
    this.#onChange = options.onChange;
  }

  /** Begins writing `state`, or has it follow the write that runs. A state that is overtaken is skipped. */
  keep(state: State): void {
    if (!this.#open) return;
    this.#wanted = state;
    this.#running ??= this.#run();
  }

  /** Writes the newest state again after a failure. */
  retry(): void {
    if (this.#wanted !== null) this.#running ??= this.#run();
  }

  /** Waits for what runs; afterwards nothing is written until `goOn` or `startOver`: the caller's own transaction
   * follows. */
  async letGo(): Promise<void> {
    this.#open = false;
    await this.#running;
  }

  /** The caller's own transaction came to nothing: goes on as before, an earlier failure included. */
  goOn(): void {
    this.#open = true;
  }

  /** Begins anew after the draft was removed: the device holds nothing. */
  startOver(): void {
    this.#held = null;
    this.#wanted = null;
    this.#open = true;
    this.#onChange({ kind: 'kept' });
  }

  /** Begins with a draft that was found on the device. */
  takeUp(held: State): void {
    this.#held = held;
    this.#wanted = null;
    this.#open = true;
  }

  async #run(): Promise<void> {
    this.#onChange({ kind: 'writing' });
    try {
      while (this.#wanted !== null) {
        const state = this.#wanted;
        const writes = this.#writesOf(state, this.#held);
        if (writes.length > 0) await this.#put(writes);
        this.#held = state;
        if (this.#wanted === state) this.#wanted = null;
      }
      this.#running = null;
      this.#onChange({ kind: 'kept' });
    } catch (error) {
      this.#running = null;
      this.#onChange({ kind: 'failed', error });
    }
  }
}
