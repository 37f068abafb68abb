// Commands about goods: sell, receive, take back, send back, adjust, count, reverse. Facts are never refused for what stock says
// (law 1): a refusal here means the entry makes no sense as it stands, whatever is on the shelf.
import type { EventDraft, EventId } from '@streamstock/event-log';
import { cutLines, draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { given, noStore } from '../document-drafts.ts';
import { EVENT_SCHEMAS, isStockFactType, type PayloadOf, type StockFactType } from '../payloads.ts';
import { optionsRefusal, quantityRefusal, schemaRefusal } from '../refusal-words.ts';
import type { Money, Unit } from '../words.ts';
import { ADJUST_REASONS, adjustDirection, type AdjustReason } from './adjust-reasons.ts';
import type { CountedBucket, Disposition } from './stock-events.ts';

interface DocumentOptions extends CommandOptions {
  /** One id for all events of a document; made from the first event's when absent. */
  readonly document?: string;
  readonly reference?: string;
}

export interface SellCommand extends DocumentOptions {
  readonly customer?: string;
  readonly order?: string;
  /** What this sale uses up: goods that were held for this customer. */
  readonly reservation?: EventId;
  /** Who besides this store must hear of it: the other stores of the order (`otherStores`). Absent: nobody. */
  readonly audience?: 'all' | readonly string[];
  /** The bucket the goods leave; absent: where an order's goods were set aside when one is named, else the shelf. */
  readonly from?: 'sellable' | 'picked';
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    /** Per smallest unit; null: not known. */
    readonly unitPrice: Money | null;
    readonly unit?: Unit;
  }[];
}

export interface ReceiveCommand extends DocumentOptions {
  readonly supplier?: string;
  /** The order from the supplier that these goods came for. */
  readonly restock?: EventId;
  readonly lines: readonly { readonly item: string; readonly quantity: number; readonly unitCost?: Money }[];
}

export interface ReturnCommand extends DocumentOptions {
  readonly customer?: string;
  readonly sale?: EventId;
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    readonly disposition: Disposition;
    readonly unitPrice?: Money;
    readonly unit?: Unit;
  }[];
}

export interface ReturnToSupplierCommand extends DocumentOptions {
  readonly supplier?: string;
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: number;
    /** From the shelf, or from what is damaged. */
    readonly from: 'sellable' | 'unsellable';
    readonly unitCost?: Money;
  }[];
}

export interface AdjustCommand extends DocumentOptions {
  readonly reason: AdjustReason;
  readonly note?: string;
  readonly approvedBy?: string;
  /** `change`: signed, as a person means it. It must go the way the reason goes. */
  readonly lines: readonly { readonly item: string; readonly change: number; readonly unitCost?: Money }[];
}

export interface CountCommand extends CommandOptions {
  readonly session: string;
  /** Absent: `WHOLE_STORE_AREA`. */
  readonly area?: string;
  /** Absent: the actor. */
  readonly counter?: string;
  readonly lines: readonly { readonly item: string; readonly quantity: number; readonly bucket?: CountedBucket }[];
}

export interface ReverseCommand extends CommandOptions {
  readonly target: {
    readonly id: EventId;
    /** When known, what can not be reversed is refused at once. */
    readonly type?: string;
    readonly store?: string | null;
    /** Who was told of the entry: they must hear of its reversal too. Absent: its own store alone. */
    readonly audience?: 'all' | readonly string[];
  };
  /** 0-based; absent: the whole entry. */
  readonly line?: number;
  readonly reason?: string;
}

/** The area of a count that does not tell areas apart. */
export const WHOLE_STORE_AREA = 'store';

export function sell(command: SellCommand, context: CommandContext): Decision {
  const { lines, customer, order, reservation, from } = command;
  const head = given({ customer, order, reservation, from });
  return decideDocument('StockSold', command, context, head, lines.map(given), 1, {
    empty: 'This sale has no lines yet, and nothing was saved. Scan the first item to begin.',
  });
}

export function receive(command: ReceiveCommand, context: CommandContext): Decision {
  const { lines, supplier, restock } = command;
  return decideDocument('StockReceived', command, context, given({ supplier, restock }), lines.map(given), 1, {
    empty: 'This delivery has no lines yet, and nothing was saved. Scan the first item to begin.',
  });
}

export function returnGoods(command: ReturnCommand, context: CommandContext): Decision {
  const { lines, customer, sale } = command;
  return decideDocument('StockReturned', command, context, given({ customer, sale }), lines.map(given), 1, {
    empty: 'This return has no lines yet, and nothing was saved. Scan what came back to begin.',
  });
}

export function returnToSupplier(command: ReturnToSupplierCommand, context: CommandContext): Decision {
  const { lines, supplier } = command;
  return decideDocument('StockReturnedToSupplier', command, context, given({ supplier }), lines.map(given), 1, {
    empty: 'Nothing is on this return to the supplier yet, and nothing was saved. Scan the first item to begin.',
  });
}

