// A plain receipt for the printer: on paper only, never on the screen. Not a tax document.
import { useLingui } from '@lingui/react/macro';
import { formatMoney, formatQuantity } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { SavedDocument } from '../../documents/document-desk.ts';
import { useStore } from '../today/use-store-facts.ts';
import classes from './receipt.module.css';
import { useTotalWords } from './sale-dock.tsx';
import type { SaleView } from './sale-view.ts';
import type { Sale } from './sale.ts';

export function Receipt({ view, saved }: { readonly view: SaleView; readonly saved: SavedDocument<Sale> }): ReactNode {
  const { t, i18n } = useLingui();
  const store = useStore();
  const total = useTotalWords()(view);
  const time = new Intl.DateTimeFormat(i18n.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: store.timeZone,
  }).format(saved.atMs);
  return createPortal(
    <section className={classes['receipt']} aria-hidden="true">
      <h1>{store.name}</h1>
      <p>{time}</p>
      <table>
        <tbody>
          {view.lines.map((line) => (
            <tr key={line.item}>
              <td>{formatQuantity(line.quantity, { scale: line.scale })}</td>
              <td>{line.name}</td>
              <td>
                {line.amount === null
                  ? '—'
                  : formatMoney(line.amount.minorUnits, line.amount.scale, store.currency, { symbol: false })}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>{t({ message: 'Total', comment: 'On a printed receipt. One word.' })}</td>
            <td>
              {total} {store.currency}
            </td>
          </tr>
        </tfoot>
      </table>
      <p>{saved.events[0]}</p>
    </section>,
    document.body,
  );
}
