// A business refusal as a problem: its own words, its code, and the field it is about.
import type { Refusal } from '@streamstock/inventory';
import { HttpProblem } from '../http/problems.ts';

/** `at`: where the refused command stood in what was sent ("barcodes.0."). */
export function refusalProblem({ code, message, path }: Refusal, at = ''): HttpProblem {
  const fields = path === undefined ? {} : { fields: [{ path: at + path.join('.'), message }] };
  return new HttpProblem('refused', message, 'Change it, then save again.', { code, ...fields });
}
