// What a stored count says about itself before its lines: enough for Today to list it. Owns that stored shape.
import type { Json } from '@streamstock/event-log';
import { fieldsOf, isInteger, isText, listOf } from '../../device/stored-shape.ts';

/** Items that a list of its own may name. */
export const SCOPE_ITEMS_MAX = 500;
const CHARACTERS_MAX = 200;

export type StoredScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'category'; readonly category: string }
  | { readonly kind: 'items'; readonly items: string[] };

export interface CountHead {
  readonly kind: 'count';
  readonly session: string;
  readonly area: string;
  readonly scope: StoredScope;
  readonly blind: boolean;
  readonly startedAtMs: number;
  readonly inHand: string | null;
  /** Lines counted so far, for screens that only read the head. */
  readonly counted: number;
}

const isShort = (value: unknown): value is string => isText(value, CHARACTERS_MAX);

/** The head of a stored draft, or null when the draft is no count (or of a shape this version does not know). */
export function readCountHead(value: Json): CountHead | null {
  const { kind, session, area, scope: told, blind, startedAtMs, inHand, counted } = fieldsOf(value) ?? {};
  const scope = readScope(told);
  if (kind !== 'count' || scope === null || !isShort(session) || !isShort(area)) return null;
  if (typeof blind !== 'boolean' || !isInteger(startedAtMs) || !isInteger(counted)) return null;
  if (inHand !== null && !isShort(inHand)) return null;
  return { kind, session, area, scope, blind, startedAtMs, inHand, counted };
}

function readScope(value: unknown): StoredScope | null {
  const { kind, category, items: told } = fieldsOf(value) ?? {};
  if (kind === 'all') return { kind };
  if (kind === 'category') return isShort(category) ? { kind, category } : null;
  const items = kind === 'items' ? listOf(told, SCOPE_ITEMS_MAX, (item) => (isShort(item) ? item : null)) : null;
  return items === null ? null : { kind: 'items', items };
}
