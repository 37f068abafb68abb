// The screen of a document about goods: search, what its kind asks, the roll, the line in hand, the dock, and the end state.
// Deliveries, returns and corrections differ only in what they pass in.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { EmptyState, RecordState, TillRoll } from '@streamstock/ui';
import { IconBarcode } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ItemSearch } from './item-search.tsx';
import { useRecordState } from '../device/use-event-state.ts';
import { ItemPicker } from '../screens/items/item-picker.tsx';
import { Screen } from '../shell/screen.tsx';
import { useWide } from '../shell/use-wide.ts';
import { DeskNotOpen, isNotOpen } from './desk-not-open.tsx';
import { GoodsDock } from './goods-dock.tsx';
import { GoodsHand } from './goods-hand.tsx';
import { GoodsKeypad } from './goods-keypad.tsx';
import type { GoodsScreenProps, GoodsWords } from './goods-screen-props.ts';
import classes from './goods-screen.module.css';
import { GoodsStrips } from './goods-strips.tsx';
import { useGoodsKeys, type AnyGoodsControl } from './use-goods.ts';

export function GoodsScreen(props: GoodsScreenProps): ReactNode {
  const { goods, words, path, head } = props;
  const { t } = useLingui();
  const wide = useWide();
  const search = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [keypadOpen, setKeypadOpen] = useState(false);
  useGoodsKeys(goods, { query, clearQuery: () => setQuery(''), openSearch: () => search.current?.focus() });
  const { state } = goods;
  const leave = { kind: 'close', to: '/' } as const;
  if (state === null || isNotOpen(state.phase))
    return <DeskNotOpen phase={state?.phase} title={words.title} newPath={path} />;
  const choose = (item: string): void => {
    setQuery('');
    goods.add(item, 1);
    search.current?.blur();
  };
  const strips = (
    <GoodsStrips goods={goods} notSaved={words.notSaved} saved={words.saved} onMatch={() => search.current?.focus()} />
  );
  const searching = query.trim() !== '';
  const openKeypad = wide ? undefined : () => setKeypadOpen(true);
  return (
    <Screen title={words.title} leave={leave} fixed top={wide ? undefined : strips}>
      <div className={classes['goods']}>
        <div className={classes['main']}>
          {wide && <div className={classes['news']}>{strips}</div>}
          <div className={classes['search']}>
            <ItemSearch value={query} onChange={setQuery} inputRef={search} />
          </div>
          {!searching && state.phase !== 'saved' && head !== undefined && <div className={classes['head']}>{head}</div>}
          {searching ? (
            <ItemPicker query={query} onChoose={choose} onClear={() => setQuery('')} />
          ) : (
            <Body {...props} />
          )}
          {!wide && !searching && <GoodsHand {...props} onOpenKeypad={openKeypad} />}
          {!wide && <GoodsDock {...props} onOpenKeypad={openKeypad} />}
        </div>
        {wide && (
          <aside
            className={classes['side']}
            aria-label={t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })}
          >
            <div className={classes['upper']}>
              <GoodsHand {...props} onOpenKeypad={undefined} />
              <div className={classes['keypad']}>
                <GoodsKeypad goods={goods} onDone={() => {}} onLookUp={setQuery} />
              </div>
            </div>
            <GoodsDock {...props} onOpenKeypad={undefined} />
          </aside>
        )}
      </div>
      {keypadOpen && <GoodsKeypad goods={goods} sheet onDone={() => setKeypadOpen(false)} onLookUp={setQuery} />}
    </Screen>
  );
}

function Body({ goods, words, lineMeta }: GoodsScreenProps): ReactNode {
  const { t } = useLingui();
  if (goods.state?.phase === 'saved') return <Saved goods={goods} words={words} />;
  if (goods.lines.length === 0) {
    return (
      <div className={classes['fill']}>
        <EmptyState kind="nothing-yet" icon={IconBarcode} text={words.empty} />
      </div>
    );
  }
  return (
    <TillRoll
      className={classes['roll'] ?? ''}
      label={t({ message: 'Lines', comment: 'Name of the list of a document’s lines, read out only.' })}
      lines={goods.lines.map((line) => ({
        key: line.item,
        quantity: line.quantity,
        scale: line.row?.quantityScale ?? 0,
        name: line.row?.name ?? line.item,
        meta: [line.row?.sku, lineMeta?.(line)].filter(Boolean).join(' · '),
        amount: '',
      }))}
      current={goods.inHand?.item ?? null}
      onSelect={(item) => goods.apply({ kind: 'take-in-hand', item })}
    />
  );
}

function Saved({ goods, words }: { readonly goods: AnyGoodsControl; readonly words: GoodsWords }): ReactNode {
  const { t } = useLingui();
  const saved = goods.state?.saved ?? null;
  const state = useRecordState(saved?.events ?? []);
  if (saved === null) return null;
  const lines = saved.doc.lines.lines.length;
  const undone = saved.undo === 'undone';
  return (
    <div className={classes['saved']} data-testid="document-saved">
      <RecordState state={state ?? 'saved'} size="large" withWord />
      <span className="ss-title">
        {t({ message: plural(lines, { one: '# line', other: '# lines' }), comment: 'How large a document is; short.' })}
      </span>
      {undone && <output>{words.undone}</output>}
    </div>
  );
}
