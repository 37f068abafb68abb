// A delivery from a supplier as the document desk handles it. Pure.
import { receive } from '@streamstock/inventory';
import * as z from 'zod/mini';
import { directoryIdOf, goodsKind } from '../../documents/goods.ts';

const Text = z.string().check(z.maxLength(64));
const DeliveryHead = z.object({ supplier: Text, reference: Text });
export type DeliveryHead = z.infer<typeof DeliveryHead>;

export const deliveryKind = goodsKind<DeliveryHead>({
  kind: 'delivery',
  record: 'delivery',
  noHead: { supplier: '', reference: '' },
  readHead: (value) => {
    const parsed = z.safeParse(DeliveryHead, value);
    return parsed.success ? parsed.data : null;
  },
  about: ({ supplier, reference }) => [supplier.trim(), reference.trim()].filter(Boolean).join(' · ') || null,
  decide: ({ document, lines, head }, context) => {
    const supplier = directoryIdOf(head.supplier);
    const reference = head.reference.trim();
    return receive(
      {
        document,
        ...(supplier === null ? {} : { supplier }),
        ...(reference === '' ? {} : { reference }),
        lines: lines.lines.map(({ item, quantity }) => ({ item, quantity })),
      },
      context,
    );
  },
});
