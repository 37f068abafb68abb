// What all deciders share: the context of a command, the shape of a decision, and how a large document becomes several
// events. A decider is pure: ids come from its context, time from the log.
import {
  DOCUMENT_LINES_MAX,
  EVENT_BYTES_MAX,
  utf8Length,
  type EventDraft,
  type EventId,
  type HybridTime,
} from '@streamstock/event-log';
import { COMMAND_EVENTS_MAX, ENVELOPE_BYTES_RESERVE } from './limits.ts';
import { EVENT_SCHEMAS, type InventoryEventType, type PayloadOf } from './payloads.ts';

/** Who commands, where, and where new ids come from. */
export interface CommandContext {
  /** null only for commands about the whole chain. */
  readonly store: string | null;
  readonly actor: string;
  readonly newId: () => EventId;
  /** The installation whose clock will stamp the events; absent at head office and in imports. */
  readonly device?: string;
}

/** What every command may say besides its own. */
export interface CommandOptions {
  /** A time that a person or an importer states instead of now. */
  readonly occurredAt?: HybridTime;
  readonly causationId?: EventId;
  readonly correlationId?: EventId;
}

export type RefusalCode =
  | 'empty-document'
  | 'document-too-large'
  | 'no-store'
  | 'unknown-reason'
  | 'unknown-item'
  | 'wrong-direction'
  | 'quantity-out-of-range'
  | 'quantity-not-whole'
  | 'money-out-of-range'
  | 'time-out-of-range'
  | 'text-not-allowed'
  | 'counted-twice'
  | 'unknown-area'
  | 'already-open'
  | 'already-closed'
  | 'already-ended'
  | 'unknown-order'
  | 'order-ended'
  | 'more-than-needed'
  | 'not-available'
  | 'no-destination'
  | 'nothing-revised'
  | 'not-reversible'
  | 'other-store'
  | 'same-store'
  | 'unknown-shipment'
  | 'receipt-number-taken'
  | 'already-answered'
  | 'already-cancelled'
  | 'nothing-missing'
  | 'not-allowed';

/** A business "no": what happened, what is safe, what to do. `path` names the field; `code` is for programs. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

export type Decision =
  | { readonly ok: true; readonly drafts: readonly EventDraft[] }
  | { readonly ok: false; readonly refusal: Refusal };

export function refuse(code: RefusalCode, message: string, path?: readonly (string | number)[]): Decision {
  return { ok: false, refusal: { code, message, ...(path === undefined ? {} : { path }) } };
}

/** Key of `meta` that names the installation whose clock stamped an event. */
export const META_DEVICE = 'device';

export interface DraftHead<Type extends InventoryEventType> {
  readonly type: Type;
  readonly store: string | null;
  readonly audience: 'all' | readonly string[];
}

export function draftOf<Type extends InventoryEventType>(
  head: DraftHead<Type>,
  payload: PayloadOf<Type>,
  context: CommandContext,
  options: CommandOptions,
  id: EventId = context.newId(),
): EventDraft {
  return {
    id,
    type: head.type,
    schemaVersion: EVENT_SCHEMAS[head.type].version,
    store: head.store,
    audience: head.audience,
    actor: context.actor,
    ...(options.occurredAt === undefined ? {} : { occurredAt: options.occurredAt }),
    ...(options.causationId === undefined ? {} : { causationId: options.causationId }),
    ...(options.correlationId === undefined ? {} : { correlationId: options.correlationId }),
    ...(context.device === undefined ? {} : { meta: { [META_DEVICE]: context.device } }),
    payload,
  };
}

/** Cuts a document's lines into pieces that each fit one event, or undefined when there would be too many. */
export function cutLines<Line>(head: object, lines: readonly Line[]): readonly (readonly Line[])[] | undefined {
  const bytesMax = EVENT_BYTES_MAX - ENVELOPE_BYTES_RESERVE - utf8Length(JSON.stringify(head));
  const pieces: Line[][] = [];
  let piece: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const lineBytes = utf8Length(JSON.stringify(line)) + 1;
    if (piece.length === DOCUMENT_LINES_MAX || (piece.length > 0 && bytes + lineBytes > bytesMax)) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
      if (pieces.length === COMMAND_EVENTS_MAX) return undefined;
    }
    piece.push(line);
    bytes += lineBytes;
  }
  return [...pieces, piece];
}
