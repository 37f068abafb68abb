import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { render } from '../testing/render.tsx';
import { QrCode } from './qr-code.tsx';

const link = 'https://shop.example/store/#pair=ABCD-EFGH';

test('every dark module is drawn once, inside a quiet zone, and the picture is named', () => {
  const html = render(<QrCode text={link} label="Pairing code" />);
  const { data } = encode(link, { ecc: 'M', border: 0 });
  expect(html.match(/h1v1h-1z/g)).toHaveLength(data.flat().filter(Boolean).length);
  expect(html).toContain(`viewBox="0 0 ${data.length + 8} ${data.length + 8}"`);
  expect(html).toContain('M4 4h1');
  expect(html).toContain('aria-label="Pairing code"');
});

test('more than a code should hold is a bug', () => {
  expect(() => render(<QrCode text={'x'.repeat(501)} label="x" />)).toThrow('at most 500 characters');
});
