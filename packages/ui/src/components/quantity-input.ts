// Entering a quantity: what a key does to the text, and what the text means. Pure. The text is canonical while it is
// being keyed: digits and at most one point, whatever mark the screen shows.

/** Digits that are more likely a barcode than a quantity. */
export const codeDigitsMin = 8;
/** Above this the number is said in words and asked for once. */
const plainQuantityMax = 999;
const unusualFactor = 10;
/** Longer than the longest barcode. */
const digitsMax = 18;

export type KeypadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '00' | 'decimal' | 'backspace';

/** The text after a key. `decimals` 0 is pieces; a key that cannot apply changes nothing. */
export function pressKey(text: string, key: KeypadKey, decimals: number): string {
  if (key === 'backspace') return text.slice(0, -1);
  if (key === 'decimal') {
    if (decimals === 0 || text.includes('.')) return text;
    return text === '' ? '0.' : `${text}.`;
  }
  if (text === '0' || text === '') return key === '00' ? '0' : key;
  const [, fraction] = text.split('.');
  const room = fraction === undefined ? digitsMax - text.length : decimals - fraction.length;
  return text + key.slice(0, Math.max(0, room));
}

/** The same for a PIN, where every digit counts, leading zeros too. */
export function pressPinKey(pin: string, key: KeypadKey, pinDigitsMax: number): string {
  if (key === 'backspace') return pin.slice(0, -1);
  if (key === 'decimal') return pin;
  return (pin + key).slice(0, pinDigitsMax);
}

export type ParsedQuantity =
  /** In the smallest unit: 1.25 with three decimals is 1250. */
  | { readonly kind: 'quantity'; readonly value: number }
  | { readonly kind: 'empty' }
  /** So many digits that a barcode was scanned or typed into the wrong field. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'unreadable' };

const grouped = /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/;

/** One decimal mark, or none: both "." and "," are understood; where both occur the last one is it. */
function toCanonical(text: string, decimals: number): string {
  if (decimals === 0 && grouped.test(text)) return text.replaceAll(/[.,]/g, '');
  const mark = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (mark === -1) return text;
  return `${text.slice(0, mark).replaceAll(/[.,]/g, '')}.${text.slice(mark + 1)}`;
}

/** What a person typed or pasted. Spaces are ignored; nothing is rounded or guessed: what is unclear is `unreadable`. */
export function parseQuantity(text: string, decimals = 0): ParsedQuantity {
  const compact = text.replaceAll(/\s/g, '');
  if (compact === '') return { kind: 'empty' };
  if (/^\d+$/.test(compact) && compact.length >= codeDigitsMin) return { kind: 'code', code: compact };
  const parts = /^(\d*)(?:\.(\d*))?$/.exec(toCanonical(compact, decimals));
  const [whole = '', fraction = ''] = parts?.slice(1) ?? [];
  if (!parts || whole + fraction === '' || fraction.length > decimals) return { kind: 'unreadable' };
  return { kind: 'quantity', value: Number(whole + fraction.padEnd(decimals, '0')) };
}

/**
 * Whether a quantity should be asked for once more, in words: more than 999, or ten times what is usual for the item.
 * Below that nothing is ever asked. In whole units, not smallest ones.
 */
export function isUnusualQuantity(quantity: number, usual?: number): boolean {
  return quantity > plainQuantityMax || (usual !== undefined && usual > 0 && quantity >= usual * unusualFactor);
}
