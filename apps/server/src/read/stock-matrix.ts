// Writes a snapshot of the chain as the JSON of the stock matrix, piece by piece: 50,000 items × 8 stores are 7 MB of text,
// which nobody may wait for in one go.
import type { StoreHead } from '@streamstock/api';
import type { ChainSnapshot } from './chain-view.ts';
import type { NumberColumn } from './columns.ts';
import { createPace } from './breathe.ts';

/** Items per piece of text: ≈ 80 kB of catalogue, 0.2 ms. */
const ITEMS_PER_PIECE = 1_000;

export interface MatrixHead {
  readonly asOfMs: number;
  /** The past moment asked for; null = now. */
  readonly at: number | null;
  /** In the order of the snapshot's stores. */
  readonly stores: readonly StoreHead[];
}

/** The text in pieces, in order. Gives way to others between them. */
export async function* matrixText(snapshot: ChainSnapshot, head: MatrixHead): AsyncGenerator<string> {
  const pace = createPace();
  const { items, columns, position } = snapshot;
  const { asOfMs, at, stores } = head;
  yield `${JSON.stringify({ position, asOfMs, at, stores }).slice(0, -1)},"items":[`;
  for (let start = 0; start < items.length; start += ITEMS_PER_PIECE) {
    yield `${start === 0 ? '' : ','}${JSON.stringify(items.slice(start, start + ITEMS_PER_PIECE)).slice(1, -1)}`;
    await pace();
  }
  for (const name of ['onHand', 'available'] as const) {
    yield `],"${name}":[`;
    for (const [index, column] of columns.entries()) {
      yield index === 0 ? '[' : ',[';
      for (let start = 0; start < items.length; start += ITEMS_PER_PIECE) {
        yield `${start === 0 ? '' : ','}${numbersText(column[name], start, Math.min(items.length, start + ITEMS_PER_PIECE))}`;
        await pace();
      }
      yield ']';
    }
  }
  yield '],"recount":[';
  for (const [index, { recount }] of columns.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify([...recount].sort((a, b) => a - b))}`;
    await pace();
  }
  yield ']}';
}

function numbersText(column: NumberColumn, start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index += 1)
    text += index === start ? String(column.get(index)) : `,${column.get(index)}`;
  return text;
}
