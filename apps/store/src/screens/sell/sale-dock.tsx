// Under the thumb: what the sale comes to, and Done. On a phone also the keypad and Hold.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Dock, formatMoney, formatQuantity, UndoBar, useLateFlag, type IconComponent } from '@streamstock/ui';
import { IconPlayerPause, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useStore } from '../today/use-store-facts.ts';
import classes from './sale-dock.module.css';
import type { SaleView } from './sale-view.ts';
import type { SaleControl } from './use-sale.ts';

/** "Saving…" is said only when it takes longer than this. */
const SAVING_SAID = { showAfterMs: 150, shownMinMs: 300 };

export function useTotalWords(): (view: SaleView) => string {
  const { t } = useLingui();
  const { currency } = useStore();
  return ({ total, unpriced }) => {
    const sum = formatMoney(total.minorUnits, total.scale, currency, { symbol: false });
    if (unpriced === 0) return sum;
    const count = formatQuantity(unpriced);
    return t({ message: `${sum} + ${count} unpriced`, comment: 'Total of a sale in which some lines have no price.' });
  };
}

export function SaleDock({
  sale,
  onOpenKeypad,
}: {
  readonly sale: SaleControl;
  readonly onOpenKeypad: (() => void) | undefined;
}): ReactNode {
  const { t } = useLingui();
  const { desk, state, view } = sale;
  const totalOf = useTotalWords();
  const saving = useLateFlag(state?.phase === 'saving', SAVING_SAID);
  if (desk === null || state === null || view === null) return null;
  const saved = state.phase === 'saved';
  const empty = view.lines.length === 0;
  const total = totalOf(view);
  return (
    <div className={classes['dock']}>
      {saved && <SaleUndo sale={sale} />}
      <Dock
        summary={saved ? undefined : <Summary view={view} total={total} />}
        secondary={
          saved ? (
            <Button onClick={() => window.print()}>
              {t({ message: 'Print receipt', comment: 'Button after a sale is saved.' })}
            </Button>
          ) : (
            <>
              {onOpenKeypad !== undefined && (
                <Button className={classes['secondary'] ?? ''} onClick={onOpenKeypad}>
                  <Stacked icon={IconX}>
                    {t({ message: 'qty', comment: 'Button beside Done: opens the keypad. 4 letters at most.' })}
                  </Stacked>
                </Button>
              )}
              <Button className={classes['secondary'] ?? ''} aria-disabled={empty} onClick={() => void desk.hold()}>
                <Stacked icon={IconPlayerPause}>
                  {t({
                    message: 'Hold',
                    comment: 'Button beside Done: puts the sale aside for another customer. 6 letters at most.',
                  })}
                </Stacked>
              </Button>
            </>
          )
        }
        primary={
          saved ? (
            <Button variant="filled" onClick={() => desk.startNew()}>
              {t({ message: 'New sale', comment: 'Button after a sale is saved.' })}
            </Button>
          ) : (
            <Button
              variant="filled"
              className={classes['done'] ?? ''}
              aria-disabled={empty}
              onClick={() => !empty && void desk.commit()}
            >
              {saving
                ? t({ message: 'Saving…', comment: 'State of one record, being written to disk. One word.' })
                : t({ message: `Done · ${total}`, comment: 'Button that saves the sale; total is an amount.' })}
            </Button>
          )
        }
      />
    </div>
  );
}

function Stacked({ icon: Icon, children }: { readonly icon: IconComponent; readonly children: ReactNode }): ReactNode {
  return (
    <span className={classes['stacked']}>
      <Icon size={20} aria-hidden="true" />
      {children}
    </span>
  );
}

function Summary({ view, total }: { readonly view: SaleView; readonly total: string }): ReactNode {
  const { t } = useLingui();
  const lines = view.lines.length;
  const lineWords = t({
    message: plural(lines, { one: '# line', other: '# lines' }),
    comment: 'How large a document is; short.',
  });
  const pieceCount = view.pieces ?? 0;
  const pieces =
    view.pieces === null
      ? ''
      : `${t({ message: plural(pieceCount, { one: '# piece', other: '# pieces' }), comment: 'How many pieces a document holds; short.' })} · `;
  return (
    <>
      <span className="ss-meta">{pieces + lineWords}</span>
      <output className={`${classes['total']} ss-figure-m`} data-testid="sale-total">
        {total}
      </output>
    </>
  );
}

/** For ten seconds after Done: above the dock, and out of the thumb's way once the next sale has begun. */
export function SaleUndo({ sale }: { readonly sale: SaleControl }): ReactNode {
  const { t } = useLingui();
  const saved = sale.state?.saved ?? null;
  if (saved === null || sale.desk === null) return null;
  const { desk } = sale;
  if (saved.undo !== 'offered') return null;
  return (
    <UndoBar
      key={saved.events[0] ?? ''}
      message={t({
        message: 'Sale saved on this device.',
        comment: 'Bar above the dock for 10 seconds after Done, with Undo beside it.',
      })}
      onUndo={() => void desk.undoSaved()}
      onExpire={() => desk.forgetSaved()}
    />
  );
}
