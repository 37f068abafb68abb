// What stands where a screen can not: an address that leads nowhere, a fault. Both say how to go on.
import { Button } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { ProblemStrip } from '../problem/problem-strip.tsx';
import classes from './fault-screens.module.css';

export function NotFoundScreen(): ReactNode {
  return (
    <main className={classes['page']}>
      <h1 className="ss-title">
        <Trans comment="Title of the page for an unknown address.">Nothing here</Trans>
      </h1>
      <EmptyState
        kind="no-match"
        text={
          <Trans comment="Text of the page for an unknown address.">
            This address leads nowhere. It may have been cut off when it was copied.
          </Trans>
        }
        action={
          <Button component={Link} to="/stock">
            <Trans comment="Button that leads to the stock matrix.">Go to Stock</Trans>
          </Button>
        }
      />
    </main>
  );
}

export function FaultScreen({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <main className={classes['page']}>
      <h1 className="ss-title">
        <Trans comment="Title of the page when something broke.">This page stopped</Trans>
      </h1>
      <ProblemStrip error={error} onRetry={reset} />
    </main>
  );
}
