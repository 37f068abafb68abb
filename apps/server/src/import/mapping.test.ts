import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowClassifier } from './classify.ts';
import type { CsvRecord } from './csv-file.ts';
import { parseMapping, requireColumns } from './mapping.ts';

const exampleText = readFileSync(new URL('../../../../examples/online-retail.mapping.json', import.meta.url), 'utf8');
const example = parseMapping(exampleText, 'online-retail.mapping.json');

function record(values: Record<string, string>): CsvRecord {
  const row = {
    InvoiceNo: '536370',
    StockCode: '21883',
    Description: 'STARS GIFT TAPE ',
    Quantity: '24',
    InvoiceDate: '2010-12-01 08:45:00',
    UnitPrice: '0.65',
    CustomerID: '12583',
    Country: 'France',
    ...values,
  };
  return { line: 2, values: row, fields: Object.values(row), problem: null };
}

describe('a mapping', () => {
  it('that is not JSON, or has wrong or unknown fields, is refused with each field named', () => {
    expect(() => parseMapping('{', 'm.json')).toThrow(/m\.json is not JSON.*Nothing was imported/s);
    const wrong = JSON.stringify({ ...JSON.parse(exampleText), timeZone: 'Mars/Olympus', colour: 1 });
    expect(() => parseMapping(wrong, 'm.json')).toThrow(/timeZone: is not a time zone/);
    expect(() => parseMapping(wrong, 'm.json')).toThrow(/colour/);
  });

  it('that names columns the file does not have is refused before any row', () => {
    expect(() => requireColumns(example, ['InvoiceNo', 'Quantity'], 'rows.csv')).toThrow(
      /does not have: .*StockCode.*Nothing was imported/s,
    );
  });
});

describe('the Online Retail mapping', () => {
  const classify = rowClassifier(example);

  it.each([
    ['a sale', {}, { label: 'sale', movement: 'sale', quantity: 24, priceMinorUnits: 650 }],
    ['a free gift', { UnitPrice: '0.0' }, { label: 'free gift', movement: 'sale', quantity: 24, priceMinorUnits: 0 }],
    [
      'a return',
      { InvoiceNo: 'C1', Quantity: '-3' },
      { label: 'return', movement: 'return', quantity: 3, fileQuantity: -3 },
    ],
    ['found goods', { UnitPrice: '0', CustomerID: '' }, { label: 'adjust in', movement: 'adjust-in', quantity: 24 }],
    [
      'a loss',
      { UnitPrice: '0', CustomerID: '', Quantity: '-5' },
      { label: 'adjust out', movement: 'adjust-out', quantity: 5 },
    ],
    ['a price of a tenth of a penny', { UnitPrice: '0.001' }, { label: 'sale', priceMinorUnits: 1 }],
    ['a code with letters', { StockCode: '85123a' }, { label: 'sale', sku: '85123a' }],
  ])('knows %s', (_, values, expected) => {
    expect(classify(record(values))).toMatchObject(expected);
  });

  it.each([
    ['postage', { StockCode: 'POST' }, 'not stock'],
    ['a bad debt', { InvoiceNo: 'A563185', StockCode: 'B', UnitPrice: '-11062.06' }, 'bad debt'],
  ])('keeps %s out of the stock', (_, values, label) => {
    expect(classify(record(values))).toMatchObject({ kind: 'no-stock', label });
  });

  it.each([
    ['a fraction of a piece', { Quantity: '1.5' }, /is not a whole number/],
    ['a sale of less than nothing', { Quantity: '-2' }, /can not be the quantity of a sale/],
    ['a return that takes goods away', { InvoiceNo: 'C1', Quantity: '2' }, /can not be the quantity of a return/],
    ['a time that does not exist', { InvoiceDate: '2011-02-30 10:00:00' }, /is not a time/],
    ['a negative price', { UnitPrice: '-1.00' }, /is not a price/],
    ['no country', { Country: ' ' }, /names no store/],
  ])('sets aside %s', (_, values, reason) => {
    const row = classify(record(values));
    expect(row.kind).toBe('set-aside');
    expect(row.kind === 'set-aside' && row.reason).toMatch(reason);
  });

  it('reads wall-clock times in the zone of the mapping, summer time included', () => {
    const timeOf = (text: string) => {
      const row = classify(record({ InvoiceDate: text }));
      return row.kind === 'movement' ? new Date(row.occurredAtMs).toISOString() : row;
    };
    expect(timeOf('2011-01-10 09:00:00')).toBe('2011-01-10T09:00:00.000Z');
    expect(timeOf('2011-07-10 09:00:00')).toBe('2011-07-10T08:00:00.000Z');
  });
});
