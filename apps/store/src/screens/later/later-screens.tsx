// Verbs that this version does not have yet: what they will be, and what to do meanwhile. No dead buttons.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { EmptyState, type IconComponent } from '@streamstock/ui';
import { IconArrowsLeftRight, IconShoppingBag } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Screen } from '../../shell/screen.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';

interface LaterProps {
  readonly title: string;
  readonly icon: IconComponent;
  readonly text: string;
  readonly actions: ReactNode;
}

function Later({ title, icon, text, actions }: LaterProps): ReactNode {
  const strip = useScanToItem();
  return (
    <Screen title={title} leave={{ kind: 'close', to: '/' }} top={strip}>
      <EmptyState kind="nothing-yet" icon={icon} text={text} action={actions} />
    </Screen>
  );
}

export function TransferScreen(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  return (
    <Later
      title={t({
        message: 'Transfer',
        comment: 'Verb on a tile and in the rail: goods to another store. 10 letters at most.',
      })}
      icon={IconArrowsLeftRight}
      text={t({
        message:
          'Sending goods to another store, with what is on its way in sight, comes with a later version. Until then, agree it with the other store: count what leaves here, and let them receive it there.',
        comment: 'The verb Transfer is not there yet.',
      })}
      actions={
        <Button onClick={() => go.to('/count')}>
          {t({ message: 'Count', comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.' })}
        </Button>
      }
    />
  );
}

export function CollectScreen(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  return (
    <Later
      title={t({
        message: 'Collect',
        comment: 'Verb on a tile and in the rail: hand over what was ordered. 10 letters at most.',
      })}
      icon={IconShoppingBag}
      text={t({
        message:
          'Picking orders and handing them over comes with a later version. Until then, put the goods aside by hand and sell them when the customer comes.',
        comment: 'The verb Collect is not there yet.',
      })}
      actions={
        <Button onClick={() => go.to('/sell')}>
          {t({ message: 'Sell', comment: 'Verb on a tile and in the rail. 10 letters at most.' })}
        </Button>
      }
    />
  );
}