export function adjust(command: AdjustCommand, context: CommandContext): Decision {
  const { reason, note, approvedBy } = command;
  if (!Object.hasOwn(ADJUST_REASONS, reason)) {
    return refuse(
      'unknown-reason',
      `There is no reason called "${String(reason)}". Nothing was saved. Choose one from the list.`,
      ['reason'],
    );
  }
  const direction = adjustDirection(reason);
  for (const [index, { change }] of command.lines.entries()) {
    if (Number.isInteger(change) && Math.sign(change) === -direction) {
      return refuse('wrong-direction', directionWords(reason, direction), ['lines', index, 'change']);
    }
  }
  const lines = command.lines.map(({ item, change, unitCost }) =>
    given({ item, quantity: change * direction, unitCost }),
  );
  return decideDocument('StockAdjusted', command, context, given({ reason, note, approvedBy }), lines, 1, {
    empty: 'This correction has no lines yet, and nothing was saved. Scan the first item to begin.',
  });
}

function directionWords(reason: AdjustReason, direction: 1 | -1): string {
  if (direction === -1) return `"${reason}" must lower the stock. Choose "found" to raise it.`;
  return `"${reason}" must raise the stock. Choose "lost" to lower it.`;
}

export function count(command: CountCommand, context: CommandContext): Decision {
  const { session, area = WHOLE_STORE_AREA, counter = context.actor } = command;
  const lines = command.lines.map(({ item, quantity, bucket = 'sellable' as const }) => ({ item, bucket, quantity }));
  const seen = new Set<string>();
  for (const [index, { item, bucket }] of lines.entries()) {
    const key = `${item}|${bucket}`;
    if (seen.has(key)) {
      return refuse(
        'counted-twice',
        'One item stands twice in this count. Nothing was saved. Add the two up, or count them as two areas.',
        ['lines', index],
      );
    }
    seen.add(key);
  }
  return decideDocument('StockCounted', command, context, { session, area, counter }, lines, 0, {
    empty: 'Nothing was counted yet, and nothing was saved. Count the first item, or choose "None on shelf" for zero.',
  });
}

export function reverseEntry(command: ReverseCommand, context: CommandContext): Decision {
  const { target, line, reason } = command;
  if (context.store === null) return noStore();
  if (target.store !== undefined && target.store !== context.store) {
    return refuse('other-store', 'That entry belongs to another store. Nothing was changed. Reverse it there.');
  }
  if (target.type === 'EntryReversed') {
    return refuse('not-reversible', 'A reversal is not reversed. Nothing was changed. Enter what happened once more.');
  }
  if (target.type !== undefined && !isStockFactType(target.type)) {
    return refuse(
      'not-reversible',
      'Only entries about goods can be reversed. Nothing was changed. Enter a new value instead.',
    );
  }
  const badOption = optionsRefusal(command);
  if (badOption !== null) return badOption;
  const parsed = EVENT_SCHEMAS.EntryReversed.schema.safeParse(given({ target: target.id, line: line ?? null, reason }));
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  const head = { type: 'EntryReversed', store: context.store, audience: target.audience ?? [] } as const;
  return { ok: true, drafts: [draftOf(head, parsed.data, context, { causationId: target.id, ...command })] };
}

function decideDocument<Type extends StockFactType>(
  type: Type,
  options: DocumentOptions & Pick<SellCommand, 'audience'>,
  context: CommandContext,
  head: object,
  lines: readonly { readonly quantity: number }[],
  least: 0 | 1,
  words: { readonly empty: string },
): Decision {
  const { store } = context;
  if (store === null) return noStore();
  if (lines.length === 0) return refuse('empty-document', words.empty);
  for (const [index, { quantity }] of lines.entries()) {
    const refusal = quantityRefusal(quantity, least, ['lines', index, 'quantity']);
    if (refusal !== null) return refusal;
  }
  const badOption = optionsRefusal(options);
  if (badOption !== null) return badOption;
  const firstId = context.newId();
  const shared =
    type === 'StockCounted'
      ? head
      : given({ document: options.document ?? firstId, reference: options.reference, ...head });
  const pieces = cutLines(shared, lines);
  if (pieces === undefined) {
    return refuse(
      'document-too-large',
      'This document is too large to save at once. It is still on the screen. Save it in several parts.',
    );
  }
  const drafts: EventDraft[] = [];
  const { audience = [] } = options;
  for (const [index, piece] of pieces.entries()) {
    const parsed = EVENT_SCHEMAS[type].schema.safeParse({ ...shared, lines: piece });
    if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
    // Parsed by this type's own schema.
    const payload = parsed.data as PayloadOf<Type>;
    drafts.push(draftOf({ type, store, audience }, payload, context, options, index === 0 ? firstId : context.newId()));
  }
  return { ok: true, drafts };
}
