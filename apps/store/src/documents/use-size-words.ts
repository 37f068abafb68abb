// How large a document is, in words.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { formatQuantity } from '@streamstock/ui';
import type { AnyGoodsControl } from './use-goods.ts';

/** "12 pieces · 3 lines" */
export function useSizeWords(): (goods: AnyGoodsControl) => string {
  const { t } = useLingui();
  return ({ lines }) => {
    const count = lines.length;
    const lineWords = t({
      message: plural(count, { one: '# line', other: '# lines' }),
      comment: 'How large a document is; short.',
    });
    const weighed = lines.some(({ row }) => row !== undefined && row.unit !== 'piece');
    if (weighed) return lineWords;
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const shown = formatQuantity(pieces);
    const pieceWords = t({
      message: plural(pieces, { one: `${shown} piece`, other: `${shown} pieces` }),
      comment: 'How many pieces a document holds; short.',
    });
    return `${pieceWords} · ${lineWords}`;
  };
}
