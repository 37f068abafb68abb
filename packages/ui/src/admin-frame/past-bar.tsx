// Says that the page shows a past moment, so that nobody takes it for now. Stands across the top of the page.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './past-bar.module.css';

export interface PastBarProps {
  /** What is shown and when: "Stock as of Tue 17 Nov 2026, 14:20". */
  readonly what: string;
  readonly onBackToNow: () => void;
}

export function PastBar({ what, onBackToNow }: PastBarProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className={classes['bar']}>
      <IconHistory aria-hidden="true" />
      <output className={classes['words']}>
        <strong>{what}</strong>
        {t({
          message: 'Not now. Nothing on this page can be changed.',
          comment: 'In the bar over a page that shows the past.',
        })}
      </output>
      <Button variant="past" onClick={onBackToNow}>
        {t({ message: 'Back to now', comment: 'Button in the bar over a page that shows the past.' })}
      </Button>
    </div>
  );
}
