// Comma-separated values for spreadsheets (RFC 4180). Text can never become a formula there; figures stay figures.
// Pure; builds one string and bounds nothing itself (a matrix is bounded by the items it lists).

export type CsvCell = string | number | null;

/** What a spreadsheet reads as the start of a formula or of a command. */
const formulaStart = /^[=+\-@\t\r]/;

function escapeText(text: string): string {
  // An apostrophe in front makes every spreadsheet show the text as it is.
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? String(cell) : escapeText(cell);
}

/** Rows of cells; null = nothing known, an empty field. Starts with a byte order mark, so that spreadsheets read UTF-8. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')}`;
}

/** A quantity kept as an integer at a scale, as an exact decimal: (1250, 3) → "1.250". Never a formula: digits, one point, one minus. */
export function decimalText(quantity: number, scale: number): string {
  const digits = String(Math.abs(quantity)).padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${quantity < 0 ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction}`;
}
