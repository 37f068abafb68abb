// What scans and keys put into a document, one way for sales and for goods: a pack times the multiplier, a tone for each outcome, and
// codes that nobody knows are kept. How lines change is the document's own; it is told whether it could.
import { useState } from 'react';
import { useCatalogue, useDevice } from '../device/use-device.tsx';
import { playScan } from '../scanning/feedback.ts';
import { useHoldScans, useScan } from '../scanning/use-scanner.tsx';
import type { DeskState } from './document-desk.ts';
import { armMultiplier, NO_ENTRY, type Entry } from './entry.ts';
import type { LinesAction, LinesRefusal } from './lines.ts';

export type EntryNotice =
  | { readonly kind: 'unknown-code'; readonly code: string }
  | { readonly kind: 'refused'; readonly refusal: LinesRefusal };

/** `refusal` null: there is no document to change yet. */
type Changed = { readonly ok: true } | { readonly ok: false; readonly refusal: LinesRefusal | null };

/** `phase` undefined: the document is not here yet. */
export function useEntry(phase: DeskState<unknown>['phase'] | undefined, change: (action: LinesAction) => Changed) {
  const { unknownCodes, clock } = useDevice();
  const catalogue = useCatalogue();
  const [entry, setEntry] = useState<Entry>(NO_ENTRY);
  const [notice, setNotice] = useState<EntryNotice | null>(null);
  useHoldScans(phase === 'saving' || phase === 'opening' || phase === undefined);

  const apply = (action: LinesAction): boolean => {
    const changed = change(action);
    if (!changed.ok && changed.refusal !== null) setNotice({ kind: 'refused', refusal: changed.refusal });
    return changed.ok;
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
  useScan(phase === 'open' || phase === 'saved' ? scan : null);

  return {
    entry,
    notice,
    apply,
    add,
    setTyped: (typed: string) => setEntry({ ...entry, typed }),
    arm: () => setEntry(armMultiplier(entry)),
    disarm: () => setEntry({ ...entry, multiplier: null }),
    clearTyped: () => setEntry({ ...entry, typed: '' }),
    dismissNotice: () => setNotice(null),
  };
}
