// The normal quantile: which multiple of the standard deviation a service level wants. Owns nothing else.
import { at } from './numbers.ts';

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index -= 1) value = value * x + at(coefficients, index);
  return value;
}

// Wichura, M. J. (1988). Algorithm AS 241: The percentage points of the normal distribution. Applied Statistics 37(3),
// 477–484: PPND16, about 16 digits. Three rational functions: the middle, the tails, the far tails.
const MIDDLE_OVER = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const MIDDLE_UNDER = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const TAIL_OVER = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const TAIL_UNDER = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR_OVER = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const FAR_UNDER = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/**
 * z with P(Z ≤ z) = share for a standard normal Z: 0.95 gives 1.6449. −∞ and ∞ for 0 and 1.
 * Throws a RangeError outside 0..1: a service level is checked where it enters.
 */
export function normalQuantile(share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`${share} is no share from 0 to 1.`);
  if (share === 0) return -Infinity;
  if (share === 1) return Infinity;
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(MIDDLE_OVER, r)) / polynomial(MIDDLE_UNDER, r);
  }
  const r = Math.sqrt(-Math.log(Math.min(share, 1 - share)));
  const z =
    r <= 5
      ? polynomial(TAIL_OVER, r - 1.6) / polynomial(TAIL_UNDER, r - 1.6)
      : polynomial(FAR_OVER, r - 5) / polynomial(FAR_UNDER, r - 5);
  return q < 0 ? -z : z;
}
