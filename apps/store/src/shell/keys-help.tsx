// All keys of a till, on "?".
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import classes from './keys-help.module.css';
import { Sheet } from './sheet.tsx';
import { VERBS } from './verbs.ts';

export function KeysHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t, i18n } = useLingui();
  const rows: readonly (readonly [keys: string, words: string])[] = [
    ...VERBS.map((verb) => [verb.key, i18n._(verb.word)] as const),
    ['/', t({ message: 'Search', comment: 'What a key does; short.' })],
    ['↑ ↓', t({ message: 'Line in hand', comment: 'Name of the part beside the roll, read out only.' })],
    ['+ −', t({ message: 'One more, one less', comment: 'What a key does; short.' })],
    ['0–9 ↵', t({ message: 'Set the quantity', comment: 'What a key does; short.' })],
    [
      '0–9 *',
      t({
        message: 'Times the next scan',
        comment: 'Key of the keypad, drawn as ×: the number multiplies the next scan.',
      }),
    ],
    ['Del', t({ message: 'Remove the line', comment: 'What a key does; short.' })],
    ['Ctrl Z', t({ message: 'Undo', comment: 'Button: takes back what was just saved. One word.' })],
    ['Ctrl ↵', t({ message: 'Done: save the document', comment: 'What a key does; short.' })],
    ['Esc', t({ message: 'Back; twice to leave unfinished work', comment: 'What a key does; short.' })],
    ['?', t({ message: 'This list', comment: 'What a key does; short.' })],
  ];
  return (
    <Sheet title={t({ message: 'Keys', comment: 'Title of the list of keys. One word.' })} onClose={onClose}>
      <dl className={classes['keys']}>
        {rows.map(([keys, words]) => (
          <div key={keys} className={classes['row']}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
