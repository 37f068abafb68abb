// The line in hand of a count: the tally as the largest figure, and the ways to change it. Zero is said on purpose.
import { useLingui } from '@lingui/react/macro';
import { ActionIcon, Button } from '@mantine/core';
import { Figure, formatQuantity, useStateWord } from '@streamstock/ui';
import { IconKeyboard, IconMinus, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ItemRow } from '@streamstock/inventory';
import { useCatalogue } from '../../device/use-device.tsx';
import { useStockLine } from '../../device/use-stock-line.ts';
import { QuantityKeypad } from '../../documents/quantity-keypad.tsx';
import { Sheet } from '../../shell/sheet.tsx';
import { packsOf } from '../items/packs.ts';
import type { CountDesk } from './count-desk.ts';
import classes from './count-hand.module.css';
import { countLineOf, type CountSession } from './count-session.ts';

export interface CountHandProps {
  readonly desk: CountDesk;
  readonly session: CountSession;
  readonly wide: boolean;
  readonly onNext: () => void;
}

export function CountHand({ desk, session, wide, onNext }: CountHandProps): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const [keypadOpen, setKeypadOpen] = useState(false);
  const item = session.inHand;
  const row = item === null ? undefined : catalogue.index.item(item);
  if (item === null) {
    return wide ? (
      <p className={`${classes['none']} ss-meta`}>
        {t({
          message: 'Scan an item, or tap a line.',
          comment: 'Beside the list of a count while no line is in hand.',
        })}
      </p>
    ) : null;
  }
  const label = row?.name ?? item;
  const scale = row?.quantityScale ?? 0;
  const unit = 10 ** scale;
  const { tally } = countLineOf(session, item);
  const keypad = (
    <TallyKeypad
      key={item}
      desk={desk}
      row={row}
      label={label}
      onDone={() => setKeypadOpen(false)}
      onNext={wide ? onNext : undefined}
    />
  );
  return (
    <section
      className={classes['hand']}
      data-wide={wide}
      aria-label={t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })}
    >
      <div className={classes['head']}>
        <div>
          <p className={`${classes['name']} ss-name`}>{label}</p>
          <p className="ss-meta">
            <span className="sku">{row?.sku}</span>
            <Expected session={session} item={item} scale={scale} />
          </p>
        </div>
        <Tally desk={desk} tally={tally} scale={scale} />
      </div>
      <div className={classes['actions']}>
        <Button onClick={() => desk.act({ kind: 'none-on-shelf' })}>
          {t({ message: 'None on shelf', comment: 'Button of a count: this item was looked for and none is there.' })}
        </Button>
        <span className={classes['gap']} />
        <ActionIcon
          className={classes['step'] ?? ''}
          variant="default"
          aria-label={t({ message: `One less: ${label}`, comment: 'The minus button; label is the item.' })}
          onClick={() => desk.act({ kind: 'step', by: -unit })}
        >
          <IconMinus aria-hidden="true" />
        </ActionIcon>
        <ActionIcon
          className={classes['step'] ?? ''}
          variant="default"
          aria-label={t({ message: `One more: ${label}`, comment: 'The plus button; label is the item.' })}
          onClick={() => desk.act({ kind: 'step', by: unit })}
        >
          <IconPlus aria-hidden="true" />
        </ActionIcon>
        {!wide && (
          <ActionIcon
            className={classes['step'] ?? ''}
            variant="default"
            aria-label={t({
              message: 'Type a quantity',
              comment: 'The figure between minus and plus opens the keypad.',
            })}
            onClick={() => setKeypadOpen(true)}
          >
            <IconKeyboard aria-hidden="true" />
          </ActionIcon>
        )}
      </div>
      {wide && <div className={classes['keypad']}>{keypad}</div>}
      {keypadOpen && (
        <Sheet
          title={t({ message: 'Quantity', comment: 'Title of the keypad; one word.' })}
          onClose={() => setKeypadOpen(false)}
        >
          {keypad}
        </Sheet>
      )}
    </section>
  );
}

/** The figure, and beside it the way back to "not counted"; its room is kept while there is nothing to clear. */
function Tally({
  desk,
  tally,
  scale,
}: {
  readonly desk: CountDesk;
  readonly tally: number | null;
  readonly scale: number;
}): ReactNode {
  const { t } = useLingui();
  const wordOf = useStateWord();
  return (
    <div className={classes['tally']}>
      <output data-testid="count-tally">
        {tally === null ? (
          <span className="ss-meta">{wordOf('not-counted')}</span>
        ) : (
          <Figure value={tally} size="xl" scale={scale} />
        )}
      </output>
      <ActionIcon
        className={classes['clear'] ?? ''}
        data-hidden={tally === null}
        aria-label={t({ message: 'Clear', comment: 'Button of a count: the line is not counted again. One word.' })}
        onClick={() => desk.act({ kind: 'clear' })}
      >
        <IconX aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

/** "we think 18"; nothing in a blind count, and nothing once the line was said (the figure is then the count itself). */
function Expected({
  session,
  item,
  scale,
}: {
  readonly session: CountSession;
  readonly item: string;
  readonly scale: number;
}): ReactNode {
  const { t } = useLingui();
  const stock = useStockLine(item).value;
  const { said } = countLineOf(session, item);
  // Nothing was ever heard of it here: nothing is thought.
  if (session.blind || stock === undefined || (stock === null && said === null)) return null;
  const expected = formatQuantity(said?.expected ?? stock?.sellable ?? 0, { scale });
  return ` · ${t({ message: `we think ${expected}`, comment: 'In the small print of a line being counted: what the device expects; short.' })}`;
}

interface TallyKeypadProps {
  readonly desk: CountDesk;
  readonly row: ItemRow | undefined;
  readonly label: string;
  readonly onDone: () => void;
  /** Given where the keypad stays open: setting a figure goes on to the next line. */
  readonly onNext: (() => void) | undefined;
}

function TallyKeypad({ desk, row, label, onDone, onNext }: TallyKeypadProps): ReactNode {
  const { t } = useLingui();
  const catalogue = useCatalogue();
  const [typed, setTyped] = useState('');
  return (
    <QuantityKeypad
      item={row ?? null}
      label={onNext === undefined ? label : t({ message: 'Quantity', comment: 'Title of the keypad; one word.' })}
      {...(onNext === undefined
        ? {}
        : {
            setLabel: t({
              message: 'Next',
              comment: 'Key of the keypad while counting: sets the figure and goes on to the next line. One word.',
            }),
          })}
      value={typed}
      onChange={setTyped}
      packs={row === undefined ? [1] : packsOf(catalogue.codesOf(row.item))}
      least={0}
      onEmpty={onNext}
      onQuantity={(quantity) => {
        desk.act({ kind: 'type', quantity });
        setTyped('');
        onDone();
        onNext?.();
      }}
      onCode={() => setTyped('')}
    />
  );
}
