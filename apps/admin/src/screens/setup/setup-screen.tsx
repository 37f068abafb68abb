// The first run: makes the first admin and the first store, then shows the API key (once) and the first pairing code.
// One page, three blocks; a block opens when the one before it is filled in.
import { Trans, useLingui } from '@lingui/react/macro';
import type { SetupResult } from '@streamstock/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { SkeletonRows } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTitle } from '../../app/use-title.ts';
import { setupQuery } from '../../data/queries.ts';
import { queryKeys } from '../../data/query-keys.ts';
import { GatePage } from '../../frame/gate-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { SetupDone } from './setup-done.tsx';
import { SetupForm } from './setup-form.tsx';
import { readSetupToken } from './setup-token.ts';

function AlreadySetUp(): ReactNode {
  return (
    <p className="ss-body">
      <Trans comment="On the first-run page of a server that was set up before.">
        This server is already set up. <Link to="/login">Sign in</Link> to go on.
      </Trans>
    </p>
  );
}

export function SetupScreen(): ReactNode {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const token = readSetupToken(useLocation().hash);
  const needed = useQuery(setupQuery);
  const [result, setResult] = useState<SetupResult | null>(null);
  useTitle(t({ message: 'Set up', comment: 'Title of the browser tab on the first-run page.' }));

  const onDone = (made: SetupResult): void => {
    // The answer signed us in; who we are is asked for when the office opens.
    queryClient.removeQueries({ queryKey: queryKeys.session });
    setResult(made);
  };

  if (result !== null) return <SetupDone result={result} />;
  return (
    <GatePage title={<Trans comment="Title of the first-run page.">Set up StreamStock</Trans>}>
      {needed.isPending && <SkeletonRows rows={4} />}
      {needed.isError && <ProblemStrip error={needed.error} onRetry={() => void needed.refetch()} />}
      {needed.data === false && <AlreadySetUp />}
      {needed.data === true && <SetupForm token={token} onDone={onDone} />}
    </GatePage>
  );
}
