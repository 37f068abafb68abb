// What one event costs on a line with 100,000 past movements against a line that is empty: the newest movement and one in
// the middle of the past, for the book in memory and for the table projector. The line's figures are read after each event.
import { MemoryTables, projectBatch, type Event, type LoggedEvent } from '@streamstock/event-log';
import { LineBook, parsePayload, readStockLine, stockProjector, type TypedPayload } from '@streamstock/inventory';
import { dice, factOf, type Dice } from './fold-events.ts';
import { medianOf } from './median.ts';

const PAST_MOVEMENTS = 100_000;
const WARM_UP_ROUNDS = 30;
const ROUNDS = 301;
const EVENTS_PER_ROUND = 20;
const MINUTE_MS = 60_000;
const FIRST_MS = Date.UTC(2025, 0, 1);
const END_MS = FIRST_MS + (PAST_MOVEMENTS + 1) * MINUTE_MS;
const STORE = 'store-1';

/** Deliveries and sales in turn, so that the line is in stock. */
function movement(chance: Dice, index: number, item: string, atMs: number): Event {
  const told = { store: STORE, atMs, device: 'device-1' };
  const document = `document-${index}`;
  return index % 3 === 0
    ? factOf(chance, 'StockReceived', { document, lines: [{ item, quantity: 3 }] }, told)
    : factOf(chance, 'StockSold', { document, lines: [{ item, quantity: 1, unitPrice: null }] }, told);
}

/** Folds one event, then reads the figures of its line. */
type Fold = (event: Event, typed: TypedPayload, item: string) => void | Promise<void>;

function typedOf(event: Event): TypedPayload {
  const parsed = parsePayload(event);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed;
}

type When = 'newest' | 'late';

/** Median microseconds per event on the long line and on lines nobody knew. */
async function compare(fold: Fold, when: When): Promise<{ readonly longUs: number; readonly emptyUs: number }> {
  const chance = dice(when === 'late' ? 2 : 1);
  let made = 0;
  const round = async (item: () => string, atMs: () => number): Promise<number> => {
    const events = Array.from({ length: EVENTS_PER_ROUND }, () => {
      made += 1;
      const name = item();
      const event = movement(chance, made, name, atMs());
      return { name, event, typed: typedOf(event) };
    });
    const began = performance.now();
    for (const { event, typed, name } of events) {
      const waits = fold(event, typed, name);
      if (waits !== undefined) await waits;
    }
    return ((performance.now() - began) * 1_000) / EVENTS_PER_ROUND;
  };
  const longAt = (): number =>
    when === 'newest'
      ? END_MS + made * MINUTE_MS
      : FIRST_MS + Math.floor(PAST_MOVEMENTS / 2 + chance.int(5_000)) * MINUTE_MS + 7;
  const long: number[] = [];
  const empty: number[] = [];
  for (let count = 0; count < WARM_UP_ROUNDS + ROUNDS; count += 1) {
    const onLong = await round(() => 'long', longAt);
    const onEmpty = await round(
      () => `empty-${when}-${made}`,
      () => END_MS,
    );
    if (count < WARM_UP_ROUNDS) continue;
    long.push(onLong);
    empty.push(onEmpty);
  }
  return { longUs: medianOf(long), emptyUs: medianOf(empty) };
}

function bookFold(past: readonly Event[]): Fold {
  const book = new LineBook();
  for (const event of past) book.read(event);
  return (event, typed, item) => {
    book.take(event, typed);
    if (book.line(STORE, item) === undefined) throw new Error('The book lost a line.');
  };
}

async function tablesFold(past: readonly Event[]): Promise<Fold> {
  const tables = new MemoryTables();
  const project = (batch: readonly LoggedEvent[]) => projectBatch(tables, batch, [stockProjector], async () => []);
  for (let from = 0; from < past.length; from += 500)
    await project(past.slice(from, from + 500).map((event) => ({ event })));
  return async (event, _typed, item) => {
    await project([{ event }]);
    if ((await readStockLine(tables, STORE, item)) === undefined) throw new Error('The tables lost a line.');
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Ratios long : empty, and the microseconds they come from. */
export async function measureLongPast(): Promise<Record<string, number>> {
  const chance = dice(3);
  const past = Array.from({ length: PAST_MOVEMENTS }, (_, index) =>
    movement(chance, index, 'long', FIRST_MS + index * MINUTE_MS),
  );
  const figures: Record<string, number> = {};
  for (const [name, fold] of [
    ['book', bookFold(past)],
    ['tables', await tablesFold(past)],
  ] as const) {
    for (const when of ['newest', 'late'] as const) {
      const { longUs, emptyUs } = await compare(fold, when);
      const key = `${name}${when === 'newest' ? 'Newest' : 'Late'}`;
      figures[`${key}Ratio`] = rounded(longUs / emptyUs);
      figures[`${key}Us`] = rounded(longUs);
      figures[`${key}EmptyUs`] = rounded(emptyUs);
    }
  }
  return figures;
}
