// What is being keyed on a document's screen: digits for a quantity, and a multiplier armed for the next scan. Pure.
// The multiplier never expires in silence: it goes with the scan, with ✕, or with the screen.
import { parseQuantity, pressKey, quantityMax, type KeypadKey } from '@streamstock/ui';

export interface Entry {
  readonly typed: string;
  /** Pieces or packs the next scan stands for; null: one. */
  readonly multiplier: number | null;
}

export const NO_ENTRY: Entry = { typed: '', multiplier: null };

export function pressEntryKey(entry: Entry, key: KeypadKey, decimals: number): Entry {
  return { ...entry, typed: pressKey(entry.typed, key, decimals) };
}

/** Arms what was typed; anything but a whole number from 2 to 99,999 arms nothing. */
export function armMultiplier(entry: Entry): Entry {
  const parsed = parseQuantity(entry.typed);
  if (parsed.kind !== 'quantity' || parsed.value < 2 || parsed.value > quantityMax) return entry;
  return { typed: '', multiplier: parsed.value };
}

/** The keypad's key for a key of a keyboard, or null. */
export function keypadKeyOf(key: string): KeypadKey | null {
  if (/^\d$/.test(key)) return key as KeypadKey;
  if (key === '.' || key === ',') return 'decimal';
  return key === 'Backspace' ? 'backspace' : null;
}
