// One item of this store: how much there is, and why the figure is what it is.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Dock, EmptyState, Figure, formatMoney, formatQuantity, StateBadge } from '@streamstock/ui';
import type { ReactNode } from 'react';
import type { ItemRow, StockLineRow } from '@streamstock/inventory';
import { useCatalogue, useStatus } from '../../device/use-device.tsx';
import { useAvailable } from '../../device/use-available.ts';
import { useStockLine } from '../../device/use-stock-line.ts';
import { Screen } from '../../shell/screen.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';
import { lineState } from '../items/line-state.ts';
import { useStore } from '../today/use-store-facts.ts';
import classes from './item-screen.module.css';
import { WhyRoll } from './why-roll.tsx';

export function ItemScreen({ item }: { readonly item: string }): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const strip = useScanToItem();
  const row = catalogue.index.item(item);
  const line = useStockLine(item).value;
  const back = { kind: 'back', to: '/items' } as const;
  if (row === undefined) {
    return (
      <Screen
        title={t({ message: 'Item', comment: 'Title of an item’s page while it is not known; one word.' })}
        leave={back}
      >
        {catalogue.state === 'loading' ? null : (
          <EmptyState
            kind="no-match"
            text={t({
              message: 'This item is not on this device.',
              comment: 'An item’s page was opened that the device does not know.',
            })}
          />
        )}
      </Screen>
    );
  }
  return (
    <Screen title={row.name} leave={back} top={strip} dock={<ItemDock item={item} />}>
      <div className={classes['page']}>
        <div className={classes['facts']}>
          <Identity row={row} />
          <Buckets row={row} line={line} />
        </div>
        <div className={classes['why']}>{line === null ? <NothingKnown /> : <WhyRoll row={row} />}</div>
      </div>
    </Screen>
  );
}

function Identity({ row }: { readonly row: ItemRow }): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const { currency } = useStore();
  const codes = catalogue.codesOf(row.item);
  const price = row.price === null ? null : formatMoney(row.price.minorUnits, row.price.scale, currency);
  return (
    <div className={classes['identity']}>
      <p className={`${classes['name']} ss-name`}>{row.name}</p>
      <p className="ss-meta">
        <span className="sku">{row.sku}</span>
        {` · ${row.category}`}
        {price !== null && ` · ${price}`}
        {row.lifecycle === 'archived' &&
          ` · ${t({ message: 'not sold any more', comment: 'About an archived item; short.' })}`}
      </p>
      {codes.length > 0 && (
        <p className="ss-meta">
          {codes.map(({ code, packSize }, index) => (
            <span key={code}>
              {index > 0 && ' · '}
              <span className="sku">{code}</span>
              {packSize > 1 &&
                ` (${t({ message: `case of ${packSize}`, comment: 'Key of the keypad: the number is in packs of that many. Short.' })})`}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function Buckets({ row, line }: { readonly row: ItemRow; readonly line: StockLineRow | null | undefined }): ReactNode {
  const { t } = useLingui();
  const scale = row.quantityScale;
  const available = useAvailable(row.item);
  const state = lineState(line ?? undefined, useStatus().figuresIncomplete);
  const picked = formatQuantity(line?.picked ?? 0, { scale });
  const unsellable = formatQuantity(line?.unsellable ?? 0, { scale });
  const unit = useUnitWord()(row);
  return (
    <section
      className={classes['buckets']}
      aria-label={t({ message: 'Stock', comment: 'Name of an item’s figures, read out only.' })}
    >
      <div className={classes['bucket']}>
        <span className="ss-meta">{t({ message: 'On hand', comment: 'What the store has of an item; short.' })}</span>
        <span data-testid="on-hand">
          {line === undefined ? (
            <span className="ss-figure-l">&nbsp;</span>
          ) : (
            <Figure value={line?.onHand ?? null} size="l" scale={scale} />
          )}
        </span>
      </div>
      <div className={classes['bucket']}>
        <span className="ss-meta">
          {t({ message: 'Available', comment: 'What the store can still promise of an item; short.' })}
        </span>
        <span data-testid="available">
          {available === undefined ? (
            <span className="ss-figure-l">&nbsp;</span>
          ) : (
            <Figure value={available} size="l" scale={scale} />
          )}
        </span>
      </div>
      <div className={classes['state']}>{state !== null && <StateBadge state={state} />}</div>
      <p className={`${classes['parts']} ss-meta`}>
        {t({
          message: `set aside ${picked} · unsellable ${unsellable} · in ${unit}`,
          comment: 'Under an item’s figures: goods set aside for orders, damaged goods, and the unit.',
        })}
      </p>
    </section>
  );
}

/** In which unit the figures are. */
export function useUnitWord(): (row: ItemRow) => string {
  const { t } = useLingui();
  return ({ unit, quantityScale }) => {
    const thousands = quantityScale === 3;
    switch (unit) {
      case 'piece':
        return t({ message: 'pieces', comment: 'Key of the keypad: the number is in single pieces. Short.' });
      case 'gram':
        return thousands ? 'kg' : 'g';
      case 'millilitre':
        return thousands ? 'L' : 'mL';
      case 'millimetre':
        return thousands ? 'm' : 'mm';
    }
  };
}

function NothingKnown(): ReactNode {
  const { t } = useLingui();
  return (
    <EmptyState
      kind="nothing-yet"
      text={t({
        message: 'Nothing has happened with this item in this store yet: nothing came in, nothing was sold or counted.',
        comment: 'An item’s page without any stock history.',
      })}
    />
  );
}

function ItemDock({ item }: { readonly item: string }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const query = `?item=${encodeURIComponent(item)}`;
  return (
    <Dock
      secondary={
        <>
          <Button onClick={() => go.to(`/adjust${query}`)}>
            {t({
              message: 'Adjust',
              comment: 'Verb on a tile and in the rail: correct the stock for a reason. 10 letters at most.',
            })}
          </Button>
          <Button onClick={() => go.to(`/return${query}`)}>
            {t({
              message: 'Return',
              comment: 'Verb on a tile and in the rail: a customer brings goods back. 10 letters at most.',
            })}
          </Button>
        </>
      }
      primary={
        <Button variant="filled" onClick={() => go.to(`/count${query}`)}>
          {t({ message: 'Count', comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.' })}
        </Button>
      }
    />
  );
}
