// Deliveries, returns and corrections: desk, catalogue, scanner and keys brought together.
import type { Json } from '@streamstock/event-log';
import type { ItemRow } from '@streamstock/inventory';
import { useState } from 'react';
import { useCatalogue, useDevice } from '../device/use-device.tsx';
import { playScan } from '../scanning/feedback.ts';
import { useHoldScans, useKeys, useScan } from '../scanning/use-scanner.tsx';
import type { DeskState, DocumentDesk, DocumentKind } from './document-desk.ts';
import { armMultiplier, NO_ENTRY, type Entry } from './entry.ts';
import type { Goods } from './goods.ts';
import { changeLines, type Line, type Lines, type LinesAction, type LinesRefusal } from './lines.ts';
import { useDesk } from './use-desk.ts';

export type GoodsNotice =
  | { readonly kind: 'unknown-code'; readonly code: string }
  | { readonly kind: 'refused'; readonly refusal: LinesRefusal };

export interface GoodsLine extends Line {
  readonly row: ItemRow | undefined;
}

export function useGoods<Head extends Json>(
  kind: DocumentKind<Goods<Head>>,
  draft: string | null,
  firstItem: string | null,
) {
  const { unknownCodes, clock } = useDevice();
  const catalogue = useCatalogue();
  // Opened from an item's page: that item is the first line.
  const addFirst = async (opened: DocumentDesk<Goods<Head>>): Promise<void> => {
    if (firstItem === null) return;
    await catalogue.read();
    const { doc } = opened.state();
    const quantity = 10 ** (catalogue.index.item(firstItem)?.quantityScale ?? 0);
    const outcome =
      doc.lines.lines.length > 0 ? null : changeLines(doc.lines, { kind: 'add', item: firstItem, quantity, pack: 1 });
    if (outcome?.ok === true) opened.change({ ...doc, lines: outcome.lines });
  };
  const { desk, state } = useDesk(kind, draft, (opened) => void addFirst(opened));
  const [entry, setEntry] = useState<Entry>(NO_ENTRY);
  const [notice, setNotice] = useState<GoodsNotice | null>(null);
  useHoldScans(state?.phase === 'saving' || state?.phase === 'opening' || state === null);

  const apply = (action: LinesAction): boolean => {
    if (desk === null) return false;
    if (desk.state().phase === 'saved') desk.startNew();
    const { doc } = desk.state();
    const outcome = changeLines(doc.lines, action);
    if (outcome.ok) desk.change(outcome.lines === doc.lines ? doc : { ...doc, lines: outcome.lines });
    else setNotice({ kind: 'refused', refusal: outcome.refusal });
    return outcome.ok;
  };
  const changeHead = (head: Head): void => {
    if (desk !== null) desk.change({ ...desk.state().doc, head });
  };
  const add = (item: string, packSize: number): void => {
    const scale = catalogue.index.item(item)?.quantityScale ?? 0;
    const unit = packSize === 1 ? 10 ** scale : packSize;
    if (!apply({ kind: 'add', item, quantity: unit * (entry.multiplier ?? 1), pack: packSize }))
      return playScan('wrong-context');
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
  const isReady = state?.phase === 'open' || state?.phase === 'saved';
  useScan(isReady ? scan : null);

  const lines: readonly GoodsLine[] =
    state?.doc.lines.lines.map((line) => ({ ...line, row: catalogue.index.item(line.item) })) ?? [];
  const inHand = state === null ? undefined : lines.find(({ item }) => item === state.doc.lines.inHand);
  return {
    desk,
    state,
    lines,
    inHand: state?.phase === 'open' ? (inHand ?? null) : null,
    entry,
    notice,
    apply,
    changeHead,
    add,
    setTyped: (typed: string) => setEntry({ ...entry, typed }),
    arm: () => setEntry(armMultiplier(entry)),
    disarm: () => setEntry({ ...entry, multiplier: null }),
    clearTyped: () => setEntry({ ...entry, typed: '' }),
    dismissNotice: () => setNotice(null),
  };
}

export type GoodsControl<Head extends Json> = ReturnType<typeof useGoods<Head>>;

/** The part of the control that does not depend on what the head holds. */
export interface AnyGoodsControl extends Pick<
  GoodsControl<Json>,
  | 'lines'
  | 'inHand'
  | 'entry'
  | 'notice'
  | 'apply'
  | 'add'
  | 'setTyped'
  | 'arm'
  | 'disarm'
  | 'clearTyped'
  | 'dismissNotice'
> {
  readonly desk: Pick<
    DocumentDesk<unknown>,
    'commit' | 'hold' | 'startNew' | 'undoSaved' | 'forgetSaved' | 'retryKeeping'
  > | null;
  readonly state: DeskState<{ readonly lines: Lines }> | null;
}

export function useGoodsKeys(
  goods: AnyGoodsControl,
  search: { readonly query: string; readonly clearQuery: () => void; readonly openSearch: () => void },
): void {
  useKeys((key) => {
    const line = goods.inHand;
    const unit = 10 ** (line?.row?.quantityScale ?? 0);
    if (key === 'Escape' && search.query !== '') search.clearQuery();
    else if (key === 'Escape' && goods.entry.typed !== '') goods.clearTyped();
    else if (key === 'Escape' && goods.entry.multiplier !== null) goods.disarm();
    else if (key === '/') search.openSearch();
    else if (key === 'Ctrl+Enter') void goods.desk?.commit();
    else if (key === 'Ctrl+z') goods.apply({ kind: 'undo' });
    else if (key === 'ArrowUp' || key === 'ArrowDown') goods.apply({ kind: 'walk', by: key === 'ArrowUp' ? -1 : 1 });
    else if ((key === '+' || key === '-') && line !== null)
      goods.apply({ kind: 'step', item: line.item, by: key === '+' ? unit : -unit });
    else if (key === 'Delete' && line !== null) goods.apply({ kind: 'remove', item: line.item });
    else return false;
    return true;
  });
}
