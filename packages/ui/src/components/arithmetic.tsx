// The till roll: every explanation of a figure is a column of signed numbers with a ruled total, never a paragraph.
// If the rows do not add up to the total, the difference gets a row of its own.
import { useLingui } from '@lingui/react/macro';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { unexplained } from './arithmetic-rows.ts';
import type { ArithmeticRow, ArithmeticTotal } from './arithmetic-rows.ts';
import classes from './arithmetic.module.css';
import { Figure } from './figure.tsx';
import { RecordState } from './record-state.tsx';

export interface LateNews {
  readonly key: string;
  readonly text: ReactNode;
}

export interface ArithmeticProps {
  /** "Why 23"; names the table. */
  readonly caption: string;
  readonly captionHidden?: boolean;
  readonly rows: readonly ArithmeticRow[];
  readonly total: ArithmeticTotal;
  readonly scale?: number;
  /** What came in late and was already in the baseline: told under the roll, never in the sum. */
  readonly lateNews?: readonly LateNews[];
  /** Instead of "Not explained here". */
  readonly remainderLabel?: string;
}

type RowKind = 'baseline' | 'movement' | 'result' | 'folded';

const kindOf = (row: ArithmeticRow): RowKind => {
  if (row.baseline === true) return 'baseline';
  return row.result === true ? 'result' : 'movement';
};

interface RowWordsProps {
  readonly row: ArithmeticRow;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function RowWords({ row, open, onToggle }: RowWordsProps): ReactNode {
  const folds = row.folded !== undefined && row.folded.length > 0;
  return (
    <span className={classes['words']}>
      {folds ? (
        <button type="button" className={classes['fold']} aria-expanded={open} onClick={onToggle}>
          {row.label}
          <IconChevronRight aria-hidden="true" />
        </button>
      ) : (
        <span>{row.label}</span>
      )}
      {row.meta !== undefined && <span className="ss-meta">{row.meta}</span>}
      {row.state !== undefined && row.state !== 'sent' && <RecordState state={row.state} />}
    </span>
  );
}

interface RowProps {
  readonly row: ArithmeticRow;
  readonly kind: RowKind;
  readonly scale: number;
}

function Row({ row, kind, scale }: RowProps): ReactNode {
  const [open, setOpen] = useState(false);
  const signed = kind === 'movement' || kind === 'folded';
  return (
    <>
      <tr className={classes['row']} data-kind={kind}>
        <th scope="row">
          <RowWords row={row} open={open} onToggle={() => setOpen(!open)} />
        </th>
        <td data-num="">
          <Figure value={row.quantity} signed={signed} scale={scale} />
        </td>
      </tr>
      {open && row.folded?.map((inner) => <Row key={inner.key} row={inner} kind="folded" scale={scale} />)}
    </>
  );
}

export function Arithmetic(props: ArithmeticProps): ReactNode {
  const { caption, captionHidden = false, rows, total, scale = 0, lateNews = [], remainderLabel } = props;
  const { t } = useLingui();
  const remainder = unexplained(rows, total);
  return (
    <div>
      <table className={classes['roll']}>
        <caption className={captionHidden ? 'ss-visually-hidden' : undefined}>{caption}</caption>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} kind={kindOf(row)} scale={scale} />
          ))}
          {remainder !== null && remainder !== 0 && (
            <tr className={classes['row']} data-kind="remainder">
              <th scope="row">
                {remainderLabel ??
                  t({
                    message: 'Not explained here',
                    comment: 'Row of a sum: what the rows above do not account for.',
                  })}
              </th>
              <td data-num="">
                <Figure value={remainder} signed scale={scale} />
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr className={classes['total']}>
            <th scope="row">{total.label}</th>
            <td data-num="">
              <Figure value={total.quantity} scale={scale} />
            </td>
          </tr>
        </tfoot>
      </table>
      {lateNews.length > 0 && (
        <ul className={classes['late']}>
          {lateNews.map((news) => (
            <li key={news.key} className="ss-meta">
              {news.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
