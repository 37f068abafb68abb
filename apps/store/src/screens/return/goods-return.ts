// Goods that a customer brings back, as the document desk handles them. Pure.
import { DOCUMENT_LINES_MAX } from '@streamstock/event-log';
import { returnGoods, type Disposition } from '@streamstock/inventory';
import * as z from 'zod/mini';
import { goodsKind } from '../../documents/goods.ts';

const ReturnHead = z.object({
  damaged: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(DOCUMENT_LINES_MAX)),
});
export type ReturnHead = z.infer<typeof ReturnHead>;

export function dispositionOf(head: ReturnHead, item: string): Disposition {
  return head.damaged.includes(item) ? 'damaged' : 'sellable';
}

export function withDisposition(head: ReturnHead, item: string, disposition: Disposition): ReturnHead {
  const others = head.damaged.filter((other) => other !== item);
  return { damaged: disposition === 'damaged' ? [...others, item] : others };
}

export const returnKind = goodsKind<ReturnHead>({
  kind: 'return',
  record: 'return',
  noHead: { damaged: [] },
  readHead: (value) => {
    const parsed = z.safeParse(ReturnHead, value);
    return parsed.success ? parsed.data : null;
  },
  about: () => null,
  decide: ({ document, lines, head }, context) =>
    returnGoods(
      {
        document,
        lines: lines.lines.map(({ item, quantity }) => ({ item, quantity, disposition: dispositionOf(head, item) })),
      },
      context,
    ),
});
