// What an answer that was not the promised one says to a person: what happened, what is safe, what to do. Our own words
// for what we know; the server's own explanation for the rest.
import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { ApiProblem, type ProblemKind } from '@streamstock/api';
import { ErrorStrip } from '@streamstock/ui';
import type { ReactNode } from 'react';

interface Words {
  readonly what: string;
  readonly todo?: string;
}

function useProblemWords(): (error: unknown) => Words {
  const { t } = useLingui();
  const known: Partial<Record<ProblemKind, Words>> = {
    unreachable: {
      what: t({ message: 'The server did not answer.', comment: 'Error: no connection to the head-office server.' }),
      todo: t({ message: 'Nothing was lost. Check that it runs, then try again.', comment: 'Remedy for no answer.' }),
    },
    'wrong-credentials': {
      what: t({ message: 'E-mail and password do not belong together.', comment: 'Error when signing in.' }),
      todo: t({ message: 'Check both and sign in again.', comment: 'Remedy when signing in did not work.' }),
    },
    'too-many-requests': {
      what: t({ message: 'There were too many attempts.', comment: 'Error: rate limit.' }),
      todo: t({ message: 'Wait a minute, then try again.', comment: 'Remedy for the rate limit.' }),
    },
    'not-found': {
      what: t({ message: 'There is nothing at this address.', comment: 'Error: item or store unknown.' }),
    },
    'setup-done': {
      what: t({ message: 'This server is already set up.', comment: 'Error on the first-run page.' }),
      todo: t({ message: 'Sign in instead.', comment: 'Remedy on the first-run page.' }),
    },
  };
  return (error) => {
    if (!(error instanceof ApiProblem)) {
      return { what: t({ message: 'The page met a fault of its own.', comment: 'Error: a bug in the page.' }) };
    }
    const { detail, remedy } = error.problem;
    return known[error.kind] ?? { what: detail, ...(remedy === undefined ? {} : { todo: remedy }) };
  };
}

export interface ProblemStripProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

export function ProblemStrip({ error, onRetry }: ProblemStripProps): ReactNode {
  const words = useProblemWords()(error);
  const code = error instanceof ApiProblem ? undefined : String(error);
  const retry =
    onRetry === undefined
      ? {}
      : {
          actions: (
            <Button onClick={onRetry}>
              <Trans comment="Button after an error.">Try again</Trans>
            </Button>
          ),
        };
  return (
    <ErrorStrip
      what={words.what}
      {...(words.todo === undefined ? {} : { todo: words.todo })}
      {...(code === undefined ? {} : { code })}
      {...retry}
    />
  );
}
