// Hands key presses to whoever is on top of the screen: the sheet before the screen, the screen before the app. A handler
// that has no use for a key lets it through. Knows no key's meaning; characters reach it only after the scanner let them go.

/** Returns true when the key was used. `key` as in KeyboardEvent.key, with "Ctrl+" before it where Ctrl or ⌘ is held. */
export type KeyHandler = (key: string) => boolean;

export class KeyDesk {
  #handlers: readonly KeyHandler[] = [];

  /** The last to register is asked first. Returns the way to stop. */
  handle(handler: KeyHandler): () => void {
    this.#handlers = [...this.#handlers, handler];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== handler);
    };
  }

  readonly press = (key: string): boolean => this.#handlers.toReversed().some((handler) => handler(key));
}
