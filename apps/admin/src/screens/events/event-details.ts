// What an event says in one line: the goods it touches, or the thing it is about.
import { useLingui } from '@lingui/react/macro';
import { plural } from '@lingui/core/macro';
import { formatQuantity, formatSigned } from '@streamstock/ui';
import { useEventWords } from '../../words/event-words.ts';
import type { EventView, TouchedLine } from './event-view.ts';
import type { Names } from './use-names.ts';

/** "Oat drink 1 L −3", "Oat drink 1 L 17" for a count. */
export function lineText(line: TouchedLine, names: Names): string {
  const scale = names.itemScale(line.item);
  const name = names.item(line.item);
  if (line.effect === 'out') return `${name} ${formatSigned(-line.quantity, { scale })}`;
  if (line.effect === 'in') return `${name} ${formatSigned(line.quantity, { scale })}`;
  return `${name} ${formatQuantity(line.quantity, { scale })}`;
}

export function useEventDetails(names: Names): (view: EventView) => string {
  const { t } = useLingui();
  const words = useEventWords();
  const about = ({ payload, event, items }: EventView): string => {
    switch (payload?.type) {
      case 'StoreOpened':
        return payload.payload.name;
      case 'ItemRegistered':
        return `${payload.payload.name} · ${payload.payload.sku}`;
      case 'BarcodeAssigned':
        return [payload.payload.code, ...items.map(names.item)].join(' → ');
      case 'EntryReversed':
        return payload.payload.reason ?? '';
      default:
        break;
    }
    const { reason, detail } = event?.payload ?? {};
    if (event?.type === 'EventSetAside' && typeof reason === 'string') return words.setAsideReason(reason);
    const told = [detail, reason].find((part): part is string => typeof part === 'string');
    return items[0] === undefined ? (told ?? '') : names.item(items[0]);
  };
  return (view) => {
    const [first, ...others] = view.lines;
    if (first === undefined) return about(view);
    const more = others.length;
    const parts = [
      lineText(first, names),
      more === 0
        ? null
        : t({
            message: plural(more, { one: 'and # more line', other: 'and # more lines' }),
            comment: 'After the first line of a document. Short.',
          }),
      view.payload?.type === 'StockAdjusted' ? words.reason(view.payload.payload.reason) : null,
    ];
    return parts.filter((part) => part !== null).join(' · ');
  };
}
