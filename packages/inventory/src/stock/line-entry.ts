// From a document to the lines of the journal: what one event says about each line it touches. Pure.
import type { Contribution, Event, EventId, HybridTime } from '@streamstock/event-log';
import { META_DEVICE } from '../decider.ts';
import type { TypedPayload } from '../payloads.ts';
import { documentEntries } from './document-entries.ts';
import { reversersOf } from './reversals.ts';
import { journalKey, rowCounts, type JournalValue, type ReversalRow } from './stock-tables.ts';

/** One line of one document, as the journal holds it. */
export interface LineEntry {
  readonly key: string;
  readonly store: string;
  readonly item: string;
  readonly at: HybridTime;
  readonly event: EventId;
  readonly line: number;
  readonly value: JournalValue;
}

export function entryCounts(entry: LineEntry): boolean {
  return rowCounts(entry.value);
}

/** An entry with flags set or taken away; those that are not named stay. */
export function withFlags(
  entry: LineEntry,
  flags: { readonly pending?: boolean; readonly disputed?: boolean; readonly reversedBy?: readonly EventId[] },
): LineEntry {
  const { pending = entry.value.pending, disputed = entry.value.disputed, ...rest } = entry.value;
  const value: JournalValue = {
    ...rest,
    ...((flags.pending ?? pending === true) ? { pending: true } : {}),
    ...((flags.disputed ?? disputed === true) ? { disputed: true } : {}),
    ...(flags.reversedBy === undefined ? {} : { reversedBy: flags.reversedBy }),
  };
  return { ...entry, value };
}

/** The journal lines of a stock fact that counts as `contribution` says, with the reversals known of it. */
export function lineEntries(
  event: Event,
  typed: TypedPayload,
  contribution: Contribution,
  reversals: ReversalRow | undefined,
): LineEntry[] {
  const { store } = event;
  const lines = documentEntries(typed);
  if (store === null || lines === undefined) return [];
  const at = contribution.effectiveAt;
  const reference = 'reference' in typed.payload ? typed.payload.reference : undefined;
  const base = {
    actor: event.actor,
    uncertaintyMs: contribution.uncertaintyMs,
    device: event.meta?.[META_DEVICE] ?? null,
    ...(event.recordedAt === at ? {} : { recordedAt: event.recordedAt }),
    ...(reference === undefined ? {} : { reference }),
  };
  return lines.map(({ item, value }, line) => ({
    key: journalKey(store, item, at, event.id, line),
    store,
    item,
    at,
    event: event.id,
    line,
    value: { ...value, ...base, reversedBy: reversersOf(reversals, line) },
  }));
}
