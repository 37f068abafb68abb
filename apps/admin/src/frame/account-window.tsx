// The window behind the account button: who is signed in, how the page looks to them, and the way out.
import { Button, Popover, SegmentedControl, Switch } from '@mantine/core';
import '@mantine/core/styles/Popover.layer.css';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useColorScheme, type ColorScheme } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { useDensity } from '../app/density.ts';
import { forget } from '../app/session-end.ts';
import { api, isNotSignedIn } from '../data/api.ts';
import { sessionQuery } from '../data/queries.ts';
import { queryKeys } from '../data/query-keys.ts';
import { ProblemStrip } from '../problem/problem-strip.tsx';
import { AccountButton } from './account-button.tsx';
import classes from './account-window.module.css';

function useSignOut() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: async () => {
      try {
        await api.signOut();
      } catch (error) {
        // The session is gone already: that is what was asked for.
        if (!isNotSignedIn(error)) throw error;
      }
    },
    onSuccess: async () => {
      queryClient.setQueryData(queryKeys.session, null);
      await router.navigate({ to: '/login', search: {}, replace: true });
      forget(queryClient);
    },
  });
}

function Looks(): ReactNode {
  const { t } = useLingui();
  const [scheme, chooseScheme] = useColorScheme();
  const [density, chooseDensity] = useDensity();
  const schemes: { value: ColorScheme; label: string }[] = [
    { value: 'light', label: t({ message: 'Light', comment: 'Colours of the page. One word.' }) },
    { value: 'dark', label: t({ message: 'Dark', comment: 'Colours of the page. One word.' }) },
    {
      value: 'auto',
      label: t({ message: 'As the system', comment: 'Colours of the page: what the computer is set to. Short.' }),
    },
  ];
  return (
    <div className={classes['looks']}>
      <SegmentedControl
        aria-label={t({ message: 'Colours', comment: 'Names the choice of light or dark.' })}
        data={schemes}
        value={scheme}
        onChange={(value) => chooseScheme(value as ColorScheme)}
        fullWidth
      />
      <Switch
        label={t({ message: 'Compact rows', comment: 'Switch: less room between the rows of tables.' })}
        checked={density === 'compact'}
        onChange={(event) => chooseDensity(event.currentTarget.checked ? 'compact' : 'dense')}
      />
    </div>
  );
}

export function AccountWindow(): ReactNode {
  const { t } = useLingui();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useSignOut();
  const name = session?.name ?? '';
  return (
    <Popover defaultOpened position="bottom-end" width={300} trapFocus returnFocus>
      <Popover.Target>
        <AccountButton name={name} />
      </Popover.Target>
      <Popover.Dropdown
        className={classes['dropdown'] ?? ''}
        aria-label={t({ message: 'Account', comment: 'Names the small window with name, colours and signing out.' })}
      >
        <div className={classes['who']}>
          <span className="ss-body-strong">{name}</span>
          <span className="ss-meta">{session?.email}</span>
        </div>
        <Looks />
        {signOut.isError && <ProblemStrip error={signOut.error} />}
        <Button
          leftSection={<IconLogout size={16} aria-hidden="true" />}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          <Trans comment="Button in the account window.">Sign out</Trans>
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
