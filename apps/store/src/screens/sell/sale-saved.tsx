// The end of a sale: the filling circle, what it came to, and what was printed. Shown only after the commit.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { RecordState } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useRecordState } from '../../device/use-event-state.ts';
import { useCatalogue } from '../../device/use-device.tsx';
import { Receipt } from './receipt.tsx';
import { useTotalWords } from './sale-dock.tsx';
import classes from './sale-saved.module.css';
import { saleViewOf } from './sale-view.ts';
import type { SavedDocument } from '../../documents/document-desk.ts';
import type { Sale } from './sale.ts';
import type { SaleControl } from './use-sale.ts';

export function SaleSaved({ sale }: { readonly sale: SaleControl }): ReactNode {
  const saved = sale.state?.saved ?? null;
  return saved === null ? null : <Saved saved={saved} />;
}

function Saved({ saved }: { readonly saved: SavedDocument<Sale> }): ReactNode {
  const { t } = useLingui();
  const { index } = useCatalogue();
  const state = useRecordState(saved.events) ?? 'saved';
  const view = saleViewOf(saved.doc, index);
  const total = useTotalWords()(view);
  const pieces = view.pieces ?? 0;
  const undone = saved.undo === 'undone';
  return (
    <div className={classes['saved']} data-testid="sale-saved">
      <RecordState state={state} size="large" withWord />
      <span className="ss-figure-l" data-undone={undone}>
        {total}
      </span>
      {undone ? (
        <output>
          {t({
            message: plural(pieces, {
              one: 'Sale reversed. # piece is back on hand.',
              other: 'Sale reversed. # pieces are back on hand.',
            }),
            comment: 'After Undo of a saved sale.',
          })}
        </output>
      ) : (
        <span className="ss-meta">
          {t({ message: 'The next scan begins a new sale.', comment: 'Under the total of a saved sale.' })}
        </span>
      )}
      <Receipt view={view} saved={saved} />
    </div>
  );
}
