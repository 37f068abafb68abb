// The mark on a navigation entry: a number of things to do, or ▲. Read out with the entry's name.
import { useLingui } from '@lingui/react/macro';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatQuantity } from '../format/number.ts';
import type { NavigationItem } from './navigation.ts';

export interface NavigationBadgeProps {
  readonly item: NavigationItem;
  readonly className?: string | undefined;
}

export function NavigationBadge({ item, className }: NavigationBadgeProps): ReactNode {
  const { t } = useLingui();
  if (item.attention) {
    const name = t({ message: 'Needs attention', comment: 'State of one record that a person must look at.' });
    return (
      <span className={className} data-attention="true">
        <IconAlertTriangleFilled aria-hidden="true" />
        <span className="ss-visually-hidden">{name}</span>
      </span>
    );
  }
  if (item.count === undefined || item.count === 0) return null;
  return <span className={className}>{formatQuantity(item.count)}</span>;
}
