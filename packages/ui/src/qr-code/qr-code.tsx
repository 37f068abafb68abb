// The entry `@streamstock/ui/qr-code`: a QR code as one SVG path, always dark on white, because scanners expect that.
import type { ReactNode } from 'react';
import { encode } from 'uqr';

/** What a QR code can hold at medium correction is far more; a pairing link is far less. */
const textLengthMax = 500;
const quietZone = 4;

export interface QrCodeProps {
  /** At most 500 characters. */
  readonly text: string;
  /** What it is for; the text itself must stand beside it for those who cannot scan. */
  readonly label: string;
  /** px. */
  readonly size?: number;
}

/** One square per dark module, in module units. */
function pathOf(modules: readonly (readonly boolean[])[]): string {
  return modules
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + quietZone} ${y + quietZone}h1v1h-1z` : '')))
    .join('');
}

export function QrCode({ text, label, size = 240 }: QrCodeProps): ReactNode {
  if (text.length > textLengthMax) throw new Error(`A QR code holds at most ${textLengthMax} characters here`);
  const { data } = encode(text, { ecc: 'M', border: 0 });
  const extent = data.length + 2 * quietZone;
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${extent} ${extent}`}
      shapeRendering="crispEdges"
    >
      <rect width={extent} height={extent} fill="var(--ss-qr-light)" />
      <path d={pathOf(data)} fill="var(--ss-qr-dark)" />
    </svg>
  );
}
