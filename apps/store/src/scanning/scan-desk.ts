// Hands scanned codes to whoever is on top of the screen, one at a time, and keeps them while something must not be
// disturbed (a dialog, a PIN pad). Owns the order and the bound; knows no screen and no barcode.

/** Scans that wait behind a dialog. The next one is refused aloud: it was not taken. */
export const SCANS_HELD_MAX = 20;

export type ScanHandler = (code: string) => void;

export interface ScanDeskState {
  readonly waiting: number;
  /** Scans that were not taken because too many waited; told until the hold ends. */
  readonly refused: number;
}

export class ScanDesk {
  #handlers: ScanHandler[] = [];
  #holds = 0;
  #waiting: string[] = [];
  #state: ScanDeskState = { waiting: 0, refused: 0 };
  readonly #observers = new Set<() => void>();

  /** Takes every scan until stopped; the last to register goes first. */
  handle(handler: ScanHandler): () => void {
    this.#handlers = [...this.#handlers, handler];
    this.#release();
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== handler);
    };
  }

  /** Keeps scans until the returned function is called (calling it again does nothing). */
  hold(): () => void {
    let holding = true;
    this.#holds += 1;
    return () => {
      if (!holding) return;
      holding = false;
      this.#holds -= 1;
      this.#release();
    };
  }

  readonly scan = (code: string): void => {
    const handler = this.#handlers.at(-1);
    if (this.#holds === 0 && handler !== undefined) return handler(code);
    if (this.#waiting.length >= SCANS_HELD_MAX) return this.#set({ ...this.#state, refused: this.#state.refused + 1 });
    this.#waiting.push(code);
    this.#set({ ...this.#state, waiting: this.#waiting.length });
  };

  readonly state = (): ScanDeskState => this.#state;

  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  #release(): void {
    while (this.#holds === 0) {
      const handler = this.#handlers.at(-1);
      const code = handler === undefined ? undefined : this.#waiting.shift();
      if (handler === undefined || code === undefined) break;
      handler(code);
    }
    const refused = this.#holds === 0 ? 0 : this.#state.refused;
    if (this.#waiting.length !== this.#state.waiting || refused !== this.#state.refused)
      this.#set({ waiting: this.#waiting.length, refused });
  }

  #set(state: ScanDeskState): void {
    this.#state = state;
    for (const observer of this.#observers) observer();
  }
}
