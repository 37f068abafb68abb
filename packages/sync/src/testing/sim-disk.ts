// What goes wrong with machines at a chosen step of their I/O, and disks that are full. Owns no bytes; the logs ask at each
// step and either go on, fail, or find that their machine is gone. What a step is, the log's disk says (FaultPoint): until
// `commit` nothing is written, at `after-commit` all of it is, and whoever asked for it was not told.
import type { FaultPoint } from '@streamstock/event-log';

/** The machine under a write is gone. Whoever meets it says nothing to anyone any more. */
export class MachineGone extends Error {
  override readonly name = 'MachineGone';
}

export class DiskFull extends Error {
  override readonly name = 'DiskFull';
  constructor() {
    super('There is no space left on this disk.');
  }
}

interface Trap {
  stepsLeft: number;
  readonly spring: () => void;
}

/** Where the log's disk looks for trouble: set only while there is some, since every look costs time. */
export interface TroubledDisk {
  faults: ((point: FaultPoint) => Error | null) | null;
}

export class DiskTrouble {
  readonly #disk: TroubledDisk | null;
  #isFull = false;
  #isCounting = false;
  #trap: Trap | null = null;
  /** Steps since `count`. */
  steps = 0;

  /** `disk`: asks only while there is trouble; null: whoever owns this asks always. */
  constructor(disk: TroubledDisk | null = null) {
    this.#disk = disk;
  }

  /** Counts the steps from now on. */
  count(): void {
    this.#isCounting = true;
    this.#listen();
  }

  /** After so many further steps (1: at the next one) the machine crashes. */
  crashIn(steps: number, crash: () => void): void {
    this.#trap = { stepsLeft: steps, spring: crash };
    this.#listen();
  }

  fill(isFull: boolean): void {
    this.#isFull = isFull;
    this.#listen();
  }

  /** Nothing goes wrong from now on. */
  end(): void {
    this.#isFull = false;
    this.#trap = null;
    this.#listen();
  }

  #listen(): void {
    if (this.#disk !== null)
      this.#disk.faults = this.#isFull || this.#isCounting || this.#trap !== null ? this.strike : null;
  }

  /** Asked at each step: the error that strikes there, or null. */
  readonly strike = (point: FaultPoint): Error | null => {
    this.steps += 1;
    const trap = this.#trap;
    if (trap !== null) {
      trap.stepsLeft -= 1;
      if (trap.stepsLeft <= 0) {
        this.#trap = null;
        this.#listen();
        trap.spring();
        return new MachineGone();
      }
    }
    return this.#isFull && point === 'commit' ? new DiskFull() : null;
  };
}
