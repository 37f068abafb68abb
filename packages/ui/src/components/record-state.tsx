// The filling circle: ○ saving → ◐ saved on this device → ✓✓ sent → ▲ needs attention. Shape tells, colour only repeats.
// Shows what it is told and nothing earlier: "saved" and "sent" are the engine's to claim.
import { useLingui } from '@lingui/react/macro';
import { IconAlertTriangleFilled, IconChecks, IconCircle, IconCircleHalf2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useHeld } from '../timing/use-held.ts';
import type { IconComponent } from './icon.ts';
import classes from './record-state.module.css';

export type RecordStateKind = 'saving' | 'saved' | 'sent' | 'attention';

const icons: Record<RecordStateKind, IconComponent> = {
  saving: IconCircle,
  saved: IconCircleHalf2,
  sent: IconChecks,
  attention: IconAlertTriangleFilled,
};

/** ◐ stays this long even when the centre answers at once, so that it can be seen. */
export const savedShownMinMs = 600;

export function useRecordStateWord(): (state: RecordStateKind) => string {
  const { t } = useLingui();
  return (state) => {
    switch (state) {
      case 'saving':
        return t({ message: 'Saving…', comment: 'State of one record, being written to disk. One word.' });
      case 'saved':
        return t({
          message: 'Saved on this device',
          comment: 'State of one record: on disk here, not yet at head office.',
        });
      case 'sent':
        return t({ message: 'Sent', comment: 'State of one record: on disk at head office. One word.' });
      case 'attention':
        return t({ message: 'Needs attention', comment: 'State of one record that a person must look at.' });
    }
  };
}

export interface RecordStateProps {
  readonly state: RecordStateKind;
  /** Word beside the icon; otherwise it is the icon's accessible name and hover text. */
  readonly withWord?: boolean;
  /** `large`: the 56 px sign at the end of a sale. */
  readonly size?: 'text' | 'large';
}

export function RecordState({ state, withWord = false, size = 'text' }: RecordStateProps): ReactNode {
  const wordOf = useRecordStateWord();
  // Only the pleasant news waits; attention and saving are said at once.
  const shown = useHeld(state, (from, to) => (from === 'saved' && to === 'sent' ? savedShownMinMs : 0));
  const word = wordOf(shown);
  const Icon = icons[shown];
  return (
    <span
      className={classes['root']}
      data-state={shown}
      data-size={size}
      {...(withWord ? {} : { role: 'img', 'aria-label': word, title: word })}
    >
      <Icon aria-hidden="true" />
      {withWord && <span>{word}</span>}
    </span>
  );
}
