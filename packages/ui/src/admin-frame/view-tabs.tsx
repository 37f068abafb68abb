// Views of one list as tabs: each a link of its own, so that the back button and a copied link work.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Pressable } from '../components/pressable.tsx';
import { formatQuantity } from '../format/number.ts';
import classes from './view-tabs.module.css';

export interface ViewTab {
  readonly key: string;
  readonly label: string;
  readonly href: string;
  readonly count?: number;
}

export interface ViewTabsProps {
  /** Names the list of views. */
  readonly label: string;
  readonly tabs: readonly ViewTab[];
  readonly current: string | null;
  readonly onNavigate: (href: string) => void;
  /** The present view differs from the saved one. */
  readonly edited?: { readonly onSave: () => void; readonly onReset: () => void };
  /** At the end: filters, export. */
  readonly trailing?: ReactNode;
}

function Edited({ onSave, onReset }: NonNullable<ViewTabsProps['edited']>): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <span className="ss-meta">
        ● {t({ message: 'edited', comment: 'Beside a view that was changed and not saved; short.' })}
      </span>
      <Button onClick={onSave}>{t({ message: 'Save', comment: 'Keeps the changed view.' })}</Button>
      <Button variant="subtle" onClick={onReset}>
        {t({ message: 'Reset', comment: 'Goes back to the saved view.' })}
      </Button>
    </>
  );
}

export function ViewTabs({ label, tabs, current, onNavigate, edited, trailing }: ViewTabsProps): ReactNode {
  return (
    <div className={classes['bar']}>
      <nav className={classes['tabs']} aria-label={label}>
        {tabs.map((tab) => (
          <Pressable
            key={tab.key}
            className={classes['tab']}
            href={tab.href}
            onPress={() => onNavigate(tab.href)}
            aria-current={tab.key === current ? 'page' : undefined}
          >
            {tab.label}
            {tab.count !== undefined && <span className={classes['count']}>{formatQuantity(tab.count)}</span>}
          </Pressable>
        ))}
      </nav>
      <div className={classes['trailing']}>
        {edited && <Edited {...edited} />}
        {trailing}
      </div>
    </div>
  );
}
