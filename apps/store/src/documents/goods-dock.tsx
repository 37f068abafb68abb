// Under the thumb of a delivery, return or correction: how large it is, and the button that saves it.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Dock, useLateFlag } from '@streamstock/ui';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './goods-dock.module.css';
import type { GoodsScreenProps } from './goods-screen-props.ts';
import { GoodsUndo } from './goods-undo.tsx';
import { useSizeWords } from './use-size-words.ts';

/** "Saving…" is said only when it takes longer than this. */
const SAVING_SAID = { showAfterMs: 150, shownMinMs: 300 };

export function GoodsDock({
  goods,
  words,
  blocked = false,
  onOpenKeypad,
}: GoodsScreenProps & { readonly onOpenKeypad: (() => void) | undefined }): ReactNode {
  const { t } = useLingui();
  const { desk, state } = goods;
  const size = useSizeWords()(goods);
  const saving = useLateFlag(state?.phase === 'saving', SAVING_SAID);
  if (desk === null || state === null) return null;
  const empty = goods.lines.length === 0 || blocked;
  return (
    <div className={classes['dock']}>
      {state.phase === 'saved' && <GoodsUndo goods={goods} message={words.saved} />}
      {state.phase === 'saved' ? (
        <Dock
          primary={
            <Button variant="filled" onClick={() => desk.startNew()}>
              {words.another}
            </Button>
          }
        />
      ) : (
        <Dock
          summary={<span className="ss-meta">{size}</span>}
          secondary={
            onOpenKeypad === undefined ? undefined : (
              <Button onClick={onOpenKeypad} leftSection={<IconX size={20} aria-hidden="true" />}>
                {t({ message: 'qty', comment: 'Button beside Done: opens the keypad. 4 letters at most.' })}
              </Button>
            )
          }
          primary={
            <Button variant="filled" aria-disabled={empty} onClick={() => !empty && void desk.commit()}>
              {saving
                ? t({ message: 'Saving…', comment: 'State of one record, being written to disk. One word.' })
                : words.done}
            </Button>
          }
        />
      )}
    </div>
  );
}
