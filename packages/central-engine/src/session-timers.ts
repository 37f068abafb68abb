// The timers of one session: set again or cleared, an earlier setting never fires. Owns the timers.
export class SessionTimers<Name extends string> {
  readonly #fire: (name: Name) => void;
  readonly #timers = new Map<Name, NodeJS.Timeout>();

  constructor(fire: (name: Name) => void) {
    this.#fire = fire;
  }

  set(name: Name, afterMs: number): void {
    this.clear(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      this.#fire(name);
    }, afterMs);
    this.#timers.set(name, timer.unref());
  }

  clear(name: Name): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
