// The strip under a grid, always there so that nothing moves when it has something to say: how many rows, what is selected,
// changes that did not light up, and an order that has changed meanwhile.
import { useLingui } from '@lingui/react/macro';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { plural } from '@lingui/core/macro';
import { formatQuantity } from '../format/number.ts';
import type { ChangeMeter } from './change-meter.ts';
import classes from './data-grid.module.css';

/** Changes are read out together, this rarely at most. */
const summaryEveryMs = 10_000;

export interface GridStripProps {
  readonly rowCount: number;
  readonly selectedCount: number;
  readonly outOfViewCount: number;
  readonly orderStale: boolean;
  readonly onApplyOrder: () => void;
  readonly meter: ChangeMeter;
  readonly live: boolean;
}

function ChangeSummary({ meter }: { readonly meter: ChangeMeter }): ReactNode {
  const { t } = useLingui();
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      const total = meter.takeTotal();
      if (total > 0) setCount(total);
    }, summaryEveryMs);
    return () => clearInterval(timer);
  }, [meter]);
  return (
    <output className="ss-visually-hidden">
      {count > 0 &&
        t({
          message: plural(count, { one: '# figure has changed', other: '# figures have changed' }),
          comment: 'Read out every ten seconds while a live table changes.',
        })}
    </output>
  );
}

function SilentChanges({ meter }: { readonly meter: ChangeMeter }): ReactNode {
  const { t } = useLingui();
  const silent = useSyncExternalStore(meter.subscribe, meter.silentCount, meter.silentCount);
  if (silent === 0) return null;
  return t({
    message: plural(silent, { one: '# change', other: '# changes' }),
    comment: 'Under a live table: changes too many to light up one by one; short.',
  });
}

export function GridStrip(props: GridStripProps): ReactNode {
  const { rowCount, selectedCount, outOfViewCount, orderStale, onApplyOrder, meter, live } = props;
  const { t } = useLingui();
  const hidden = formatQuantity(outOfViewCount);
  return (
    <div className={classes['strip']}>
      <span>
        {t({
          message: plural(rowCount, { one: '# row', other: '# rows' }),
          comment: 'Under a table: how many rows match.',
        })}
      </span>
      {selectedCount > 0 && (
        <span>
          {t({ message: plural(selectedCount, { one: '# selected', other: '# selected' }), comment: 'Under a table.' })}
          {outOfViewCount > 0 &&
            `, ${t({ message: `${hidden} not in view`, comment: 'Selected rows that the present filter hides.' })}`}
        </span>
      )}
      {live && (
        <>
          <span className={classes['silent']}>
            <SilentChanges meter={meter} />
          </span>
          <ChangeSummary meter={meter} />
        </>
      )}
      {orderStale && (
        <span className={classes['stale']}>
          {t({ message: 'Order changed', comment: 'Under a table: rows would now stand in another order.' })}
          <button type="button" className={classes['apply']} onClick={onApplyOrder}>
            {t({ message: 'Apply', comment: 'Button beside "Order changed": sorts the table again.' })}
          </button>
        </span>
      )}
    </div>
  );
}
