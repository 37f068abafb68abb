import { describe, expect, it } from 'vitest';
import { readTypedQuantity } from './typed-quantity.ts';

const pieces = { quantityScale: 0, usual: null, quantityMax: 99_999 };
const grams = { quantityScale: 3, usual: null, quantityMax: 99_999_000 };

describe('a typed quantity', () => {
  it('is a whole number of pieces', () => {
    expect(readTypedQuantity('12', pieces)).toEqual({ kind: 'quantity', quantity: 12, ask: false });
    expect(readTypedQuantity('0', pieces)).toEqual({ kind: 'quantity', quantity: 0, ask: false });
    expect(readTypedQuantity('1.5', pieces)).toEqual({ kind: 'not-a-quantity' });
    expect(readTypedQuantity('', pieces)).toEqual({ kind: 'empty' });
    expect(readTypedQuantity('-3', pieces)).toEqual({ kind: 'not-a-quantity' });
    expect(readTypedQuantity('1 200', pieces)).toMatchObject({ quantity: 1_200 });
  });

  it('takes either decimal mark for weighed items', () => {
    expect(readTypedQuantity('1,25', grams)).toMatchObject({ quantity: 1_250 });
    expect(readTypedQuantity('1.25', grams)).toMatchObject({ quantity: 1_250 });
    expect(readTypedQuantity('1.2505', grams)).toEqual({ kind: 'not-a-quantity' });
  });

  it('of eight digits or more is a barcode', () => {
    expect(readTypedQuantity('56012345', pieces)).toEqual({ kind: 'barcode', code: '56012345' });
    expect(readTypedQuantity('5601234567890', grams)).toEqual({ kind: 'barcode', code: '5601234567890' });
  });

  it('is asked about above 999, and above ten times the usual', () => {
    expect(readTypedQuantity('999', pieces)).toMatchObject({ ask: false });
    expect(readTypedQuantity('1000', pieces)).toMatchObject({ ask: true });
    expect(readTypedQuantity('21', { ...pieces, usual: 2 })).toMatchObject({ ask: true });
    expect(readTypedQuantity('20', { ...pieces, usual: 2 })).toMatchObject({ ask: false });
    expect(readTypedQuantity('12', grams)).toMatchObject({ quantity: 12_000, ask: false });
  });

  it('has a largest value', () => {
    expect(readTypedQuantity('99999', pieces)).toMatchObject({ kind: 'quantity' });
    expect(readTypedQuantity('100000', pieces)).toEqual({ kind: 'not-a-quantity' });
  });
});
