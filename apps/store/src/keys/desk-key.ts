// Whose a key is: the app's, or that of what has the focus. Pure.

/** The part of a KeyboardEvent that decides whether a key is the app's. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Keys that mean the same wherever focus is. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'Escape',
  'Ctrl+Enter',
  'F2',
  'F3',
  'F4',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
]);
/** Keys that a focused text field needs for itself. */
const ON_SCREEN: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'Delete', 'Backspace', 'Ctrl+z']);
/** Keys that a focused button, link or list needs for itself. */
const ON_BARE_SCREEN: ReadonlySet<string> = new Set(['Enter']);

export type Focus = 'field' | 'control' | 'screen';

/** The name under which the desk gets this key, or null when it belongs to what has the focus. */
export function deskKey(pressed: PressedKey, focus: Focus): string | null {
  if (pressed.altKey) return null;
  const control = pressed.ctrlKey || pressed.metaKey;
  const name =
    (control ? 'Ctrl+' : '') + (control && pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key);
  if (EVERYWHERE.has(name)) return name;
  if (focus !== 'field' && ON_SCREEN.has(name)) return name;
  if (focus === 'screen' && ON_BARE_SCREEN.has(name)) return name;
  return null;
}
