import { expect, test } from 'vitest';
import { fieldsMax, flatFields } from './flat-fields.ts';

test('what lies inside others is named by its path; empty and null stay visible', () => {
  const event = { id: 'a', store: null, audience: [], payload: { lines: [{ item: 'oat', quantity: 3 }] } };
  expect(flatFields(event)).toEqual([
    { path: 'id', text: 'a' },
    { path: 'store', text: 'null' },
    { path: 'audience', text: '[]' },
    { path: 'payload.lines.0.item', text: 'oat' },
    { path: 'payload.lines.0.quantity', text: '3' },
  ]);
});

test('a document of a thousand lines ends in a mark, not in a thousand rows', () => {
  const fields = flatFields({ lines: Array.from({ length: 1_000 }, () => ({ item: 'a', quantity: 1 })) });
  expect(fields).toHaveLength(fieldsMax + 1);
  expect(fields.at(-1)?.path).toBe('…');
});
