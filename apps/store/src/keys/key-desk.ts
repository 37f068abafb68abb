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

/** The part of a KeyboardEvent that decides whether a key is the app's. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Keys that mean the same wherever focus is. */
const EVERYWHERE: ReadonlySet<string> = new Set(['Escape', 'Ctrl+Enter', 'F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10']);
/** Keys that a focused text field needs for itself. */
const ON_SCREEN: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'Delete', 'Backspace', 'Ctrl+z']);
/** Keys that a focused button, link or list needs for itself. */
const ON_BARE_SCREEN: ReadonlySet<string> = new Set(['Enter']);

export type Focus = 'field' | 'control' | 'screen';

/** The name under which the desk gets this key, or null when it belongs to what has the focus. */
export function deskKey(pressed: PressedKey, focus: Focus): string | null {
  if (pressed.altKey) return null;
  const control = pressed.ctrlKey || pressed.metaKey;
  const name = (control ? 'Ctrl+' : '') + (control && pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key);
  if (EVERYWHERE.has(name)) return name;
  if (focus !== 'field' && ON_SCREEN.has(name)) return name;
  if (focus === 'screen' && ON_BARE_SCREEN.has(name)) return name;
  return null;
}
