// Which items an entry names, and the check at the edge that they are known. A fact about an item nobody knows is kept when it
// comes from a device (its catalogue may be newer); a command that is typed or sent is refused, because it is a slip. Pure.
import type { EventDraft } from '@streamstock/event-log';
import { refuse, type Decision } from './decider.ts';

interface Naming {
  readonly item?: unknown;
  readonly lines?: readonly { readonly item?: unknown }[];
  readonly putBack?: readonly { readonly item?: unknown }[];
  readonly scope?: { readonly items?: readonly unknown[] };
}

/** Every item a draft is about, with its path in the payload. An item that is being registered is not named but made. */
export function namedItems(
  draft: Pick<EventDraft, 'type' | 'payload'>,
): readonly { readonly item: string; readonly path: readonly (string | number)[] }[] {
  if (draft.type === 'ItemRegistered') return [];
  const { item, lines = [], putBack = [], scope } = draft.payload as Naming;
  const named = [
    { item, path: ['item'] },
    ...lines.map((line, index) => ({ item: line.item, path: ['lines', index, 'item'] })),
    ...putBack.map((line, index) => ({ item: line.item, path: ['putBack', index, 'item'] })),
    ...(scope?.items ?? []).map((one, index) => ({ item: one, path: ['scope', 'items', index] })),
  ];
  return named.flatMap((one) => (typeof one.item === 'string' ? [{ item: one.item, path: one.path }] : []));
}

/** A decision, or its refusal when it names an item that nobody knows. */
export function withKnownItems(decision: Decision, isKnownItem: (item: string) => boolean): Decision {
  if (!decision.ok) return decision;
  for (const draft of decision.drafts) {
    const unknown = namedItems(draft).find(({ item }) => !isKnownItem(item));
    if (unknown === undefined) continue;
    const message = `There is no item "${unknown.item}". Nothing was saved. Look at the item's number, or register it first.`;
    return refuse('unknown-item', message, unknown.path);
  }
  return decision;
}
