// A count for one screen: its desk, the list of lines, scanner and keys brought together.
import type { ItemRow } from '@streamstock/inventory';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { commandContext } from '../../device/device.ts';
import { useCatalogue, useClosable, useDevice } from '../../device/use-device.tsx';
import { playScan } from '../../scanning/feedback.ts';
import { useKeys, useScan } from '../../scanning/use-scanner.tsx';
import { CountDesk, type CountDeskState } from './count-desk.ts';
import { countLineOf, differingItems, type CountScope, type CountSession } from './count-session.ts';

const never = () => () => {};
const nothing = () => null;

/** `draft`: the key of a count to take up, or null. `state` is null in the first frame. */
export function useCountDesk(draft: string | null): {
  readonly desk: CountDesk | null;
  readonly state: CountDeskState | null;
} {
  const device = useDevice();
  const desk = useClosable(() => {
    const { engine, tryHold, recorder, clock } = device;
    const made = new CountDesk({ engine, tryHold, recorder, clock, context: () => commandContext(device) });
    if (draft !== null) void made.resume(draft);
    return made;
  }, draft ?? '');
  const state = useSyncExternalStore<CountDeskState | null>(desk?.observe ?? never, desk?.state ?? nothing);
  return { desk, state };
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

function inScope(scope: CountScope, item: ItemRow): boolean {
  if (scope.kind === 'items') return scope.items.includes(item.item);
  return item.lifecycle !== 'archived' && (scope.kind === 'all' || item.category === scope.category);
}

/** The items on the list, and whatever else was counted, by name. */
export function useCountItems(session: CountSession): readonly ItemRow[] {
  const catalogue = useCatalogue();
  const { scope, lines } = session;
  const { items, index } = catalogue;
  const listed = useMemo(
    () => items.filter((item) => inScope(scope, item)).toSorted((a, b) => byName.compare(a.name, b.name)),
    [items, scope],
  );
  const onList = useMemo(() => new Set(listed.map(({ item }) => item)), [listed]);
  return useMemo(() => {
    const extra = [...lines.keys()].filter((item) => !onList.has(item)).flatMap((item) => index.item(item) ?? []);
    return extra.length === 0 ? listed : [...listed, ...extra].toSorted((a, b) => byName.compare(a.name, b.name));
  }, [listed, onList, lines, index]);
}

export type CountTab = 'to-count' | 'counted' | 'differences';

export interface CountLists {
  readonly all: number;
  readonly toCount: readonly ItemRow[];
  readonly counted: readonly ItemRow[];
  readonly differences: readonly ItemRow[];
}

export function countLists(session: CountSession, items: readonly ItemRow[]): CountLists {
  const differing = new Set(session.blind ? [] : differingItems(session));
  const isCounted = ({ item }: ItemRow): boolean => countLineOf(session, item).tally !== null;
  return {
    all: items.length,
    toCount: items.filter((item) => !isCounted(item)),
    counted: items.filter(isCounted),
    differences: items.filter(({ item }) => differing.has(item)),
  };
}

/** Scanner and keys of an open count. Returns the code that no item has, if the last scan was one. */
export function useCountInput(
  desk: CountDesk,
  session: CountSession,
  next: () => void,
): { readonly unknown: string | null; readonly dismiss: () => void } {
  const { unknownCodes, clock } = useDevice();
  const catalogue = useCatalogue();
  const [unknown, setUnknown] = useState<string | null>(null);
  useScan((code) => {
    const found = catalogue.find(code);
    if (found === undefined) {
      playScan('unknown');
      setUnknown(code);
      void unknownCodes.keep(code, clock());
      return;
    }
    const { item, quantityScale } = found.item;
    desk.act({ kind: 'scan', item, pack: found.packSize === 1 ? 10 ** quantityScale : found.packSize });
    setUnknown(null);
    playScan(found.packSize > 1 ? 'pack' : 'accepted');
  });
  useKeys((key) => {
    const unit =
      10 ** ((session.inHand === null ? undefined : catalogue.index.item(session.inHand)?.quantityScale) ?? 0);
    if (key === '+' || key === '-') desk.act({ kind: 'step', by: key === '+' ? unit : -unit });
    else if (key === 'Delete') desk.act({ kind: 'clear' });
    else if (key === 'Enter') next();
    else return false;
    return true;
  });
  return { unknown, dismiss: () => setUnknown(null) };
}
