import { describe, expect, it } from 'vitest';
import { armMultiplier, keypadKeyOf, NO_ENTRY, pressEntryKey } from './entry.ts';

describe('keying', () => {
  it('arms a whole number from 2 on, and nothing else', () => {
    const typed = (text: string) => armMultiplier({ ...NO_ENTRY, typed: text });
    expect(typed('12')).toEqual({ typed: '', multiplier: 12 });
    for (const text of ['', '0', '1', '1.5', '100000', '5601234567890'])
      expect(typed(text)).toEqual({ ...NO_ENTRY, typed: text });
  });

  it('keeps an armed multiplier while the next digits are typed', () => {
    const armed = armMultiplier({ ...NO_ENTRY, typed: '6' });
    expect(pressEntryKey(armed, '3', 0)).toEqual({ typed: '3', multiplier: 6 });
  });

  it('knows the keys of a number block', () => {
    expect(['7', ',', '.', 'Backspace', 'a', '*'].map(keypadKeyOf)).toEqual([
      '7',
      'decimal',
      'decimal',
      'backspace',
      null,
      null,
    ]);
  });
});
