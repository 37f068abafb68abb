// Selling: desk, catalogue, scanner and keys brought together. What happens on each input is decided here; how it looks is not.
import { useCatalogue } from '../../device/use-device.tsx';
import type { LinesAction } from '../../documents/lines.ts';
import { useDesk } from '../../documents/use-desk.ts';
import { useEntry } from '../../documents/use-entry.ts';
import { saleKind } from './sale-kind.ts';
import { saleItemOf, saleViewOf } from './sale-view.ts';
import { changeSale, type Sale } from './sale.ts';

export function useSale(draft: string | null) {
  const catalogue = useCatalogue();
  const { desk, state } = useDesk<Sale>(saleKind, draft);
  const entry = useEntry(state?.phase, (action: LinesAction) => {
    if (desk === null) return { ok: false, refusal: null };
    // The end state gives way to the next sale by itself.
    if (desk.state().phase === 'saved') desk.startNew();
    const row = 'item' in action ? catalogue.index.item(action.item) : undefined;
    const outcome = changeSale(desk.state().doc, action, row === undefined ? undefined : saleItemOf(row));
    if (outcome.ok) desk.change(outcome.sale);
    return outcome;
  });
  return { desk, state, view: state === null ? null : saleViewOf(state.doc, catalogue.index), ...entry };
}

export type SaleControl = ReturnType<typeof useSale>;
