// Commands about count sessions: open, review, close. What is counted in between is `count` (stock-deciders.ts). A session is
// an agreement between people, not a lock: a refusal here only keeps a slip of the hand out of the log.
import type { EventDraft } from '@streamstock/event-log';
import { cutLines, draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { given, noStore } from '../document-drafts.ts';
import { EVENT_SCHEMAS } from '../payloads.ts';
import { optionsRefusal, schemaRefusal } from '../refusal-words.ts';
import type { CountedBucket } from '../stock/stock-events.ts';
import { WHOLE_STORE_AREA } from '../stock/stock-deciders.ts';
import type { CountScope } from './count-events.ts';
import type { CountSession } from './count-queries.ts';

export interface OpenCountCommand extends CommandOptions {
  /** Absent: the event's own id. */
  readonly session?: string;
  readonly scope: CountScope;
  /** Absent: `WHOLE_STORE_AREA`, in effect at once. */
  readonly areas?: readonly string[];
  readonly blind?: boolean;
  readonly note?: string;
}

export interface ReviewCountCommand extends CommandOptions {
  readonly session: string;
  readonly approvedBy?: string;
  readonly lines: readonly {
    readonly item: string;
    readonly bucket?: CountedBucket;
    readonly verdict: 'accepted' | 'recount';
    readonly note?: string;
  }[];
}

export interface CloseCountCommand extends CommandOptions {
  readonly session: string;
}

/** What is known before a session is opened. */
export interface OpenCountState {
  /** The session of that name, where there is one. */
  readonly session?: CountSession | undefined;
  /** The areas of the store; undefined: not known here. */
  readonly areas?: readonly string[] | undefined;
}

export function openCount(command: OpenCountCommand, context: CommandContext, state: OpenCountState = {}): Decision {
  const { store } = context;
  if (store === null) return noStore();
  if (state.session?.open === true) {
    return refuse('already-open', 'This count is open already. Nothing was changed. Go on counting in it.', [
      'session',
    ]);
  }
  if (command.scope.kind === 'items' && command.scope.items.length === 0) {
    return refuse('empty-document', 'This count has no items yet, and nothing was saved. Choose what to count.', [
      'scope',
    ]);
  }
  const { areas = [WHOLE_STORE_AREA], blind = false } = command;
  if (areas.length === 0) {
    return refuse('empty-document', 'This count has no areas yet, and nothing was saved. Choose where to count.', [
      'areas',
    ]);
  }
  const known = new Set([...(state.areas ?? areas), WHOLE_STORE_AREA]);
  const unknown = areas.findIndex((area) => !known.has(area));
  if (unknown >= 0) {
    return refuse(
      'unknown-area',
      'This store has no such area. Nothing was saved. Choose one from the list, or let head office add it.',
      ['areas', unknown],
    );
  }
  const badOption = optionsRefusal(command);
  if (badOption !== null) return badOption;
  const id = context.newId();
  const { session = id, scope, note } = command;
  const parsed = EVENT_SCHEMAS.CountOpened.schema.safeParse(given({ session, scope, areas, blind, note }));
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  return {
    ok: true,
    drafts: [draftOf({ type: 'CountOpened', store, audience: [] }, parsed.data, context, command, id)],
  };
}

/** Verdicts on lines; more than one event holds are several events. A later verdict on a line takes the place of an earlier. */
export function reviewCount(command: ReviewCountCommand, context: CommandContext): Decision {
  const { store } = context;
  if (store === null) return noStore();
  const { session, approvedBy } = command;
  const lines = command.lines.map(({ bucket = 'sellable' as const, ...line }) => given({ ...line, bucket }));
  if (lines.length === 0) {
    return refuse(
      'empty-document',
      'Nothing was looked at yet, and nothing was saved. Keep a line or ask to recount it.',
    );
  }
  const seen = new Set<string>();
  for (const [index, { item, bucket }] of lines.entries()) {
    if (seen.has(`${item}|${bucket}`)) {
      return refuse('counted-twice', 'One line stands twice in this review. Nothing was saved. Keep one of the two.', [
        'lines',
        index,
      ]);
    }
    seen.add(`${item}|${bucket}`);
  }
  const badOption = optionsRefusal(command);
  if (badOption !== null) return badOption;
  const shared = given({ session, approvedBy });
  const pieces = cutLines(shared, lines);
  if (pieces === undefined) {
    return refuse(
      'document-too-large',
      'This review is too large to save at once. It is still on the screen. Save it in several parts.',
    );
  }
  const drafts: EventDraft[] = [];
  for (const piece of pieces) {
    const parsed = EVENT_SCHEMAS.CountReviewed.schema.safeParse({ ...shared, lines: piece });
    if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
    drafts.push(draftOf({ type: 'CountReviewed', store, audience: [] }, parsed.data, context, command));
  }
  return { ok: true, drafts };
}

/**
 * `known`: the session as this device sees it. One that it never heard of may have been opened on another device: closing it
 * is taken. Only what it knows to be closed is not closed again.
 */
export function closeCount(command: CloseCountCommand, context: CommandContext, known?: CountSession): Decision {
  const { store } = context;
  if (store === null) return noStore();
  if (known !== undefined && known.closed.length > 0) {
    return refuse('already-closed', 'This count is closed already. Nothing was changed, and nothing needs to be done.');
  }
  const badOption = optionsRefusal(command);
  if (badOption !== null) return badOption;
  const parsed = EVENT_SCHEMAS.CountClosed.schema.safeParse({ session: command.session });
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  return { ok: true, drafts: [draftOf({ type: 'CountClosed', store, audience: [] }, parsed.data, context, command)] };
}
