// A correction of stock for a reason, as the document desk handles it. The reason says which way goods move. Pure.
import { adjust, ADJUST_REASONS, adjustDirection, AdjustReason, type BucketMove } from '@streamstock/inventory';
import * as z from 'zod/mini';
import { goodsKind } from '../../documents/goods.ts';

const AdjustHead = z.object({ reason: z.nullable(AdjustReason), note: z.string().check(z.maxLength(200)) });
export type AdjustHead = z.infer<typeof AdjustHead>;

/** Reasons that a person in a shop gives; the others are written by importers. */
export const SHOP_REASONS = {
  lowers: ['lost', 'stolen', 'own-use', 'donated', 'written-off'],
  raises: ['found', 'opening'],
  moves: ['damaged', 'expired', 'restored'],
} as const satisfies Record<string, readonly AdjustReason[]>;

/** What a reason does to on hand: 0 when goods only change their bucket. */
export function onHandDirection(reason: AdjustReason | null): 1 | -1 | 0 {
  if (reason === null) return 0;
  const move: BucketMove = ADJUST_REASONS[reason];
  if (move.from === 'world') return 1;
  return move.to === 'world' ? -1 : 0;
}

export const adjustKind = goodsKind<AdjustHead>({
  kind: 'adjustment',
  record: 'adjustment',
  noHead: { reason: null, note: '' },
  readHead: (value) => {
    const parsed = z.safeParse(AdjustHead, value);
    return parsed.success ? parsed.data : null;
  },
  about: ({ note }) => note.trim() || null,
  decide: ({ document, lines, head }, context) => {
    const { reason } = head;
    const note = head.note.trim();
    if (reason === null) return { ok: false, refusal: { code: 'unknown-reason', message: 'Choose a reason first.' } };
    const direction = adjustDirection(reason);
    return adjust(
      {
        document,
        reason,
        ...(note === '' ? {} : { note }),
        lines: lines.lines.map(({ item, quantity }) => ({ item, change: direction * quantity })),
      },
      context,
    );
  },
});
