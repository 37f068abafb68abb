// The way back after a delivery, return or correction was saved.
import { UndoBar } from '@streamstock/ui';
import type { ReactNode } from 'react';
import type { AnyGoodsControl } from './use-goods.ts';

/** For ten seconds after saving: above the dock, and out of the thumb's way once the next document has begun. */
export function GoodsUndo({
  goods,
  message,
}: {
  readonly goods: AnyGoodsControl;
  readonly message: string;
}): ReactNode {
  const saved = goods.state?.saved ?? null;
  const { desk } = goods;
  if (saved?.undo !== 'offered' || desk === null) return null;
  return (
    <UndoBar
      key={saved.events[0] ?? ''}
      message={message}
      onUndo={() => void desk.undoSaved()}
      onExpire={() => desk.forgetSaved()}
    />
  );
}
