// What goes wrong with disks: a crash at a chosen step of a chosen write, a full disk. Owns no bytes; the logs ask it at each
// step of a write and either go on, fail, or find that their machine is gone.
//
// The steps of a write: `open` (nothing was done), `commit` (worked out, and not synced: a crash loses it), `after-commit`
// (synced, but whoever asked for it was not told).
import type { FaultPoint } from '@streamstock/event-log';

export const WRITE_POINTS = ['open', 'commit', 'after-commit'] as const satisfies readonly FaultPoint[];

/** The machine under a write is gone. Whoever meets it says nothing to anyone any more. */
export class MachineGone extends Error {
  override readonly name = 'MachineGone';
}

export class DiskFull extends Error {
  override readonly name = 'QuotaExceededError';
  constructor() {
    super('There is no space left on this disk.');
  }
}

interface Trap {
  stepsLeft: number;
  readonly spring: () => void;
}

export class DiskTrouble {
  isFull = false;
  /** Steps of writes so far. */
  steps = 0;
  #trap: Trap | null = null;

  /** After so many further steps (1: at the next one) the machine crashes. */
  crashIn(steps: number, crash: () => void): void {
    this.#trap = { stepsLeft: steps, spring: crash };
  }

  disarm(): void {
    this.#trap = null;
  }

  /** Asked at each step of a write: the error that strikes there, or null. */
  readonly strike = (point: FaultPoint): Error | null => {
    this.steps += 1;
    const trap = this.#trap;
    if (trap !== null) {
      trap.stepsLeft -= 1;
      if (trap.stepsLeft <= 0) {
        this.#trap = null;
        trap.spring();
        return new MachineGone();
      }
    }
    return this.isFull && point === 'commit' ? new DiskFull() : null;
  };
}
