// Deliveries, returns and corrections: desk, catalogue, scanner and keys brought together.
import type { Json } from '@streamstock/event-log';
import type { ItemRow } from '@streamstock/inventory';
import { useCatalogue } from '../device/use-device.tsx';
import { useKeys } from '../scanning/use-scanner.tsx';
import type { DeskState, DocumentDesk, DocumentKind } from './document-desk.ts';
import type { Goods } from './goods.ts';
import { changeLines, type Line, type Lines, type LinesAction } from './lines.ts';
import { useDesk } from './use-desk.ts';
import { useEntry } from './use-entry.ts';

export interface GoodsLine extends Line {
  readonly row: ItemRow | undefined;
}

export function useGoods<Head extends Json>(
  kind: DocumentKind<Goods<Head>>,
  draft: string | null,
  firstItem: string | null,
) {
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
  const entry = useEntry(state?.phase, (action: LinesAction) => {
    if (desk === null) return { ok: false, refusal: null };
    if (desk.state().phase === 'saved') desk.startNew();
    const { doc } = desk.state();
    const outcome = changeLines(doc.lines, action);
    if (outcome.ok) desk.change(outcome.lines === doc.lines ? doc : { ...doc, lines: outcome.lines });
    return outcome;
  });
  const changeHead = (head: Head): void => {
    if (desk !== null) desk.change({ ...desk.state().doc, head });
  };
  const lines: readonly GoodsLine[] =
    state?.doc.lines.lines.map((line) => ({ ...line, row: catalogue.index.item(line.item) })) ?? [];
  const inHand = state === null ? undefined : lines.find(({ item }) => item === state.doc.lines.inHand);
  return {
    desk,
    state,
    lines,
    inHand: state?.phase === 'open' ? (inHand ?? null) : null,
    changeHead,
    ...entry,
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
