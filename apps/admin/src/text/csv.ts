// Comma-separated values for spreadsheets (RFC 4180). Text can never become a formula there; figures stay figures.
// Pure; builds one string and bounds nothing itself (a matrix is bounded by the items it lists).

/** `quantity`: an integer in the smallest unit; `scale`: its digits after the point. */
export interface CsvFigure {
  readonly quantity: number;
  readonly scale: number;
}

/** null: nothing known, an empty field. */
export type CsvCell = string | CsvFigure | null;

/** What a spreadsheet reads as the start of a formula or of a command. */
const formulaStart = /^[=+\-@\t\r]/;

function escapeText(text: string): string {
  // An apostrophe in front makes every spreadsheet show the text as it is.
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? escapeText(cell) : decimalText(cell);
}

/** Rows of cells. Starts with a byte order mark, so that spreadsheets read UTF-8. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')}`;
}

/** Exactly, as spreadsheets read numbers: 1250 at scale 3 is 1.250. Never a formula: digits, one point, one minus. */
function decimalText({ quantity, scale }: CsvFigure): string {
  const digits = String(Math.abs(quantity)).padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${quantity < 0 ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction}`;
}
