// Selling: desk, catalogue, scanner and keys brought together. What happens on each input is decided here; how it looks is not.
import { useState } from 'react';
import { useCatalogue, useDevice } from '../../device/use-device.tsx';
import { armMultiplier, NO_ENTRY, type Entry } from '../../documents/entry.ts';
import type { LinesAction, LinesRefusal } from '../../documents/lines.ts';
import { useDesk } from '../../documents/use-desk.ts';
import { playScan } from '../../scanning/feedback.ts';
import { useHoldScans, useScan } from '../../scanning/use-scanner.tsx';
import { saleKind } from './sale-kind.ts';
import { saleItemOf, saleViewOf } from './sale-view.ts';
import { changeSale, type Sale } from './sale.ts';

export type SaleNotice =
  | { readonly kind: 'unknown-code'; readonly code: string }
  | { readonly kind: 'refused'; readonly refusal: LinesRefusal };

export function useSale(draft: string | null) {
  const { unknownCodes, clock } = useDevice();
  const catalogue = useCatalogue();
  const { desk, state } = useDesk<Sale>(saleKind, draft);
  const [entry, setEntry] = useState<Entry>(NO_ENTRY);
  const [notice, setNotice] = useState<SaleNotice | null>(null);
  useHoldScans(state?.phase === 'saving' || state?.phase === 'opening' || state === null);

  const apply = (action: LinesAction): boolean => {
    if (desk === null) return false;
    // The end state gives way to the next sale by itself.
    if (desk.state().phase === 'saved') desk.startNew();
    const row = 'item' in action ? catalogue.index.item(action.item) : undefined;
    const outcome = changeSale(desk.state().doc, action, row === undefined ? undefined : saleItemOf(row));
    if (outcome.ok) desk.change(outcome.sale);
    else setNotice({ kind: 'refused', refusal: outcome.refusal });
    return outcome.ok;
  };

  const add = (item: string, packSize: number): void => {
    const scale = catalogue.index.item(item)?.quantityScale ?? 0;
    const unit = packSize === 1 ? 10 ** scale : packSize;
    const quantity = unit * (entry.multiplier ?? 1);
    if (!apply({ kind: 'add', item, quantity, pack: packSize })) return playScan('wrong-context');
    setEntry(NO_ENTRY);
    setNotice(null);
    playScan(packSize > 1 || entry.multiplier !== null ? 'pack' : 'accepted');
  };

  const scan = (code: string): void => {
    const found = catalogue.find(code);
    if (found !== undefined) return add(found.item.item, found.packSize);
    playScan('unknown');
    setNotice({ kind: 'unknown-code', code });
    void unknownCodes.keep(code, clock());
  };
  useScan(state?.phase === 'open' || state?.phase === 'saved' ? scan : null);

  return {
    desk,
    state,
    view: state === null ? null : saleViewOf(state.doc, catalogue.index),
    entry,
    notice,
    apply,
    add,
    scan,
    setTyped: (typed: string) => setEntry({ ...entry, typed }),
    arm: () => setEntry(armMultiplier(entry)),
    disarm: () => setEntry({ ...entry, multiplier: null }),
    clearTyped: () => setEntry({ ...entry, typed: '' }),
    dismissNotice: () => setNotice(null),
  };
}

export type SaleControl = ReturnType<typeof useSale>;
