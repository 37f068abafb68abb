// What one line of a stock fact does to the buckets, told without making an object: for folds that take a million events a
// second. It says what `lineEntries` says (a test holds the two together); a journal needs rows, a book only sums.
import type { TypedPayload } from '../payloads.ts';
import { ADJUST_REASONS, type Bucket, type BucketMove } from './adjust-reasons.ts';

/** Gets each change of a bucket: line of the document (0-based), item, bucket, signed quantity; never 0. */
export interface MoveSink {
  move(line: number, item: string, bucket: Bucket, change: number): void;
}

/** Tells `sink` every change of a bucket that a document makes, in the order of its lines. Other types tell nothing. */
export function tellMoves(typed: TypedPayload, sink: MoveSink): void {
  switch (typed.type) {
    case 'StockSold': {
      const { order, from = order === undefined ? 'sellable' : 'picked', lines } = typed.payload;
      for (let line = 0; line < lines.length; line += 1) {
        const { item, quantity } = lines[line] as (typeof lines)[number];
        sink.move(line, item, from, -quantity);
      }
      return;
    }
    case 'StockReceived':
      for (const [line, { item, quantity }] of typed.payload.lines.entries())
        sink.move(line, item, 'sellable', quantity);
      return;
    case 'StockReturned':
      for (const [line, { item, quantity, disposition }] of typed.payload.lines.entries())
        sink.move(line, item, disposition === 'damaged' ? 'unsellable' : 'sellable', quantity);
      return;
    case 'StockReturnedToSupplier':
      for (const [line, { item, quantity, from }] of typed.payload.lines.entries())
        sink.move(line, item, from, -quantity);
      return;
    case 'StockAdjusted': {
      const move = ADJUST_REASONS[typed.payload.reason];
      for (const [line, { item, quantity }] of typed.payload.lines.entries())
        tellMove(sink, line, item, move, quantity);
      return;
    }
    case 'OrderPicked':
      for (const [line, { item, quantity }] of typed.payload.lines.entries())
        tellMove(sink, line, item, PICK, quantity);
      return;
    case 'OrderCancelled':
      for (const [line, { item, quantity }] of typed.payload.putBack.entries())
        tellMove(sink, line, item, PUT_BACK, quantity);
      return;
    case 'OrderFulfilled':
      for (const [line, { item, quantity }] of typed.payload.lines.entries())
        sink.move(line, item, 'picked', -quantity);
      return;
    case 'TransferDispatched':
      for (const [line, { item, quantity }] of typed.payload.lines.entries())
        sink.move(line, item, 'sellable', -quantity);
      return;
    case 'TransferReceived':
      for (const [line, { item, accepted, damaged, surplus }] of typed.payload.lines.entries()) {
        if (accepted + surplus > 0) sink.move(line, item, 'sellable', accepted + surplus);
        if (damaged > 0) sink.move(line, item, 'unsellable', damaged);
      }
      return;
    default:
  }
}

const PICK: BucketMove = { from: 'sellable', to: 'picked' };
const PUT_BACK: BucketMove = { from: 'picked', to: 'sellable' };

function tellMove(sink: MoveSink, line: number, item: string, { from, to }: BucketMove, quantity: number): void {
  if (from !== 'world') sink.move(line, item, from, -quantity);
  if (to !== 'world') sink.move(line, item, to, quantity);
}
