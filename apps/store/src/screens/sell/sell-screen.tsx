// Sell: the roll, the line in hand, and Done. Phone: one column, everything under the thumb. Tablet and till: the roll beside
// the line in hand and the keypad.
import { useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ItemSearch } from '../../documents/item-search.tsx';
import { useWide } from '../../shell/use-wide.ts';
import { Screen } from '../../shell/screen.tsx';
import { ItemPicker } from '../items/item-picker.tsx';
import { DeskNotOpen, isNotOpen } from '../../documents/desk-not-open.tsx';
import { SaleDock } from './sale-dock.tsx';
import { SaleHand } from './sale-hand.tsx';
import { SaleRoll } from './sale-roll.tsx';
import { SaleSaved } from './sale-saved.tsx';
import { SaleStrips } from './sale-strips.tsx';
import classes from './sell-screen.module.css';
import { SaleKeypad } from './sale-keypad.tsx';
import { useSale } from './use-sale.ts';
import { useSaleKeys } from './use-sale-keys.ts';

export function SellScreen({ draft }: { readonly draft: string | null }): ReactNode {
  const { t } = useLingui();
  const sale = useSale(draft);
  const wide = useWide();
  const search = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [keypadOpen, setKeypadOpen] = useState(false);
  const leaving = useSaleKeys(sale, {
    query,
    clearQuery: () => setQuery(''),
    openSearch: () => search.current?.focus(),
  });
  const { state, view } = sale;
  const title = t({ message: 'Sell', comment: 'Verb on a tile and in the rail. 10 letters at most.' });
  const leave = { kind: 'close', to: '/' } as const;
  if (state === null || view === null || isNotOpen(state.phase))
    return <DeskNotOpen phase={state?.phase} title={title} newPath="/sell" />;
  const choose = (item: string): void => {
    setQuery('');
    sale.add(item, 1);
    search.current?.blur();
  };
  const openKeypad = wide ? undefined : () => setKeypadOpen(true);
  const strips = <SaleStrips sale={sale} leaving={leaving} onMatch={() => search.current?.focus()} />;
  const body = state.phase === 'saved' ? <SaleSaved sale={sale} /> : <SaleRoll sale={sale} />;
  return (
    <Screen title={title} leave={leave} fixed top={wide ? undefined : strips}>
      <div className={classes['sell']} data-wide={wide}>
        <div className={classes['main']}>
          {wide && <div className={classes['news']}>{strips}</div>}
          <div className={classes['search']}>
            <ItemSearch value={query} onChange={setQuery} inputRef={search} />
          </div>
          {query.trim() === '' ? body : <ItemPicker query={query} onChoose={choose} onClear={() => setQuery('')} />}
          {!wide && query.trim() === '' && <SaleHand sale={sale} onOpenKeypad={openKeypad} />}
          {!wide && <SaleDock sale={sale} onOpenKeypad={openKeypad} />}
        </div>
        {wide && (
          <aside
            className={classes['side']}
            aria-label={t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })}
          >
            <div className={classes['upper']}>
              <SaleHand sale={sale} onOpenKeypad={undefined} />
              <div className={classes['keypad']}>
                <SaleKeypad sale={sale} onDone={() => {}} onLookUp={setQuery} />
              </div>
            </div>
            <SaleDock sale={sale} onOpenKeypad={undefined} />
          </aside>
        )}
      </div>
      {keypadOpen && <SaleKeypad sale={sale} sheet onDone={() => setKeypadOpen(false)} onLookUp={setQuery} />}
    </Screen>
  );
}
