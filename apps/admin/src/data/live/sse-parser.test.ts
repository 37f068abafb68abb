import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseParser, type SseMessage } from './sse-parser.ts';

function parse(chunks: readonly string[]): SseMessage[] {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => [...parser.push(chunk)]);
}

test('a message has the name of its event line and all its data lines', () => {
  expect(parse(['event: stock\ndata: {"a":1,\ndata: "b":2}\n\n'])).toEqual([
    { name: 'stock', data: '{"a":1,\n"b":2}' },
  ]);
});

test('comments are heartbeats, not messages; a message without a name is called message', () => {
  expect(parse([': still here\n\n', 'id: 7\ndata: x\n\n'])).toEqual([{ name: 'message', data: 'x' }]);
});

test('an unfinished message is kept until its empty line comes', () => {
  expect(parse(['event: hel', 'lo\nda', 'ta: 1'])).toEqual([]);
  expect(parse(['event: hel', 'lo\nda', 'ta: 1\n', '\n'])).toEqual([{ name: 'hello', data: '1' }]);
});

test('any split of the stream and any line break gives the same messages', () => {
  const data = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
  const message = fc.record({ name: fc.constantFrom('hello', 'stock', 'log'), data });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat(200), { maxLength: 12 }),
      (messages, lineBreak, cuts) => {
        const text = messages
          .map((each) => `event: ${each.name}${lineBreak}data: ${each.data}${lineBreak}${lineBreak}`)
          .join('');
        // One more comment: a lone carriage return at the end of everything rightly waits for its line feed.
        const whole = `${text}: end${lineBreak}\n`;
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].toSorted((a, b) => a - b);
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(parse(chunks)).toEqual(messages);
      },
    ),
  );
});

test('a message past its bound is refused instead of growing for ever', () => {
  const parser = createSseParser(100);
  expect(() => {
    for (let count = 0; count < 20; count += 1) parser.push('data: 0123456789\n');
  }).toThrow(RangeError);
});
