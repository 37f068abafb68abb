// Signing in. After a session that ended it says so, and leads back to where the person was.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import '@mantine/core/styles/PasswordInput.layer.css';
import { Trans, useLingui } from '@lingui/react/macro';
import { SignInRequest } from '@streamstock/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { safeParse } from 'zod/mini';
import { useTitle } from '../../app/use-title.ts';
import { api } from '../../data/api.ts';
import { queryKeys } from '../../data/query-keys.ts';
import { GatePage } from '../../frame/gate-page.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import classes from './login-screen.module.css';

const route = getRouteApi('/login');

function useSignIn() {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  return useMutation({
    mutationFn: async (body: SignInRequest) => await api.signIn({ body }),
    onSuccess: async (session) => {
      queryClient.setQueryData(queryKeys.session, session);
      router.history.replace(router.options.basepath + (next ?? '/'));
      await router.load();
    },
  });
}

export function LoginScreen(): ReactNode {
  const { t } = useLingui();
  const { ended } = route.useSearch();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  const signIn = useSignIn();
  useTitle(t({ message: 'Sign in', comment: 'Title of the browser tab on the login page.' }));

  const request = safeParse(SignInRequest, { email, password });
  const missing = (path: string, message: string): string | null =>
    asked && !request.success && request.error.issues.some((issue) => issue.path[0] === path) ? message : null;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (request.success) signIn.mutate(request.data);
  };

  return (
    <GatePage title={<Trans comment="Title of the login page.">Sign in</Trans>}>
      {ended === '1' && (
        <output className={classes['ended']}>
          <Trans comment="On the login page, after a session ended while someone was working.">
            Your session ended. Sign in to go on where you were.
          </Trans>
        </output>
      )}
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        <TextInput
          label={t({ message: 'E-mail', comment: 'Label of a field.' })}
          type="email"
          autoComplete="username"
          // The one thing to do on this page: who comes here wants to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={missing('email', t({ message: 'Enter your e-mail address.', comment: 'Beside the field.' }))}
        />
        <PasswordInput
          label={t({ message: 'Password', comment: 'Label of a field.' })}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={missing('password', t({ message: 'Enter your password.', comment: 'Beside the field.' }))}
        />
        {signIn.isError && <ProblemStrip error={signIn.error} />}
        <Button type="submit" variant="filled" className={classes['submit'] ?? ''} loading={signIn.isPending}>
          <Trans comment="Button on the login page.">Sign in</Trans>
        </Button>
      </form>
    </GatePage>
  );
}
